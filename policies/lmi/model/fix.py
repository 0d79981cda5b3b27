"""What a finding proposes: which properties to give which values, and the words for it."""

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
    """One property and the value to give it.

    Attributes
    ----------
    resource
        Whose property it is.
    field
        The property.
    value
        A string, a number or a boolean, as Pulumi takes it.
    """

    resource: Resource
    field: AnyField
    value: object

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
    """Changes that belong together, in words; what is added to it is part of the same advice.

    Attributes
    ----------
    text
        Template of ``spelling``: the changes and, added as a string, alternatives and advice.
    changes
        All of them are needed.
    """

    text: str
    changes: tuple[Change, ...] = ()

    def __add__(self, more: Fix | str) -> Fix:
        if isinstance(more, str):
            return Fix(self.text + more, self.changes)
        return Fix(self.text + more.text, self.changes + more.changes)


def together(fixes: Iterable[Fix]) -> Fix:
    """Return one fix that is all of some."""
    found = list(fixes)
    changes = tuple(change for fix in found for change in fix.changes)
    return Fix(", and ".join(fix.text for fix in found), changes)
