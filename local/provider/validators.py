"""Validators of single values, with messages as in docs/facts/aws-provider.md#check.

Validators of SDKv2 resources come first, those of plugin-framework resources after them; the two
frameworks word the same message differently.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Collection
from typing import TypeGuard

from local.provider.schema import Validator
from local.provider.service_model import enum
from local.provider.values import Value

_ARN = re.compile(r"arn:[\w-]*:([a-zA-Z0-9-]+):([a-z0-9-]*):(\d{12}|aws|aws-managed)?:(.+)", re.A)


def _require(is_valid: Callable[[Value], bool], message: Callable[[str, Value], str]) -> Validator:
    """Return a validator with a message for the name and the value of an invalid property."""
    return lambda name, value: None if is_valid(value) else message(name, value)


def between(low: int, high: int) -> Validator:
    """Return a validator of a number in a closed range."""
    return _require(
        lambda value: _number(value) and low <= value <= high,
        lambda name, value: f"expected {name} to be in the range ({low} - {high}), got {value}",
    )


def at_least(low: int) -> Validator:
    """Return a validator of a number with a minimum."""
    return _require(
        lambda value: _number(value) and value >= low,
        lambda name, value: f"expected {name} to be at least ({low}), got {value}",
    )


def at_most(high: int) -> Validator:
    """Return a validator of a number with a maximum."""
    return _require(
        lambda value: _number(value) and value <= high,
        lambda name, value: f"expected {name} to be at most ({high}), got {value}",
    )


def length(low: int, high: int) -> Validator:
    """Return a validator of a string's length."""
    return _require(
        lambda value: low <= len(str(value)) <= high,
        lambda name, value: (
            f"expected length of {name} to be in the range ({low} - {high}), got {value}"
        ),
    )


def at_most_items(high: int) -> Validator:
    """Return a validator of a list's longest length."""
    return _require(
        lambda value: _items(value) <= high,
        lambda name, value: (
            f"Too many list items. Attribute {name} supports {high} item maximum, "
            f"but config has {_items(value)} declared."
        ),
    )


def one_of(*allowed: str | int) -> Validator:
    """Return a validator of a choice of values."""
    return _one_of(lambda: allowed)


def one_of_enum(service: str, shape: str) -> Validator:
    """Return a validator of an enum of the AWS API."""
    return _one_of(lambda: enum(service, shape))


def _one_of(allowed: Callable[[], Collection[str | int]]) -> Validator:
    return _require(
        lambda value: value in allowed(),
        lambda name, value: f"expected {name} to be one of {_listed(allowed())}, got {value}",
    )


def pattern(expression: str, demand: str) -> Validator:
    """Return a validator of a pattern; ``demand`` is its message."""
    return _require(
        lambda value: re.fullmatch(expression, str(value)) is not None,
        lambda name, value: f'invalid value for {name} ({demand}): "{value}"',
    )


arn = _require(
    lambda value: _ARN.fullmatch(str(value)) is not None,
    lambda name, value: (
        f'"{name}" ({value}) is an invalid ARN: arn: invalid prefix or number of sections'
    ),
)
"""Validates the form of an ARN."""


def json_document(name: str, value: Value) -> str | None:
    """Validate a JSON object."""
    try:
        document = json.loads(str(value))
    except json.JSONDecodeError as error:
        return f'"{name}" contains an invalid JSON policy: {error}'
    if isinstance(document, dict):
        return None
    return f'"{name}" contains an invalid JSON policy: contains a JSON-encoded non-object'


def cidr_block(shortest: int, longest: int) -> Validator:
    """Return a validator of an IPv4 network with a range of prefix lengths."""

    def validator(name: str, value: Value) -> str | None:
        try:
            network = ipaddress.IPv4Network(str(value), strict=False)
        except ValueError as error:
            return f"expected {name} to contain a valid Value, got: {value} with err: {error}"
        if str(network) != value:
            return (
                f"expected {name} to contain a valid network Value, expected {network}, got {value}"
            )
        if shortest <= network.prefixlen <= longest:
            return None
        return (
            f'expected "{name}" to contain a network Value with between {shortest} and {longest} '
            f"significant bits, got: {network.prefixlen}"
        )

    return validator


def framework_one_of_enum(service: str, shape: str) -> Validator:
    """Return a validator of an enum, with the plugin framework's message."""
    return _require(
        lambda value: value in enum(service, shape),
        lambda name, value: (
            f"Invalid String Enum Value. Attribute {name} value must be one of: "
            f'{_listed(enum(service, shape))}, got: "{value}"'
        ),
    )


def framework_between(low: int, high: int) -> Validator:
    """Return a validator of a number in a closed range, with the plugin framework's message."""
    return _require(
        lambda value: _number(value) and low <= value <= high,
        lambda name, value: (
            f"Invalid Attribute Value. Attribute {name} value must be between {low} and {high}, "
            f"got: {value}"
        ),
    )


def framework_at_most_items(high: int) -> Validator:
    """Return a validator of a list's longest length, with the plugin framework's message."""
    return _require(
        lambda value: _items(value) <= high,
        lambda name, value: (
            f"Invalid Attribute Value. Attribute {name} list must contain at most {high} "
            f"elements, got: {_items(value)}"
        ),
    )


def framework_pattern(expression: str, demand: str) -> Validator:
    """Return a validator of a pattern, with the plugin framework's message."""
    return _require(
        lambda value: re.fullmatch(expression, str(value)) is not None,
        lambda name, value: (
            f'Invalid Attribute Value Match. Attribute {name} {demand}, got: "{value}"'
        ),
    )


framework_arn = _require(
    lambda value: _ARN.fullmatch(str(value)) is not None,
    lambda name, value: (
        f"Invalid ARN Value. The provided value cannot be parsed as an ARN. Path: {name}. "
        f"Value: {value}"
    ),
)
"""Validates the form of an ARN, with the plugin framework's message."""


def framework_cidr(name: str, value: Value) -> str | None:
    """Validate an IPv4 or IPv6 network, with the plugin framework's message."""
    try:
        ipaddress.ip_network(str(value))
    except ValueError:
        return f'Invalid Attribute Value. Attribute {name} is not a valid CIDR block: "{value}"'
    return None


def _number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _items(value: Value) -> int:
    return len(value) if isinstance(value, list) else 0


def _listed(allowed: Collection[str | int]) -> str:
    return "[" + " ".join(json.dumps(value) for value in allowed) + "]"
