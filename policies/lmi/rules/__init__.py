"""All rules, one theme of the catalogue a file."""

from . import (
    accelerator,
    capacity_provider,
    concurrency,
    event_source,
    function,
    iam,
    instance_types,
    memory,
    placement,
    publishing,
    scaling,
    sharing,
    tags,
    telemetry,
    url,
    url_permission,
)

RULES = (
    *memory.RULES,
    *concurrency.RULES,
    *scaling.RULES,
    *capacity_provider.RULES,
    *instance_types.RULES,
    *placement.RULES,
    *sharing.RULES,
    *tags.RULES,
    *telemetry.RULES,
    *function.RULES,
    *event_source.RULES,
    *accelerator.RULES,
    *publishing.RULES,
    *url.RULES,
    *url_permission.RULES,
    *iam.RULES,
)
