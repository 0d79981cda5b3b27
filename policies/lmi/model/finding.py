"""What a rule found wrong with a resource; ``Resource.finding`` makes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .fix import AnyField, Change, Fix

if TYPE_CHECKING:
    from .resource import Resource


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake; never the value of a possible secret. Texts are templates of ``spelling``.

    Attributes
    ----------
    resource
        The resource to show it at.
    problem
        What is set, as a sentence.
    allowed
        What may be set.
    fix
        What to change; empty where the rule's own advice says it.
    field
        The property that is wrong, where it is one.
    """

    resource: Resource
    problem: str
    allowed: str
    fix: Fix | str
    field: AnyField | None

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
