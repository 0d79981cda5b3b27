"""A case of a linked rule: what it accepts, what breaks it, and what is said then."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from testing.policies.support import Json
from tests.policies.networks import Stack

Change = Json | tuple[str, Json] | None
"""Properties that change, a resource that is added, or none where it is removed."""


@dataclass(frozen=True)
class Case:
    """A few resources, what breaks them, and what rules then say of which of them.

    ``wrong`` changes properties of resources, adds resources, and removes those that it has as
    None.
    """

    told: Mapping[str, str | tuple[str, ...]]
    good: Stack
    wrong: Mapping[str, Change] = field(default_factory=dict[str, Change])

    @property
    def bad(self) -> Stack:
        """The resources, broken."""
        stack = dict(self.good)
        for name, change in self.wrong.items():
            if change is None:
                del stack[name]
            elif isinstance(change, tuple):
                stack[name] = change
            else:
                kind, inputs = stack[name]
                changed = {**inputs, **change}
                stack[name] = kind, {k: v for k, v in changed.items() if v is not None}
        return stack

    @property
    def expected(self) -> set[tuple[str, str]]:
        """Pairs of a policy and the resource that it names."""
        named = ((policy, (at,) if isinstance(at, str) else at) for policy, at in self.told.items())
        return {(policy, resource) for policy, resources in named for resource in resources}
