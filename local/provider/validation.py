"""Validation of a resource's inputs, with messages as in docs/facts/aws-provider.md#check.

The two provider frameworks check alike, and word most messages differently. Unknown values are
valid. Unlike with the real provider, a converted value, such as ``"128"`` to 128, appears in the
result.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeGuard

from local.people_yaml import read_yaml
from local.provider.aws import enum
from local.provider.operations import ResourceType
from local.provider.schema import Failure, Property, Validator, ValueType, snake_case
from local.provider.values import UNKNOWN, Asset, Value

_ARN = re.compile(r"arn:[\w-]*:([a-zA-Z0-9-]+):([a-z0-9-]*):(\d{12}|aws|aws-managed)?:(.+)", re.A)

_IS_VALID: Final[Mapping[str, Callable[[Any, Sequence[Any]], bool]]] = {
    "arn": lambda value, _: _ARN.fullmatch(str(value)) is not None,
    "at_least": lambda value, low: _is_number(value) and value >= low[0],
    "at_most_items": lambda value, high: _count(value) <= high[0],
    "between": lambda value, ends: _is_number(value) and ends[0] <= value <= ends[1],
    "enum": lambda value, service_and_shape: value in enum(*service_and_shape),
    "length": lambda value, ends: ends[0] <= len(str(value)) <= ends[1],
    "one_of": lambda value, allowed: value in allowed,
    "pattern": lambda value, pattern: re.fullmatch(pattern[0], str(value)) is not None,
}
"""Checks of a value by their names, with the arguments that the tables of types give them."""

_MESSAGES: Final = read_yaml(Path(__file__).with_name("messages.yaml"))

_SHAPES = {
    ValueType.ARCHIVE: Asset,
    ValueType.LIST: list,
    ValueType.SET: list,
    ValueType.MAP: dict,
    ValueType.BLOCK: dict,
}


def validator(check: str, *arguments: Any, plugin_framework: bool) -> Validator:
    """Return a validator: a check with its arguments, and the message of a framework."""
    if check in _WITH_REASONS:
        reason = _WITH_REASONS[check]
        return lambda name, value: reason(name, value, *arguments)
    is_valid = _IS_VALID[check]
    message: str = _MESSAGES["plugin_framework" if plugin_framework else "sdk_v2"][check]

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


_Path = tuple[str | int | None, ...]
"""The steps to a value: names, indices in lists, and ``None`` into a block that is no item."""


class InputValidator:
    """Validates the inputs of a resource, and adds a line for each invalid value to ``failures``.

    The logical name is that of the resource in the program, for messages.
    """

    def __init__(self, resource: ResourceType, logical_name: str) -> None:
        self.failures: list[str] = []
        self._resource = resource
        self._logical_name = logical_name

    def inputs(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Validate the inputs one by one and together; return them converted to their types."""
        converted = self._fields(self._resource.properties, values, ())
        together = chain(
            _combinations(self._resource, converted), self._resource.failures(converted)
        )
        for name, message in together:
            self._refuse((name,), message)
        return converted

    def _fields(
        self, properties: Mapping[str, Property], values: Mapping[str, Value], path: _Path
    ) -> dict[str, Value]:
        for name, spec in properties.items():
            if spec.required and name not in values:
                missing = _in_program((*path, name))
                self.failures.append(f"Missing required property '{missing}'")
        settable = {name for name, spec in properties.items() if not spec.output}
        for name in sorted(values.keys() - settable):
            owner = self._resource.pulumi_type
            self._refuse(
                (*path, name), f"the local AWS does not know the property '{name}' of {owner}"
            )
        return {
            name: self._value(properties[name], value, (*path, name))
            for name, value in values.items()
            if name in properties
        }

    def _refuse(self, path: _Path, message: str) -> None:
        place = f"{self._logical_name}.{_in_program(path)}"
        self.failures.append(f"{message}. Examine values at '{place}'.")

    def _value(self, spec: Property, value: Value, path: _Path) -> Value:
        if value is UNKNOWN:
            return value
        converted = _converted(spec.type, value)
        if converted is None:
            wanted = spec.type.name.lower()
            self._refuse(path, f"Incorrect attribute value type: {wanted} required")
            return value
        for validator in spec.validators:
            if message := validator(self._in_provider(path), converted):
                self._refuse(path, message)
        return self._inside(spec, converted, path)

    def _inside(self, spec: Property, value: Value, path: _Path) -> Value:
        if spec.type is ValueType.BLOCK and isinstance(value, dict):
            is_item = isinstance(path[-1], int)
            return self._fields(spec.fields, value, path if is_item else (*path, None))
        item = spec.item or Property()
        if isinstance(value, list):
            return [self._value(item, part, (*path, index)) for index, part in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._value(item, part, (*path, key)) for key, part in value.items()}
        return value

    def _in_provider(self, path: _Path) -> str:
        """Return a path as messages of the provider spell it: a block is a list of one item."""
        index = ".{}" if not self._resource.plugin_framework else "[{}]"
        steps = (f".{snake_case(s)}" if isinstance(s, str) else index.format(s or 0) for s in path)
        return "".join(steps).removeprefix(".")


def _in_program(path: _Path) -> str:
    """Return a path as programs spell it, such as ``loggingConfig.logFormat``."""
    steps = (
        f".{step}" if isinstance(step, str) else f"[{step}]" for step in path if step is not None
    )
    return "".join(steps).removeprefix(".")


def _combinations(resource: ResourceType, inputs: Mapping[str, Value]) -> Iterator[Failure]:
    """Yield the properties that are missing beside others, or conflict with them."""
    for name, other in resource.conflicts:
        if inputs.get(name) and inputs.get(other):
            message = f'"{snake_case(name)}": conflicts with {snake_case(other)}'
            yield name, f"Conflicting configuration arguments. {message}"
    for names in resource.exactly_one_of:
        given = [name for name in names if name in inputs]
        listed = ",".join(sorted(map(snake_case, names)))
        if len(given) == 1:
            continue
        if resource.plugin_framework:
            message = (
                "Invalid Attribute Combination. Exactly one of these attributes must be "
                f"configured: [{listed}]"
            )
        else:
            message = (
                f'Invalid combination of arguments. "{snake_case(names[0])}": one of `{listed}` '
                "must be specified"
            )
        yield (given or names)[0], message


def _converted(value_type: ValueType, value: Value) -> Value:
    """Convert as Terraform does, ``"5"`` to 5 and 5 to ``"5"``; ``None`` if that is impossible."""
    match value_type:
        case ValueType.STRING:
            return _text(value)
        case ValueType.INTEGER | ValueType.NUMBER:
            found = _number(value)
            return None if value_type is ValueType.INTEGER and isinstance(found, float) else found
        case ValueType.BOOLEAN:
            return {"true": True, "false": False}.get(str(value).lower())
        case _:
            return value if isinstance(value, _SHAPES[value_type]) else None


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _number(value: Value) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        as_float = float(value)
    except ValueError:
        return None
    return int(as_float) if as_float.is_integer() else as_float
