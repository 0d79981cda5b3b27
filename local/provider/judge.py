"""What is wrong with a resource's inputs, in the real provider's words.

Source: docs/facts/aws-provider.md#check.

Unknown values are never wrong. Unlike the real provider, what is merely converted on the way, such
as `"128"` to 128, is visible in the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from local.provider.schema import Engine, Kind, Property, ResourceType, string
from local.provider.spelling import snake_case
from local.provider.values import UNKNOWN, Asset, Value


@dataclass(frozen=True)
class _Place:
    """Where a value stands.

    Attributes
    ----------
    engine
        Whose messages speak of it.
    program
        The place as programs spell it, e.g. `loggingConfig.logFormat`.
    provider
        The place as the real provider's messages spell it, e.g. `logging_config.0.log_format`.
    is_item
        Whether the value is an item of a list.
    """

    engine: Engine
    program: str = ""
    provider: str = ""
    is_item: bool = False

    def field(self, name: str) -> "_Place":
        """Step to a property, or to a key of a map."""
        return _Place(
            self.engine,
            f"{self.program}.{name}".removeprefix("."),
            f"{self.provider}.{snake_case(name)}".removeprefix("."),
        )

    def item(self, index: int) -> "_Place":
        """Step to an item of a list."""
        return _Place(self.engine, f"{self.program}[{index}]", self._item(index), is_item=True)

    def inside_block(self) -> "_Place":
        """Step into a block, which the provider takes for a list of one item."""
        return self if self.is_item else _Place(self.engine, self.program, self._item(0))

    def _item(self, index: int) -> str:
        step = f"[{index}]" if self.engine is Engine.FRAMEWORK else f".{index}"
        return self.provider + step


class Judge:
    """Collects what is wrong with the inputs of one resource.

    Parameters
    ----------
    resource
        The resource's type.
    logical_name
        The resource's name in the program, for messages.

    Attributes
    ----------
    failures
        One line for each thing that is wrong.
    """

    def __init__(self, resource: ResourceType, logical_name: str) -> None:
        self.failures: list[str] = []
        self._resource = resource
        self._logical_name = logical_name

    def inputs(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Judge inputs, each by itself and all together; give them back with their types."""
        everywhere = _Place(self._resource.engine)
        converted = self._fields(self._resource.properties, values, everywhere)
        for rule in self._resource.rules:
            for name, message in rule(converted):
                self._refuse(everywhere.field(name), message)
        return converted

    def _fields(
        self,
        properties: Mapping[str, Property],
        values: Mapping[str, Value],
        place: _Place,
    ) -> dict[str, Value]:
        for name, spec in properties.items():
            if spec.required and name not in values:
                missing = place.field(name).program
                self.failures.append(f"Missing required property '{missing}'")
        for name in sorted(values.keys() - _settable(properties)):
            owner = self._resource.pulumi_type
            self._refuse(
                place.field(name), f"the local AWS does not know the property '{name}' of {owner}"
            )
        return {
            name: self._value(properties[name], value, place.field(name))
            for name, value in values.items()
            if name in properties
        }

    def _refuse(self, place: _Place, message: str) -> None:
        self.failures.append(
            f"{message}. Examine values at '{self._logical_name}.{place.program}'."
        )

    def _value(self, spec: Property, value: Value, place: _Place) -> Value:
        if value is UNKNOWN:
            return value
        converted = _converted(spec.kind, value)
        if converted is None:
            wanted = spec.kind.name.lower()
            self._refuse(place, f"Incorrect attribute value type: {wanted} required")
            return value
        for validator in spec.validators:
            if message := validator(place.provider, converted):
                self._refuse(place, message)
        return self._inside(spec, converted, place)

    def _inside(self, spec: Property, value: Value, place: _Place) -> Value:
        if spec.kind is Kind.BLOCK and isinstance(value, dict):
            return self._fields(spec.fields, value, place.inside_block())
        item = spec.item or string()
        if isinstance(value, list):
            return [self._value(item, part, place.item(index)) for index, part in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._value(item, part, place.field(key)) for key, part in value.items()}
        return value


def _settable(properties: Mapping[str, Property]) -> set[str]:
    return {name for name, spec in properties.items() if not spec.output}


_SHAPES = {
    Kind.ARCHIVE: Asset,
    Kind.LIST: list,
    Kind.SET: list,
    Kind.MAP: dict,
    Kind.BLOCK: dict,
}


def _converted(kind: Kind, value: Value) -> Value:
    """Convert as Terraform does, `"5"` to 5 and `5` to `"5"`; `None` where that is impossible."""
    match kind:
        case Kind.STRING:
            return _text(value)
        case Kind.INTEGER | Kind.NUMBER:
            found = _number(value)
            return None if kind is Kind.INTEGER and isinstance(found, float) else found
        case Kind.BOOLEAN:
            return {"true": True, "false": False}.get(str(value).lower())
        case _:
            return value if isinstance(value, _SHAPES[kind]) else None


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
