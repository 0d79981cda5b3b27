"""What the stand-in knows about a resource type: one declarative record each.

A record says what the real provider says before it calls AWS (docs/facts/aws-provider.md):
properties with their types, bounds, defaults and what a change of them means. `check`, `diff` and
`plan` read records; only a record's own `create`, `read`, `update` and `delete` talk to AWS.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import ClassVar

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.import_ids import keys_of
from local.provider.values import Props, Value

Validator = Callable[[str, Value], str | None]
"""Takes a property's name in the provider's own spelling and a known value; gives what is wrong."""

Failure = tuple[str, str]
"""A property's name and what is wrong with it."""

Rule = Callable[[Props], Iterable[Failure]]
"""Judges the properties of a resource together; values may be unknown."""


class Engine(Enum):
    """The framework of a resource type (docs/facts/aws-provider.md#provider-frameworks)."""

    SDK_V2 = auto()
    FRAMEWORK = auto()


class Kind(Enum):
    """Shape of a property. A `SET` is a list whose order means nothing."""

    STRING = auto()
    INTEGER = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    ARCHIVE = auto()
    LIST = auto()
    SET = auto()
    MAP = auto()
    BLOCK = auto()


class Sort(Enum):
    """What a deployment does to a property."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a resource type.

    Attributes
    ----------
    kind
        Its shape.
    required
        Whether the program must set it.
    default
        What the provider puts into the checked inputs of an SDKv2 resource.
    computed
        Whether AWS decides the value where the program does not. Such a value is unknown until
        then, is kept afterwards, and its removal from the program is no difference.
    output
        Whether only AWS sets it.
    replaces
        Whether a change of it replaces the resource; a function where it depends on what happens
        to the property and on the wanted inputs.
    validators
        What the provider demands of a known value.
    item
        Of a list, set or map: what it holds. Texts, if not said.
    fields
        Of a block: its properties.
    same
        Tells whether two unequal values mean the same.
    member
        Its name in the AWS API, where that is not the property's name in PascalCase.
    sent
        Whether the AWS call that creates the resource takes it.
    """

    kind: Kind = Kind.STRING
    required: bool = False
    default: bool | int | str | None = None
    computed: bool = False
    output: bool = False
    replaces: bool | Callable[[Sort, Props], bool] = False
    validators: tuple[Validator, ...] = ()
    item: "Property | None" = None
    fields: Mapping[str, "Property"] = field(default_factory=dict[str, "Property"])
    same: Callable[[Value, Value], bool] | None = None
    member: str | None = None
    sent: bool = True

    @property
    def from_aws(self) -> bool:
        """Whether AWS gives the value when the program does not."""
        return self.computed or self.output


def when_switched(sort: Sort, _: Props) -> bool:
    """Replace the resource when the property comes or goes, not when its value changes."""
    return sort is not Sort.UPDATE


# Shorthands with which records are written, one for each shape.
string = Property
integer = partial(Property, kind=Kind.INTEGER)
number = partial(Property, kind=Kind.NUMBER)
boolean = partial(Property, kind=Kind.BOOLEAN)
archive = partial(Property, kind=Kind.ARCHIVE)
listing = partial(Property, kind=Kind.LIST)
unordered = partial(Property, kind=Kind.SET)
mapping = partial(Property, kind=Kind.MAP)
block = partial(Property, kind=Kind.BLOCK)
output = partial(Property, output=True)

REGION = string(computed=True, replaces=True, sent=False)
TAGS = {"tags": mapping(sent=False), "tagsAll": mapping(computed=True, sent=False)}
TIMEOUTS = block(fields={"create": string(), "update": string(), "delete": string()}, sent=False)


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
    """

    property: str = "name"
    max_length: int = 255


@dataclass(frozen=True)
class Difference:
    """One property that a deployment changes.

    Attributes
    ----------
    path
        Where it is, e.g. `environment.variables` or `layers[0]`.
    sort
        What happens to it.
    replaces
        Whether that replaces the resource.
    """

    path: str
    sort: Sort
    replaces: bool

    @property
    def property(self) -> str:
        """Name of the top-level property."""
        return self.path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True)
class Existing:
    """A resource that exists.

    Attributes
    ----------
    id
        Its id.
    state
        Its last outputs; for a resource that was just created or changed, its inputs.
    """

    id: str
    state: Props


@dataclass(frozen=True)
class Change:
    """An update in place.

    Attributes
    ----------
    id
        The resource's id.
    old
        The outputs so far.
    new
        The checked inputs that are wanted.
    names
        Top-level properties that differ.
    """

    id: str
    old: Props
    new: Props
    names: Collection[str]

    @property
    def removed_tags(self) -> list[str]:
        """Keys of the tags that are no longer wanted."""
        return sorted(self.old.get("tagsAll", {}).keys() - self.new["tagsAll"].keys())

    @property
    def changed_tags(self) -> Mapping[str, str]:
        """The wanted tags, if any of them differs."""
        return self.new["tagsAll"] if self.touches("tags", "tagsAll") else {}

    def touches(self, *names: str) -> bool:
        """Tell whether any of these properties differs."""
        return not set(names).isdisjoint(self.names)


class ResourceType(ABC):
    """A resource type of the `aws` provider."""

    pulumi_type: ClassVar[str]
    """Pulumi's type token."""

    engine: ClassVar[Engine] = Engine.SDK_V2
    properties: ClassVar[Mapping[str, Property]]
    rules: ClassVar[tuple[Rule, ...]] = ()
    auto_name: ClassVar[AutoName | None] = None
    regional: ClassVar[bool] = True
    delete_before_replace: ClassVar[bool] = False
    import_layout: ClassVar[str] = "id"
    """The keys that an import id is made of, by their separator, e.g. `restApi/stageName`."""

    @property
    def tagged(self) -> bool:
        """Whether the resource carries tags."""
        return "tags" in self.properties

    @abstractmethod
    def create(self, aws: Aws, inputs: Props) -> str:
        """Make the resource; give its id. What then fails leaves a resource that exists."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Give a resource just made what making it could not, and wait until it serves.

        It runs again after it failed half-way, so whatever it did before must not be in its way.
        """
        del aws, made

    @abstractmethod
    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Give what AWS says of the resource, `None` when it is gone."""

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Give the resource that an import id names, with what `read` has to know of it.

        Raises
        ------
        ProviderError
            When nothing can be named so.
        """
        del aws
        keys = keys_of(self.import_layout, import_id)
        return Existing(self.id_of(keys), keys)

    def id_of(self, keys: Props) -> str:
        """Give the id of the resource that has these keys."""
        return keys["id"]

    def update(self, aws: Aws, change: Change) -> None:
        """Change the resource in place. Not reached where every change replaces."""
        del aws
        raise ProviderError(f"{self.pulumi_type} cannot be changed in place: {change.names}")

    @abstractmethod
    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the resource; that it is gone already is fine."""

    def unsettled(self, change: Change) -> Collection[str]:
        """Name the AWS-given outputs that an update will change, unknown in its preview."""
        del change
        return ()
