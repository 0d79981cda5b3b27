"""What a resource is to a rule: typed fields that never raise, whichever provider made it.

A rule is written once: a ``Field`` knows where a property stands in pulumi-aws and in aws-native,
and how to read it. The resource classes themselves are in ``functions``, ``networks`` and the other
modules of this folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import EllipsisType
from typing import Any, Final, Generic, Self, TypeVar, cast, overload

from .access import ABSENT, UNDECIDED, Path, Props, Reading
from .spelling import PLACEHOLDER

T = TypeVar("T")

CLASSES_OF_TYPE: Final[dict[str, list[type[Resource]]]] = {}
"""Resource classes by the Pulumi type that they stand for; most types are of one class."""

NATIVE_SPELLINGS: Final = {
    "instanceRequirements.0": "instanceRequirements",
    "capacityProviderScalingConfigs.0": "capacityProviderScalingConfig",
    "Vcpu": "VCpu",
    "Gib": "GiB",
}
"""How aws-native writes what pulumi-aws writes otherwise."""

GENERATED = r"-?[0-9a-zA-Z]{7,}"
"""What Pulumi adds to a resource's name to generate a name."""

THIS_PROJECT = "lmi-streaming"
"""This repository's own project, by its name in a URN; others have no such config keys."""


class Field(Generic[T]):
    """One property of a resource class, read when a rule first asks for it, and once.

    Parameters
    ----------
    read
        Which reader of ``Props`` fits the property's type.
    aws, native
        Dotted path in pulumi-aws and in aws-native, which follows from the former unless given;
        None where the provider lacks the property.
    config_key
        The config key of this repository's program that sets the property.
    zero_is_unset
        Whether pulumi-aws sends nothing for 0.
    """

    def __init__(
        self,
        read: Callable[[Props, Path], Reading[T]],
        aws: str | None,
        native: str | EllipsisType | None = ...,
        *,
        config_key: str | None = None,
        zero_is_unset: bool = False,
    ) -> None:
        self._read = read
        self._zero_is_unset = zero_is_unset
        self._aws = _path(aws)
        self._native = _path(_in_native(aws) if isinstance(native, EllipsisType) else native)
        self.config_key = config_key

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, resource: None, owner: type[Resource]) -> Self: ...
    @overload
    def __get__(self, resource: Resource, owner: type[Resource]) -> Reading[T]: ...
    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Self | Reading[T]:
        if resource is None:
            return self
        # What stands in an instance is found before the class's field, as for a cached property.
        reading = vars(resource)[self._name] = self.of(resource)
        return reading

    def path(self, *, native: bool) -> Path | None:
        """Return where the property stands, or None where the provider lacks it."""
        return self._native if native else self._aws

    def of(self, resource: Resource) -> Reading[T]:
        """Return what ``resource`` has here; the inputs decide where the outputs cannot yet."""
        path = self.path(native=resource.is_native)
        if path is None:
            return UNDECIDED
        reading = self._read(resource.props, path)
        if reading.or_none() == "" and resource.inputs is not None:
            reading = self._read(resource.inputs, path)  # "" is what providers write for no value
        if reading.is_absent and resource.is_external:
            return UNDECIDED
        if self._zero_is_unset and not resource.is_native and reading.or_none() == 0:
            return ABSENT
        if reading.is_undecided and resource.inputs is not None:
            return self._read(resource.inputs, path)
        return reading

    def property_of(self, resource: Resource) -> str:
        """Return the top-level property, by which Pulumi records dependencies."""
        path = self.path(native=resource.is_native)
        return str(path[0]) if path else ""


def _in_native(path: str | None) -> str | None:
    for ours, natives in NATIVE_SPELLINGS.items():
        path = path and path.replace(ours, natives)
    return path


def _last(path: Path | None) -> str:
    return next((step for step in reversed(path or ()) if isinstance(step, str)), "")


def _path(dotted: str | None) -> Path | None:
    if dotted is None:
        return None
    return tuple(int(step) if step.isdigit() else step for step in dotted.split("."))


@dataclass(frozen=True, eq=False)
class Resource:
    """What every rule sees of a resource.

    ``props`` are the inputs for a rule about one resource and the outputs for a rule about the
    stack. ``inputs`` are set in the second case only: a first preview does not know the outputs
    that AWS will fill in, but it does know that the program left them out.
    """

    type: str
    name: str
    urn: str
    props: Props
    inputs: Props | None = None
    depends_on: tuple[str, ...] = ()
    """URNs of the resources that this one waits for."""
    made_by: str | None = None
    """URN of the Pulumi provider, which knows account and region; None where not recorded."""
    ignored: tuple[str, ...] = ()
    """Properties that the program tells Pulumi to ignore when they change."""
    is_external: bool = False
    """Whether this operation does not own it: read with ``.get``, or left out by ``--target``.

    What is not among its properties may be set all the same, and nothing about it is reported.
    """
    made_from: Mapping[str, tuple[str, ...]] | None = None
    """URNs of the resources that each top-level property was made from; None where not recorded."""

    def __init_subclass__(cls, *, aws: str = "", native: str = "") -> None:
        """Note which types of pulumi-aws and of aws-native a class stands for.

        Both are written as ``lambda:Function``, several with spaces between them; a base class of
        others has none.
        """
        types = [f"aws-native:{name}" for name in native.split()]
        for module, name in (one.split(":") for one in aws.split()):
            types.append(f"aws:{module}/{name[0].lower()}{name[1:]}:{name}")
        for type_ in types:
            CLASSES_OF_TYPE.setdefault(type_, []).append(cls)

    @property
    def is_native(self) -> bool:
        """Whether the resource is of the aws-native provider."""
        return self.type.startswith("aws-native:")

    def spell(self, wanted: Field[Any]) -> str:
        """Return the property's last name as a template for ``spelling``."""
        name = _last(wanted.path(native=self.is_native))
        return f"{{{name}}}" if name else "this property"

    def in_own_names(self, template: str) -> str:
        """Return a template with the names that the resource's provider gives its properties."""
        if not self.is_native:
            return template
        members = (member for class_ in type(self).__mro__ for member in vars(class_).values())
        fields = [cast("Field[Any]", member) for member in members if isinstance(member, Field)]
        names = {_last(one.path(native=False)): _last(one.path(native=True)) for one in fields}
        return PLACEHOLDER.sub(
            lambda name: f"{{{names.get(name[1]) or _in_native(name[1])}}}", template
        )

    def set_to(self, wanted: Field[T], value: str | float) -> Fix:
        """Return the advice to give a field a value."""
        written = f"{{{value}}}".lower() if isinstance(value, bool) else value
        quoted = f'"{value}"' if isinstance(value, str) else written
        words = f"set {self.spell(wanted)} to {quoted}"
        if wanted.config_key and self.urn.split("::")[1:2] == [THIS_PROJECT]:
            words += f" (`pulumi config set {wanted.config_key} {written}`)"
        path = wanted.path(native=self.is_native)
        return Fix(words, (Change(self, path, value),) if path else ())

    def finding(
        self,
        problem: str = "",
        *,
        field: Field[Any] | None = None,
        value: object = "",
        allowed: str = "",
        fix: Fix | str = "",
    ) -> Finding:
        """Return a mistake of this resource; ``value`` is what ``field`` has, in words.

        Without a field, the first property of this resource that the fix changes is the wrong one.
        """
        advice = Fix(fix) if isinstance(fix, str) else fix
        path = next((one.path for one in advice.changes if one.resource is self), ())
        if field is not None:
            path = field.path(native=self.is_native) or ()
            problem = problem or f"{self.spell(field)} is {value}."
        return Finding(self, problem, allowed, advice, path)


@dataclass(frozen=True, slots=True)
class Change:
    """One property of a resource, and the value to give it."""

    resource: Resource
    path: Path
    """Where the property stands among the resource's inputs."""
    value: object
    """A string, a number or a boolean, as Pulumi takes it."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes that belong together, in words; what is added to it is part of the same advice."""

    text: str
    """Template of ``spelling``: the changes and, added as a string, alternatives and advice."""
    changes: tuple[Change, ...] = ()
    """All of them are needed."""

    def __add__(self, more: Fix | str) -> Fix:
        if isinstance(more, str):
            return Fix(self.text + more, self.changes)
        return Fix(self.text + more.text, self.changes + more.changes)


def together(fixes: Iterable[Fix]) -> Fix:
    """Return one fix that is all of some."""
    found = list(fixes)
    changes = tuple(change for fix in found for change in fix.changes)
    return Fix(", and ".join(fix.text for fix in found), changes)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake; never the value of a possible secret. Texts are templates of ``spelling``."""

    resource: Resource
    """The resource to show it at."""
    problem: str
    """What is set, as a sentence."""
    allowed: str
    """What may be set; an empty text where the rule's title says it."""
    fix: Fix
    """What to change; an empty text where the rule's own advice says it."""
    path: Path
    """Where the property stands that is wrong, empty where it is not a single one."""


class FunctionPart(Resource):
    """A resource that names the function that it belongs to, or invokes."""

    function = Field(Props.text, "functionName")


class Named(Resource):
    """A resource that others refer to by its name or its ARN."""

    own_name = Field(Props.text, "id")
    """The id, unless a class has another name."""
    arn = Field(Props.text, "arn")

    @property
    def fixed_name(self) -> str | None:
        """The name that a program gave; None where Pulumi generates it, or it is not known."""
        field = type(self).own_name
        path = field.path(native=self.is_native)
        if self.inputs is not None and path and self.inputs.text(path).is_absent:
            return None
        name = field.of(self).or_none()
        generated = re.escape(self.name) + GENERATED
        return None if name is None or re.fullmatch(generated, name) else name
