"""All rules, one theme of the catalogue a file."""

from . import capacity_provider, concurrency, function, memory, publishing, scaling, url

RULES = (
    *memory.RULES,
    *concurrency.RULES,
    *scaling.RULES,
    *capacity_provider.RULES,
    *function.RULES,
    *publishing.RULES,
    *url.RULES,
)
