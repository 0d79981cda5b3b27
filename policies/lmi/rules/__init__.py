"""All rules, one theme in each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import (
    accelerator,
    adapter,
    capacity_provider,
    concurrency,
    event_source,
    function,
    general,
    general_api,
    general_iam,
    general_network,
    iam,
    instance_types,
    memory,
    network,
    placement,
    publishing,
    scaling,
    sharing,
    tags,
    telemetry,
    url,
    url_permission,
)
from .rule import AnyRule, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_THEMES = (
    memory,
    concurrency,
    scaling,
    capacity_provider,
    instance_types,
    placement,
    sharing,
    tags,
    telemetry,
    function,
    event_source,
    accelerator,
    publishing,
    url,
    adapter,
    url_permission,
    network,
    iam,
    general,
    general_network,
    general_iam,
    general_api,
)


def _rules_of(theme: ModuleType) -> list[AnyRule]:
    found = (value for value in vars(theme).values() if isinstance(value, Rule))
    return sorted(cast("Iterator[AnyRule]", found), key=lambda rule: rule.id)


RULES: tuple[AnyRule, ...] = tuple(rule for theme in _THEMES for rule in _rules_of(theme))
