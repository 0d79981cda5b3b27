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


def between(low: int, high: int) -> Validator:
    """Return a validator of a number in a closed range."""

    def validator(name: str, value: Value) -> str | None:
        if _number(value) and low <= value <= high:
            return None
        return f"expected {name} to be in the range ({low} - {high}), got {value}"

    return validator


def at_least(low: int) -> Validator:
    """Return a validator of a number with a minimum."""

    def validator(name: str, value: Value) -> str | None:
        if _number(value) and value >= low:
            return None
        return f"expected {name} to be at least ({low}), got {value}"

    return validator


def at_most(high: int) -> Validator:
    """Return a validator of a number with a maximum."""

    def validator(name: str, value: Value) -> str | None:
        if _number(value) and value <= high:
            return None
        return f"expected {name} to be at most ({high}), got {value}"

    return validator


def length(low: int, high: int) -> Validator:
    """Return a validator of a string's length."""

    def validator(name: str, value: Value) -> str | None:
        if low <= len(str(value)) <= high:
            return None
        return f"expected length of {name} to be in the range ({low} - {high}), got {value}"

    return validator


def at_most_items(high: int) -> Validator:
    """Return a validator of a list's longest length."""

    def validator(name: str, value: Value) -> str | None:
        if isinstance(value, list) and len(value) > high:
            return (
                f"Too many list items. Attribute {name} supports {high} item maximum, "
                f"but config has {len(value)} declared."
            )
        return None

    return validator


def one_of(*allowed: str | int) -> Validator:
    """Return a validator of a choice of values."""
    return _one_of(lambda: allowed)


def one_of_enum(service: str, shape: str) -> Validator:
    """Return a validator of an enum of the AWS API."""
    return _one_of(lambda: enum(service, shape))


def _one_of(allowed: Callable[[], Collection[str | int]]) -> Validator:
    def validator(name: str, value: Value) -> str | None:
        if value in allowed():
            return None
        return f"expected {name} to be one of {_listed(allowed())}, got {value}"

    return validator


def pattern(expression: str, demand: str) -> Validator:
    """Return a validator of a pattern; ``demand`` is its message."""
    compiled = re.compile(expression)

    def validator(name: str, value: Value) -> str | None:
        if compiled.fullmatch(str(value)):
            return None
        return f'invalid value for {name} ({demand}): "{value}"'

    return validator


def arn(name: str, value: Value) -> str | None:
    """Validate the form of an ARN."""
    if _ARN.fullmatch(str(value)):
        return None
    return f'"{name}" ({value}) is an invalid ARN: arn: invalid prefix or number of sections'


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

    def validator(name: str, value: Value) -> str | None:
        if value in enum(service, shape):
            return None
        return (
            f"Invalid String Enum Value. Attribute {name} value must be one of: "
            f'{_listed(enum(service, shape))}, got: "{value}"'
        )

    return validator


def framework_between(low: int, high: int) -> Validator:
    """Return a validator of a number in a closed range, with the plugin framework's message."""

    def validator(name: str, value: Value) -> str | None:
        if _number(value) and low <= value <= high:
            return None
        return (
            f"Invalid Attribute Value. Attribute {name} value must be between {low} and {high}, "
            f"got: {value}"
        )

    return validator


def framework_at_most_items(high: int) -> Validator:
    """Return a validator of a list's longest length, with the plugin framework's message."""

    def validator(name: str, value: Value) -> str | None:
        if isinstance(value, list) and len(value) > high:
            return (
                f"Invalid Attribute Value. Attribute {name} list must contain at most {high} "
                f"elements, got: {len(value)}"
            )
        return None

    return validator


def framework_pattern(expression: str, demand: str) -> Validator:
    """Return a validator of a pattern, with the plugin framework's message."""
    compiled = re.compile(expression)

    def validator(name: str, value: Value) -> str | None:
        if compiled.fullmatch(str(value)):
            return None
        return f'Invalid Attribute Value Match. Attribute {name} {demand}, got: "{value}"'

    return validator


def framework_arn(name: str, value: Value) -> str | None:
    """Validate the form of an ARN, with the plugin framework's message."""
    if _ARN.fullmatch(str(value)):
        return None
    return (
        f"Invalid ARN Value. The provided value cannot be parsed as an ARN. Path: {name}. "
        f"Value: {value}"
    )


def framework_cidr(name: str, value: Value) -> str | None:
    """Validate an IPv4 or IPv6 network, with the plugin framework's message."""
    try:
        ipaddress.ip_network(str(value))
    except ValueError:
        return f'Invalid Attribute Value. Attribute {name} is not a valid CIDR block: "{value}"'
    return None


def _number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(allowed: Collection[str | int]) -> str:
    return "[" + " ".join(json.dumps(value) for value in allowed) + "]"
