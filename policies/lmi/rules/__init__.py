"""All rules, one theme in each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import (
    accelerator,
    adapter,
    capacity_provider,
    capacity_scaling,
    concurrency,
    event_source,
    function,
    function_features,
    general,
    general_api,
    general_iam,
    general_network,
    iam,
    instance_types,
    keys,
    memory,
    network,
    package,
    placement,
    publishing,
    request_resources,
    scaling,
    scaling_room,
    sharing,
    subnets,
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
    request_resources,
    scaling,
    scaling_room,
    capacity_provider,
    capacity_scaling,
    instance_types,
    placement,
    sharing,
    tags,
    telemetry,
    function,
    function_features,
    event_source,
    accelerator,
    publishing,
    url,
    adapter,
    url_permission,
    network,
    subnets,
    iam,
    keys,
    general,
    package,
    general_network,
    general_iam,
    general_api,
)


def _rules_of(theme: ModuleType) -> list[AnyRule]:
    found = (value for value in vars(theme).values() if isinstance(value, Rule))
    return sorted(cast("Iterator[AnyRule]", found), key=lambda rule: rule.id)


RULES: tuple[AnyRule, ...] = tuple(rule for theme in _THEMES for rule in _rules_of(theme))
