"""Validators of single values, with messages as in docs/facts/aws-provider.md#check.

The two provider frameworks check alike, and word most messages differently.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeGuard

from local.provider.schema import ProviderFramework, Validator
from local.provider.service_model import enum
from local.provider.values import Value

_ARN = re.compile(r"arn:[\w-]*:([a-zA-Z0-9-]+):([a-z0-9-]*):(\d{12}|aws|aws-managed)?:(.+)", re.A)

_IS_VALID: Final[Mapping[str, Callable[[Any, Sequence[Any]], bool]]] = {
    "arn": lambda value, _: _ARN.fullmatch(str(value)) is not None,
    "at_least": lambda value, low: _is_number(value) and value >= low[0],
    "at_most": lambda value, high: _is_number(value) and value <= high[0],
    "at_most_items": lambda value, high: _count(value) <= high[0],
    "between": lambda value, ends: _is_number(value) and ends[0] <= value <= ends[1],
    "enum": lambda value, service_and_shape: value in enum(*service_and_shape),
    "length": lambda value, ends: ends[0] <= len(str(value)) <= ends[1],
    "one_of": lambda value, allowed: value in allowed,
    "pattern": lambda value, pattern: re.fullmatch(pattern[0], str(value)) is not None,
}
"""Checks of a value by their names, with the arguments that the tables of types give them."""

_SDK_V2: Final = {
    "arn": '"{name}" ({value}) is an invalid ARN: arn: invalid prefix or number of sections',
    "at_least": "expected {name} to be at least ({0}), got {value}",
    "at_most": "expected {name} to be at most ({0}), got {value}",
    "at_most_items": (
        "Too many list items. Attribute {name} supports {0} item maximum, "
        "but config has {count} declared."
    ),
    "between": "expected {name} to be in the range ({0} - {1}), got {value}",
    "enum": "expected {name} to be one of {allowed}, got {value}",
    "length": "expected length of {name} to be in the range ({0} - {1}), got {value}",
    "one_of": "expected {name} to be one of {allowed}, got {value}",
    "pattern": 'invalid value for {name} ({1}): "{value}"',
}
_MESSAGES: Final[Mapping[ProviderFramework, Mapping[str, str]]] = {
    ProviderFramework.SDK_V2: _SDK_V2,
    ProviderFramework.PLUGIN_FRAMEWORK: {
        **_SDK_V2,
        "arn": (
            "Invalid ARN Value. The provided value cannot be parsed as an ARN. Path: {name}. "
            "Value: {value}"
        ),
        "at_most_items": (
            "Invalid Attribute Value. Attribute {name} list must contain at most {0} "
            "elements, got: {count}"
        ),
        "between": (
            "Invalid Attribute Value. Attribute {name} value must be between {0} and {1}, "
            "got: {value}"
        ),
        "enum": (
            "Invalid String Enum Value. Attribute {name} value must be one of: {allowed}, "
            'got: "{value}"'
        ),
        "pattern": 'Invalid Attribute Value Match. Attribute {name} {1}, got: "{value}"',
    },
}


def validator(framework: ProviderFramework, check: str, *arguments: Any) -> Validator:
    """Return a validator: a check with its arguments, and the message of a framework."""
    if check in _WITH_REASONS:
        reason = _WITH_REASONS[check]
        return lambda name, value: reason(name, value, *arguments)
    is_valid, message = _IS_VALID[check], _MESSAGES[framework][check]

    def validate(name: str, value: Value) -> str | None:
        if is_valid(value, arguments):
            return None
        allowed = _listed(enum(*arguments) if check == "enum" else arguments)
        return message.format(
            *arguments, name=name, value=value, allowed=allowed, count=_count(value)
        )

    return validate


def _json_document(name: str, value: Value) -> str | None:
    try:
        document = json.loads(str(value))
    except json.JSONDecodeError as error:
        return f'"{name}" contains an invalid JSON policy: {error}'
    if isinstance(document, dict):
        return None
    return f'"{name}" contains an invalid JSON policy: contains a JSON-encoded non-object'


def _ipv4_network(name: str, value: Value, shortest: int, longest: int) -> str | None:
    """Validate an IPv4 network, and the length of its prefix."""
    try:
        network = ipaddress.IPv4Network(str(value), strict=False)
    except ValueError as error:
        return f"expected {name} to contain a valid Value, got: {value} with err: {error}"
    if str(network) != value:
        return f"expected {name} to contain a valid network Value, expected {network}, got {value}"
    if shortest <= network.prefixlen <= longest:
        return None
    return (
        f'expected "{name}" to contain a network Value with between {shortest} and {longest} '
        f"significant bits, got: {network.prefixlen}"
    )


def _ip_network(name: str, value: Value) -> str | None:
    """Validate an IPv4 or IPv6 network."""
    try:
        ipaddress.ip_network(str(value))
    except ValueError:
        return f'Invalid Attribute Value. Attribute {name} is not a valid CIDR block: "{value}"'
    return None


_WITH_REASONS: Final[Mapping[str, Callable[..., str | None]]] = {
    "ip_network": _ip_network,
    "ipv4_network": _ipv4_network,
    "json_document": _json_document,
}
"""Further checks, which return the message, since it tells what is wrong with the value."""


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: Value) -> int:
    return len(value) if isinstance(value, list) else 0


def _listed(allowed: Iterable[object]) -> str:
    return "[" + " ".join(json.dumps(value) for value in allowed) + "]"
