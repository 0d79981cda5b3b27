"""The description of a resource type, from which check, diff and preview follow.

It holds what the real provider knows before it calls AWS (docs/facts/aws-provider.md): properties
with their types, bounds and defaults, and which changes replace the resource. ``check``, ``diff``
and ``plan`` read descriptions; only a type's own ``create``, ``read``, ``update`` and ``delete``
call AWS.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.import_ids import keys_of
from local.provider.values import Props, Value

Validator = Callable[[str, Value], str | None]
"""Takes a property's name as the provider spells it and a known value; returns the failure."""

Failure = tuple[str, str]
"""A property's name, and why its value is invalid."""


class ProviderFramework(Enum):
    """The framework of a resource type (docs/facts/aws-provider.md#provider-frameworks)."""

    SDK_V2 = auto()
    PLUGIN_FRAMEWORK = auto()


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


class DiffKind(Enum):
    """What a deployment does to a property."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a resource type.

    Attributes
    ----------
    type
        Type of its value.
    required
        Whether the program must set it.
    default
        What the provider adds to the checked inputs of an SDKv2 resource.
    computed
        Whether AWS decides the value if the program does not. Until then it is unknown;
        afterwards it is kept, and removing the property from the program is no difference.
    output
        Whether only AWS sets it.
    replaces
        Whether a change of it replaces the resource. A function, if that depends on the change
        or on the wanted inputs.
    validators
        Checks of a known value.
    item
        Of a list, set or map: the type of its items. Strings by default.
    fields
        Of a block: its properties.
    same
        Returns whether two unequal values have the same meaning.
    member
        Its name in the AWS API.
    within
        The member of requests that contains its own member, such as ``Attributes``.
    in_list
        Whether requests have a list with this value alone.
    single
        Whether the AWS API has, in place of this list, its one item.
    sent
        Whether the AWS call that creates the resource takes it.
    path
        Path of its value in AWS's answer by JMESPath, if that is not its member. Without a value
        there the property is unset.
    absent
        Its value where AWS's answer has none.
    """

    type: ValueType = ValueType.STRING
    required: bool = False
    default: bool | int | str | None = None
    computed: bool = False
    output: bool = False
    replaces: bool | Callable[[DiffKind, Props], bool] = False
    validators: tuple[Validator, ...] = ()
    item: "Property | None" = None
    fields: Mapping[str, "Property"] = field(default_factory=dict[str, "Property"])
    same: Callable[[Value, Value], bool] | None = None
    member: str = ""
    within: str = ""
    in_list: bool = False
    single: bool = False
    sent: bool = True
    path: str = ""
    absent: Value = None

    @property
    def from_aws(self) -> bool:
        """Whether AWS sets the value if the program does not."""
        return self.computed or self.output


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

    Attributes
    ----------
    property
        Name of that property.
    max_length
        The provider's own limit, which is often wider than that of AWS
        (docs/facts/aws-provider.md#names).
    lowercase
        Whether the name has no capital letters.
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

    @property
    def removed_tags(self) -> list[str]:
        """Keys of the tags that are no longer wanted."""
        return sorted(self.old.get("tagsAll", {}).keys() - self.new["tagsAll"].keys())

    @property
    def changed_tags(self) -> Mapping[str, str]:
        """The wanted tags, if any of them differs."""
        return self.new["tagsAll"] if self.touches("tags", "tagsAll") else {}

    def touches(self, *names: str) -> bool:
        """Return whether any of these properties differs."""
        return not set(names).isdisjoint(self.names)


@dataclass(kw_only=True)
class ResourceType(ABC):
    """A resource type of the ``aws`` provider.

    Attributes
    ----------
    pulumi_type
        Pulumi's type token.
    framework
        The framework of the real provider's type.
    properties
        Its properties.
    auto_name
        The property with a generated name, if there is one.
    exactly_one_of
        Groups of properties of which the program has to set one each.
    conflicts
        Pairs of properties of which the program may set one.
    delete_before_replace
        Whether a replacement always deletes the old resource first.
    id_layout
        The id of a resource as a template of properties, for types whose id AWS does not give.
    import_layout
        The keys of an import id with their separator, where that is not the layout of the id.
    """

    pulumi_type: str
    properties: Mapping[str, Property]
    framework: ProviderFramework = ProviderFramework.SDK_V2
    auto_name: AutoName | None = None
    exactly_one_of: Sequence[Sequence[str]] = ()
    conflicts: Sequence[Sequence[str]] = ()
    delete_before_replace: bool = False
    id_layout: str = "{id}"
    import_layout: str = ""

    @property
    def regional(self) -> bool:
        """Whether the resource lives in a Region."""
        return "region" in self.properties

    @property
    def tagged(self) -> bool:
        """Whether the resource carries tags."""
        return "tags" in self.properties

    def failures(self, inputs: Props) -> Iterable[Failure]:
        """Validate the properties of a resource together; values may be unknown."""
        return ()

    @abstractmethod
    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the resource and return its id. The resource exists even if ``complete`` fails."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Do what ``create`` could not do in one call, and wait until the resource is ready.

        After a failure it runs again, so it has to accept what it has done before.
        """
        del aws, made

    @abstractmethod
    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Return the resource's properties in AWS, ``None`` if it does not exist."""

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Return the resource that an import id names, with what ``read`` needs."""
        layout = self.import_layout or self.id_layout.replace("{", "").replace("}", "")
        keys = keys_of(layout, import_id)
        return Existing(self.id_of(keys), keys)

    def id_of(self, keys: Props) -> str:
        """Return the id of the resource that has these keys."""
        return self.id_layout.format_map(keys)

    def update(self, aws: Aws, change: Change) -> None:
        """Update the resource in place. Not called for types that every change replaces."""
        raise ProviderError(f"{self.pulumi_type} cannot be changed in place: {change.names}")

    @abstractmethod
    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the resource, unless it is deleted already."""

    def unsettled(self, change: Change) -> Collection[str]:
        """Return the outputs that an update will change, which are unknown in its preview."""
        return ()
