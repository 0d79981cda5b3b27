"""Validation of a resource's inputs, with the real provider's messages.

Source: docs/facts/aws-provider.md#check.

Unknown values are valid. Unlike with the real provider, a converted value, such as ``"128"`` to
128, appears in the result.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from local.provider.schema import Failure, Property, ProviderFramework, ResourceType, ValueType
from local.provider.spelling import snake_case
from local.provider.values import UNKNOWN, Asset, Value


@dataclass(frozen=True)
class _ValuePath:
    """The path of a value, which may be an item of a list.

    Programs spell it as ``loggingConfig.logFormat``, and messages of SDKv2 as
    ``logging_config.0.log_format``.
    """

    framework: ProviderFramework
    program: str = ""
    provider: str = ""
    is_item: bool = False

    def field(self, name: str) -> "_ValuePath":
        """Return the path of a property, or of a key of a map."""
        return _ValuePath(
            self.framework,
            f"{self.program}.{name}".removeprefix("."),
            f"{self.provider}.{snake_case(name)}".removeprefix("."),
        )

    def item(self, index: int) -> "_ValuePath":
        """Return the path of an item of a list."""
        return _ValuePath(
            self.framework, f"{self.program}[{index}]", self._item(index), is_item=True
        )

    def inside_block(self) -> "_ValuePath":
        """Return the path inside a block, which is a list of one item to the provider."""
        return self if self.is_item else _ValuePath(self.framework, self.program, self._item(0))

    def _item(self, index: int) -> str:
        step = f"[{index}]" if self.framework is ProviderFramework.PLUGIN_FRAMEWORK else f".{index}"
        return self.provider + step


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
        root = _ValuePath(self._resource.framework)
        converted = self._fields(self._resource.properties, values, root)
        together = chain(
            _combinations(self._resource, converted), self._resource.failures(converted)
        )
        for name, message in together:
            self._refuse(root.field(name), message)
        return converted

    def _fields(
        self, properties: Mapping[str, Property], values: Mapping[str, Value], path: _ValuePath
    ) -> dict[str, Value]:
        for name, spec in properties.items():
            if spec.required and name not in values:
                missing = path.field(name).program
                self.failures.append(f"Missing required property '{missing}'")
        for name in sorted(values.keys() - _settable(properties)):
            owner = self._resource.pulumi_type
            self._refuse(
                path.field(name), f"the local AWS does not know the property '{name}' of {owner}"
            )
        return {
            name: self._value(properties[name], value, path.field(name))
            for name, value in values.items()
            if name in properties
        }

    def _refuse(self, path: _ValuePath, message: str) -> None:
        self.failures.append(f"{message}. Examine values at '{self._logical_name}.{path.program}'.")

    def _value(self, spec: Property, value: Value, path: _ValuePath) -> Value:
        if value is UNKNOWN:
            return value
        converted = _converted(spec.type, value)
        if converted is None:
            wanted = spec.type.name.lower()
            self._refuse(path, f"Incorrect attribute value type: {wanted} required")
            return value
        for validator in spec.validators:
            if message := validator(path.provider, converted):
                self._refuse(path, message)
        return self._inside(spec, converted, path)

    def _inside(self, spec: Property, value: Value, path: _ValuePath) -> Value:
        if spec.type is ValueType.BLOCK and isinstance(value, dict):
            return self._fields(spec.fields, value, path.inside_block())
        item = spec.item or Property()
        if isinstance(value, list):
            return [self._value(item, part, path.item(index)) for index, part in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._value(item, part, path.field(key)) for key, part in value.items()}
        return value


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
        if resource.framework is ProviderFramework.PLUGIN_FRAMEWORK:
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


def _settable(properties: Mapping[str, Property]) -> set[str]:
    return {name for name, spec in properties.items() if not spec.output}


_SHAPES = {
    ValueType.ARCHIVE: Asset,
    ValueType.LIST: list,
    ValueType.SET: list,
    ValueType.MAP: dict,
    ValueType.BLOCK: dict,
}


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
