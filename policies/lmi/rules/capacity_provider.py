"""The capacity provider, and what it must share with its functions (catalogue section 4, CP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel

from ..kinds import CapacityProvider, Function
from ..rule import Failure, Finding, StackRule
from ..sources import CAPACITY_PROVIDERS, SKILL, TOOLKIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..stack import Stack


def _same_architecture(stack: Stack) -> Iterator[Finding]:
    for function in stack.managed_functions():
        own = function.architecture
        offered = {provider.architecture for provider in stack.providers_of(function)}
        if own is None or len(offered) != 1 or None in offered or own in offered:
            continue
        (architecture,) = offered
        omitted = " (the default)" if function.architectures.is_absent else ""
        name = function.spell(Function.architectures)
        yield Finding(
            problem=(
                f"The function's {name} is {_shown(own)}{omitted}, and its capacity provider has "
                f"{_shown(architecture)} instances."
            ),
            allowed=f"{_shown(architecture)} for both, or {_shown(own)} for both",
            fix=(
                f'set {name}=["{_shown(architecture)}"] on the function, or change '
                f"instance_requirements of the capacity provider (which replaces it)"
            ),
            resource=function,
        )


CP_10 = StackRule(
    id="CP-10",
    name="cp-10-same-architecture",
    title="A function and its capacity provider have the same architecture.",
    why="AWS answers with an architecture mismatch; both are x86_64 where nothing is set.",
    fix="Set architectures to the same value on the function and on the capacity provider.",
    failure=Failure.REFUSED,
    confidence=2,
    level=EnforcementLevel.MANDATORY,
    sources=(TOOLKIT, CAPACITY_PROVIDERS, SKILL),
    check=_same_architecture,
)


def _shown(architecture: str | None) -> str:
    return architecture if architecture in CapacityProvider.ARCHITECTURES else "another value"


RULES = (CP_10,)
