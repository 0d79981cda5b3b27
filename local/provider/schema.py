"""The description of a resource type, from which check, diff and preview follow.

It holds what the real provider knows before it calls AWS (docs/facts/aws-provider.md): properties
with their types, checks and defaults, and which changes replace the resource.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal

from local.provider.aws import ProviderError
from local.provider.values import Props, Value


def snake_case(name: str) -> str:
    """Return a property as messages of the real provider spell it, such as ``memory_size``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal_case(name: str) -> str:
    """Return a property as the AWS API spells it, such as ``MemorySize``."""
    return name[:1].upper() + name[1:]


_SEPARATORS = re.compile("[/,:|_]")


def keys_of(layout: str, import_id: str) -> dict[str, str]:
    """Split an import id into the keys of a layout, such as ``restApi/stageName``.

    Each key has to be there; the last one may contain the separator.
    """
    names = _SEPARATORS.split(layout)
    separator = layout.removeprefix(names[0])[:1]
    parts = import_id.split(separator, len(names) - 1) if separator else [import_id]
    if len(parts) < len(names) or not all(parts):
        raise ProviderError(f"unexpected format of ID ({import_id}), expected {layout}")
    return dict(zip(names, parts, strict=True))


Validator = Callable[[str, Value], str | None]
"""Takes a property's name as the provider spells it and a known value; returns the failure."""

DiffKind = Literal["ADD", "DELETE", "UPDATE"]
"""What a deployment does to a property."""

Failure = tuple[str, str]
"""A property's name, and why its value is invalid."""


class ValueType(Enum):
    """Type of a property's value. A ``SET`` is a list whose order has no meaning."""

    STRING = auto()
    INTEGER = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    ARCHIVE = auto()
    LIST = auto()
    SET = auto()
    MAP = auto()
    BLOCK = auto()


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a resource type."""

    type: ValueType = ValueType.STRING
    required: bool = False
    default: bool | int | str | None = None
    """What the provider adds to the checked inputs of an SDKv2 resource."""
    computed: bool = False
    """Whether AWS decides the value if the program does not. Until then it is unknown; afterwards
    it is kept, and removing the property from the program is no difference."""
    output: bool = False
    """Whether AWS alone decides the value."""
    replaces: bool | Callable[[DiffKind, Props], bool] = False
    """Whether a change of it replaces the resource. A function, if that depends on the change or on
    the wanted inputs."""
    validators: tuple[Validator, ...] = ()
    """Checks of a known value."""
    item: "Property | None" = None
    """Type of the items of a list, set or map; by default strings."""
    fields: Mapping[str, "Property"] = field(default_factory=dict[str, "Property"])
    """Properties of a block."""
    same: Callable[[Value, Value], bool] | None = None
    """Returns whether two unequal values have the same meaning."""
    member: str = ""
    """Its name in the AWS API; empty if it is not read from there."""
    within: str = ""
    """The member of requests that contains it, such as ``Attributes``."""
    in_list: bool = False
    """Whether requests have a list with this value alone."""
    single: bool = False
    """Whether the AWS API has, in place of this list, its one item."""
    sent: bool = True
    """Whether the AWS calls that create and update the resource take it."""
    path: str = ""
    """Path of its value in AWS's answer by JMESPath, if that is not its member. Without a value
    there the property is unset."""
    absent: Value = None
    """Its value where AWS's answer has none."""
    pair: tuple[str, str] | None = None
    """The members of a pair, if the AWS API has, in place of this map, a list of pairs."""
    as_text: bool = False
    """Whether the AWS API has this number or truth value as text, or this text as a number."""

    @property
    def from_aws(self) -> bool:
        """Whether AWS sets the value if the program does not."""
        return self.computed or self.output


def is_absent(spec: Property, value: Value) -> bool:
    """Return whether a value is unset or empty; of a block, whether all that it contains is."""
    if spec.type is ValueType.BLOCK and isinstance(value, dict):
        return all(is_absent(spec.fields.get(name, spec), part) for name, part in value.items())
    return value is None or value in ("", [], {})


def map_blocks(
    spec: Property,
    value: Value,
    change: Callable[[Mapping[str, Property], Mapping[str, Value]], Value],
) -> Value:
    """Change a value if it is a block, or the blocks in it if it is a list."""
    if spec.type is ValueType.BLOCK and isinstance(value, dict):
        return change(spec.fields, value)
    if spec.item is not None and isinstance(value, list):
        return [map_blocks(spec.item, item, change) for item in value]
    return value


@dataclass(frozen=True)
class AutoName:
    """The property that is named after the resource when the program leaves it unset.

    The greatest length is the provider's own limit, which is often wider than that of AWS
    (docs/facts/aws-provider.md#names).
    """

    property: str = "name"
    max_length: int = 255
    lowercase: bool = False


@dataclass(frozen=True)
class Difference:
    """A change of a property, by its path, such as ``environment.variables`` or ``layers[0]``."""

    path: str
    diff: DiffKind
    replaces: bool

    @property
    def property(self) -> str:
        """Name of the top-level property."""
        return self.path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True)
class Existing:
    """A resource that exists: its id and its last outputs, or its inputs if it has just changed."""

    id: str
    state: Props


@dataclass(frozen=True)
class Change:
    """An update in place: the outputs so far, the checked inputs, and which properties differ."""

    id: str
    old: Props
    new: Props
    names: Collection[str]

    @property
    def wanted(self) -> Existing:
        """The resource with the wanted inputs."""
        return Existing(self.id, self.new)

    def touches(self, *names: str) -> bool:
        """Return whether any of these properties differs."""
        return not set(names).isdisjoint(self.names)
