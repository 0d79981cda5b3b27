"""All rules, one theme of the catalogue a file."""

from . import (
    capacity_provider,
    concurrency,
    function,
    iam,
    instance_types,
    memory,
    publishing,
    scaling,
    url,
)

RULES = (
    *memory.RULES,
    *concurrency.RULES,
    *scaling.RULES,
    *capacity_provider.RULES,
    *instance_types.RULES,
    *function.RULES,
    *publishing.RULES,
    *url.RULES,
    *iam.RULES,
)
