"""Check: judges the program's inputs and completes them, without a word to AWS.

The order is the real provider's (aws-provider.md section 1): region, tags and an invented name are
filled in, then values are validated, and only then do SDKv2 defaults join, so that a default is
never refused. Unlike the real provider, what it merely converts on the way (`"128"` to 128) is
visible in the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from local.provider.naming import NameTooLongError, snake_case, unique_name
from local.provider.schema import Engine, Kind, Property, ResourceType, string
from local.provider.session import ProviderConfig
from local.provider.values import UNKNOWN, Asset, Value, has_unknown, is_absent
from local.provider.wire import DEFAULTS


@dataclass(frozen=True)
class Naming:
    """What an invented name is made of.

    Attributes
    ----------
    logical_name
        The resource's name in the program.
    seed
        The engine's seed for it.
    proposed
        The name that the project's `pulumi:autonaming` setting gives; `None` without the setting.
    disabled
        Whether that setting turns invented names off.
    """

    logical_name: str
    seed: bytes
    proposed: str | None = None
    disabled: bool = False


@dataclass(frozen=True)
class Checked:
    """The result of a check: either failures or complete inputs.

    Attributes
    ----------
    inputs
        The program's inputs, completed.
    failures
        One readable line each; any of them stops the preview.
    """

    inputs: dict[str, Value]
    failures: list[str]


def check(
    resource: ResourceType,
    news: Mapping[str, Value],
    olds: Mapping[str, Value],
    config: ProviderConfig,
    naming: Naming,
) -> Checked:
    """Judge and complete the inputs of a resource.

    Parameters
    ----------
    resource
        Its type.
    news
        What the program asks for.
    olds
        The checked inputs of the last deployment; empty for a new resource.
    config
        Region and default tags.
    naming
        What an invented name is made of.
    """
    try:
        defaulted, inputs = _named(resource, news, olds, naming)
    except NameTooLongError as error:
        return Checked({}, [str(error)])
    if resource.regional:
        inputs.setdefault("region", config.region)
    judge = _Judge(resource, naming.logical_name)
    everywhere = _Place(resource.engine)
    inputs = judge.fields(resource.properties, inputs, everywhere)
    for rule in resource.rules:
        for name, message in rule(inputs):
            judge.refuse(everywhere.field(name), message)
    if resource.tagged and resource.engine is Engine.SDK_V2:
        inputs["tagsAll"] = merged_tags(config, inputs)
    if resource.engine is Engine.SDK_V2:
        inputs = _with_defaults(resource.properties, inputs, defaulted)
    return Checked(inputs, judge.failures)


def merged_tags(config: ProviderConfig, inputs: Mapping[str, Value]) -> Value:
    """Merge a resource's tags over the provider's; unknown where a part is unknown."""
    tags = inputs.get("tags", {})
    if has_unknown(tags):
        return UNKNOWN
    return {**config.default_tags, **(tags if isinstance(tags, dict) else {})}


def _named(
    resource: ResourceType,
    news: Mapping[str, Value],
    olds: Mapping[str, Value],
    naming: Naming,
) -> tuple[list[str], dict[str, Value]]:
    """Give the properties that were invented, and the inputs with them."""
    auto_name = resource.auto_name
    if auto_name is None or not is_absent(news.get(auto_name.property)) or naming.disabled:
        return [], dict(news)
    name = _remembered_name(resource, auto_name.property, olds)
    if name is None and naming.proposed is not None:
        name = naming.proposed
    if name is None:
        name = unique_name(naming.logical_name, auto_name.max_length, naming.seed)
    return [auto_name.property], {**news, auto_name.property: name}


def _remembered_name(resource: ResourceType, name: str, olds: Mapping[str, Value]) -> Value:
    """Give the name invented before. SDKv2 resources remember which names were invented."""
    if resource.engine is Engine.FRAMEWORK:
        return olds.get(name)
    defaults = olds.get(DEFAULTS)
    return olds.get(name) if isinstance(defaults, list) and name in defaults else None


def _with_defaults(
    properties: Mapping[str, Property], inputs: Mapping[str, Value], defaulted: list[str]
) -> dict[str, Value]:
    """Add the SDKv2 defaults, with the list of what was defaulted that policies see too."""
    added = {
        name: spec.default
        for name, spec in properties.items()
        if spec.default is not None and name not in inputs
    }
    marks: list[Value] = [*sorted([*defaulted, *added])]
    nested = {name: _nested_defaults(properties.get(name), inputs[name]) for name in inputs}
    return {DEFAULTS: marks, **nested, **added}


def _nested_defaults(spec: Property | None, value: Value) -> Value:
    if spec is None:
        return value
    if spec.kind is Kind.BLOCK and isinstance(value, dict):
        return _with_defaults(spec.fields, value, [])
    if spec.item is not None and isinstance(value, list):
        return [_nested_defaults(spec.item, item) for item in value]
    return value


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


class _Judge:
    """Collects what is wrong with the inputs of one resource."""

    def __init__(self, resource: ResourceType, logical_name: str) -> None:
        self.failures: list[str] = []
        self._pulumi_type = resource.pulumi_type
        self._logical_name = logical_name

    def fields(
        self,
        properties: Mapping[str, Property],
        values: Mapping[str, Value],
        place: _Place,
    ) -> dict[str, Value]:
        """Judge named values; give those that exist back, converted to their types."""
        for name, spec in properties.items():
            if spec.required and name not in values:
                missing = place.field(name).program
                self.failures.append(f"Missing required property '{missing}'")
        for name in sorted(values.keys() - _settable(properties)):
            self.refuse(
                place.field(name),
                f"the local AWS does not know the property '{name}' of {self._pulumi_type}",
            )
        return {
            name: self._value(properties[name], value, place.field(name))
            for name, value in values.items()
            if name in properties
        }

    def refuse(self, place: _Place, message: str) -> None:
        """Note what is wrong at a place."""
        self.failures.append(
            f"{message}. Examine values at '{self._logical_name}.{place.program}'."
        )

    def _value(self, spec: Property, value: Value, place: _Place) -> Value:
        if value is UNKNOWN:
            return value
        converted = _converted(spec.kind, value)
        if converted is None:
            wanted = spec.kind.name.lower()
            self.refuse(place, f"Incorrect attribute value type: {wanted} required")
            return value
        for validator in spec.validators:
            if message := validator(place.provider, converted):
                self.refuse(place, message)
        return self._inside(spec, converted, place)

    def _inside(self, spec: Property, value: Value, place: _Place) -> Value:
        if spec.kind is Kind.BLOCK and isinstance(value, dict):
            return self.fields(spec.fields, value, place.inside_block())
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
