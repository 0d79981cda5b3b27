"""All rules, one theme of the catalogue a file."""

from . import (
    capacity_provider,
    concurrency,
    event_source,
    function,
    iam,
    instance_types,
    memory,
    publishing,
    scaling,
    url,
    url_permission,
)

RULES = (
    *memory.RULES,
    *concurrency.RULES,
    *scaling.RULES,
    *capacity_provider.RULES,
    *instance_types.RULES,
    *function.RULES,
    *event_source.RULES,
    *publishing.RULES,
    *url.RULES,
    *url_permission.RULES,
    *iam.RULES,
)
