"""Instance types that a capacity provider allows or excludes (rules CP)."""

import re
from collections.abc import Iterator

from ..facts import limits, sources
from ..facts.instance_types import TOO_SMALL, InstanceType, parse
from ..model.access import Reading
from ..model.capacity_provider import CapacityProvider
from .rule import Failure, Finding, Setting, rule
from .wording import either

PATTERN = r"[a-zA-Z0-9.*-]{1,30}"


@rule(
    "cp-11-allowed-or-excluded-types",
    why="AWS takes one of the two lists.",
    fix="Remove {allowedInstanceTypes} or {excludedInstanceTypes}.",
    failure=Failure.REFUSED,
    sources=(sources.CAPACITY_PROVIDERS, sources.BLOG),
)
def one_list_only(provider: CapacityProvider) -> Iterator[Finding]:
    """Instance types are either allowed or excluded."""
    if provider.allowed_types.or_none() and provider.excluded_types.or_none():
        yield provider.finding(
            problem="Both {allowedInstanceTypes} and {excludedInstanceTypes} are set.",
            allowed="one of them, or neither",
        )


@rule(
    "cp-12-names-of-instance-types",
    why="The API refuses longer lists and names of another form.",
    fix="Use names such as m7g.large, or wildcards such as m7g.*.",
    failure=Failure.REFUSED,
    sources=(sources.INSTANCE_REQUIREMENTS,),
)
def names_of_types(provider: CapacityProvider) -> Iterator[Finding]:
    """Lists of instance types hold at most 400 names."""
    for what, names in _lists(provider):
        wrong = sum(1 for name in names if not re.fullmatch(PATTERN, name.or_default("") or "*"))
        if wrong or len(names) > limits.MAX_INSTANCE_TYPES:
            yield provider.finding(
                problem=f"{what} has {len(names)} entries, {wrong} of them no names of types.",
                allowed=f"{limits.MAX_INSTANCE_TYPES} names at most, such as m7g.large or m7g.*",
                fix=f"shorten {what}, or correct the names",
            )


@rule(
    "cp-13-enough-instance-types",
    why="The fewer types are allowed, the sooner a zone has none of them left.",
    fix="Leave {allowedInstanceTypes} out, or list several types.",
    failure=Failure.UNWISE,
    sources=(sources.BEST_PRACTICES, sources.CAPACITY_PROVIDERS),
    settings=(
        Setting(
            name="leastInstanceTypes",
            description="Least number of allowed instance types.",
            default=3,
            maximum=limits.MAX_INSTANCE_TYPES,
        ),
    ),
)
def enough_choice(provider: CapacityProvider, least: int) -> Iterator[Finding]:
    """A capacity provider may choose among several instance types."""
    names = provider.allowed_types.or_none()
    if not names or len(names) >= least or any("*" in (n.or_none() or "*") for n in names):
        return
    yield provider.finding(
        problem=f"{{allowedInstanceTypes}} has {len(names)} entries.",
        allowed=f"none, or at least {least} of more than one size or family",
    )


@rule(
    "cp-14-c-m-and-r-instances",
    why="LMI offers c, m and r instances, and some g instances for accelerators.",
    fix="Remove these types, or use their c, m or r counterparts.",
    failure=Failure.REFUSED,
    confidence=2,
    sources=(sources.BLOG, sources.SKILL),
)
def offered_families(provider: CapacityProvider) -> Iterator[Finding]:
    """Allowed instance types are of the families that LMI offers."""
    wrong = [one for one in _allowed(provider) if not one.is_offered]
    if wrong:
        yield provider.finding(
            problem=f"{{allowedInstanceTypes}} has {_names(wrong)}, which LMI does not offer.",
            allowed="families c, m and r (g with accelerators), no metal sizes",
        )


@rule(
    "cp-15-smallest-instance-sizes",
    why="LMI starts at large; a c instance of that size hardly holds one environment.",
    fix="Use large and up for m and r, xlarge and up for c.",
    failure=Failure.LIKELY_REFUSED,
    confidence=2,
    sources=(sources.BLOG, sources.SKILL),
)
def large_enough(provider: CapacityProvider) -> Iterator[Finding]:
    """Allowed instance types are large enough for LMI."""
    small = [one for one in _allowed(provider) if one.is_offered and _is_small(one)]
    if small:
        yield provider.finding(
            problem=f"{{allowedInstanceTypes}} has {_names(small)}.",
            allowed="m and r from large, c from xlarge (AWS's pages differ about c large)",
        )


@rule(
    "cp-16-types-of-the-architecture",
    why="A g after the generation means Graviton, arm64; all others are x86_64.",
    fix="Use types of the provider's architecture.",
    failure=Failure.REFUSED,
    confidence=3,
    sources=(sources.INSTANCE_REQUIREMENTS,),
)
def types_of_the_architecture(provider: CapacityProvider) -> Iterator[Finding]:
    """Allowed instance types have the provider's architecture."""
    architecture = provider.architecture
    wrong = [one for one in _allowed(provider) if one.architecture != architecture]
    if architecture in CapacityProvider.ARCHITECTURES and wrong:
        yield provider.finding(
            problem=f"architectures is {architecture}, and allowed types are {_names(wrong)}.",
            allowed=f"types of {architecture} only",
        )


def _lists(provider: CapacityProvider) -> Iterator[tuple[str, tuple[Reading[str], ...]]]:
    yield "{allowedInstanceTypes}", provider.allowed_types.or_none() or ()
    yield "{excludedInstanceTypes}", provider.excluded_types.or_none() or ()


def _allowed(provider: CapacityProvider) -> Iterator[InstanceType]:
    for name in provider.allowed_types.or_none() or ():
        parsed = parse(name.or_default("") or "")
        if parsed is not None:
            yield parsed


def _is_small(one: InstanceType) -> bool:
    return one.size in TOO_SMALL or (one.letters == "c" and one.size == "large")


def _names(types: list[InstanceType]) -> str:
    return either([f"{one.family}.{one.size}" for one in types[:3]]).replace(" or ", " and ")
