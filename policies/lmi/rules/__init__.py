"""All rules, one theme in each file."""

from importlib import import_module
from typing import cast

from .rule import AnyRule, Rule

_THEMES = (
    "memory",
    "concurrency",
    "request_resources",
    "scaling",
    "scaling_room",
    "capacity_provider",
    "capacity_scaling",
    "instance_types",
    "placement",
    "sharing",
    "tags",
    "telemetry",
    "function",
    "function_features",
    "event_source",
    "accelerator",
    "publishing",
    "url",
    "adapter",
    "url_permission",
    "network",
    "subnets",
    "iam",
    "keys",
    "general",
    "package",
    "general_network",
    "general_iam",
    "general_api",
)


def _rules_of(theme: str) -> list[AnyRule]:
    values = vars(import_module(f".{theme}", __package__)).values()
    found = [cast("AnyRule", value) for value in values if isinstance(value, Rule)]
    return sorted(found, key=lambda rule: rule.id)


RULES: tuple[AnyRule, ...] = tuple(rule for theme in _THEMES for rule in _rules_of(theme))
