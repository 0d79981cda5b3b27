"""What a rule found wrong with a resource, and which properties to give which values instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .access import Path
    from .resource import Resource


class AnyField(Protocol):
    """Any ``Field`` of a resource class, without its ``__get__``, which would hide it here."""

    def path(self, *, native: bool) -> Path | None:
        """See ``Field.path``."""
        ...

    def spelled_in(self, resource: Resource) -> str:
        """See ``Field.spelled_in``."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One property and the value to give it."""

    resource: Resource
    """Whose property it is."""
    field: AnyField
    """The property."""
    value: object
    """A string, a number or a boolean, as Pulumi takes it."""

    @property
    def path(self) -> Path:
        """Where the property stands among the resource's inputs."""
        return self.field.path(native=self.resource.is_native) or ()

    @property
    def property(self) -> str:
        """The top-level property."""
        return str(self.path[0]) if self.path else ""


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
    """What may be set."""
    fix: Fix | str
    """What to change; empty where the rule's own advice says it."""
    field: AnyField | None
    """The property that is wrong, where it is one."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The properties to change with their values, where the fix says them."""
        return self.fix.changes if isinstance(self.fix, Fix) else ()

    @property
    def property_path(self) -> str:
        """The path of the property that is wrong, empty where it is not a single one."""
        own = [change.field for change in self.changes if change.resource is self.resource]
        field = self.field or (own[0] if own else None)
        path = field.path(native=self.resource.is_native) if field else None
        return ".".join(map(str, path or ()))
