"""Tags, their way to instances, and the trust that they tell (rules Q, SEC, TAG)."""

import unicodedata
from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function
from .checks import value_among
from .rule import Finding, costly, insecure, refused, unwise

MODES = ("None", "Explicit")
TRUST_ZONE = "trust-zone"
"""The tag by which a team may say who trusts whom (SEC-01)."""
KEY_LENGTH, VALUE_LENGTH = 128, 256


@refused(
    "q-04-form-of-tags",
    why="The API refuses other characters, longer texts, and keys that are AWS's own.",
    fix="Use letters, digits, spaces and _.:/=+-@ in tags.",
    sources=(sources.CREATE_PROVIDER,),
)
def form_of_tags(stack: Stack) -> Iterator[Finding]:
    """Tags of functions and capacity providers have the form that AWS takes."""
    for resource in (*stack.all(CapacityProvider), *stack.managed_functions()):
        tags = resource.tags.or_none() or {}
        if all(_is_key(key) and _is_value(value.or_none() or "") for key, value in tags.items()):
            continue
        yield resource.finding(
            problem="A tag does not have the form that AWS takes.",
            allowed=(
                f"keys of 1 to {KEY_LENGTH} and values of up to {VALUE_LENGTH} letters, digits, "
                "spaces and _.:/=+-@, and no key that begins with aws:"
            ),
        )


def _is_key(key: str) -> bool:
    within = 1 <= len(key) <= KEY_LENGTH
    return within and not key.lower().startswith("aws:") and all(map(_may_be_in_a_tag, key))


def _is_value(value: str) -> bool:
    return len(value) <= VALUE_LENGTH and all(map(_may_be_in_a_tag, value))


def _may_be_in_a_tag(character: str) -> bool:
    return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LZN"


@costly(
    "q-05-tags-reach-instances",
    why="Its own tags do not reach instances, volumes and network interfaces, which cost money.",
    fix='Set {propagateTags} with mode "Explicit" and {explicitTags}, or "None".',
    sources=(sources.TAG_PROPAGATION,),
)
def tags_reach_instances(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider with tags says which of them its instances carry."""
    if provider.is_native and provider.tags.or_none() and provider.propagation.is_absent:
        yield provider.finding(
            problem="tags is set, and {propagateTags} is not.",
            allowed="{propagateTags} with the tags that instances should carry",
        )


@refused(
    "tag-01-propagation-none-or-explicit",
    why="The block needs a mode, and the API knows these two.",
    fix="Set mode to None or Explicit.",
    sources=(sources.TAG_PROPAGATION, sources.CREATE_PROVIDER),
)
def known_mode(provider: CapacityProvider) -> Iterator[Finding]:
    """Tag propagation has the mode None or Explicit."""
    if provider.propagation.is_present and provider.propagation_mode.is_absent:
        yield provider.finding(
            problem="{propagateTags} is set without mode.",
            allowed="None or Explicit",
            fix=provider.set_to(CapacityProvider.propagation_mode, "Explicit"),
        )
    yield from value_among(provider, CapacityProvider.propagation_mode, MODES)


@refused(
    "tag-02-at-most-40-propagated-tags",
    why="The API refuses more; EC2 needs room for those of AWS itself.",
    fix="Remove tags from {explicitTags}.",
    sources=(sources.TAG_PROPAGATION, sources.CREATE_PROVIDER),
)
def few_propagated_tags(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider propagates at most 40 tags."""
    tags = provider.propagated_tags.or_none() or {}
    if len(tags) > limits.MAX_PROPAGATED_TAGS:
        yield provider.finding(
            problem=f"{{explicitTags}} has {len(tags)} tags.",
            allowed=f"{limits.MAX_PROPAGATED_TAGS} at most",
        )


@refused(
    "tag-03-explicit-propagation-has-tags",
    why="The API refuses the mode Explicit without them.",
    fix="Add {explicitTags}, or set mode to None.",
    sources=(sources.TAG_PROPAGATION,),
)
def explicit_has_tags(provider: CapacityProvider) -> Iterator[Finding]:
    """Explicit tag propagation names the tags."""
    tags = provider.propagated_tags
    if provider.propagation_mode.or_none() == "Explicit" and tags.or_default({}) == {}:
        yield provider.finding(
            problem="mode is Explicit, and {explicitTags} is empty.",
            allowed="at least one tag with Explicit",
        )


@unwise(
    "tag-04-no-tags-without-propagation",
    why="With the mode None they are ignored.",
    fix="Set mode to Explicit, or remove {explicitTags}.",
    confidence=3,
    sources=(sources.TAG_PROPAGATION,),
)
def no_ignored_tags(provider: CapacityProvider) -> Iterator[Finding]:
    """Without tag propagation there are no tags to propagate."""
    if provider.propagation_mode.or_none() == "None" and provider.propagated_tags.or_none():
        yield provider.finding(
            problem="mode is None, and {explicitTags} is set.",
            allowed="{explicitTags} with Explicit only",
        )


@insecure(
    "sec-01-one-trust-zone-for-each-provider",
    why="Containers are no security boundary: functions on one provider must trust each other.",
    fix="Give each trust zone a capacity provider, and the same trust-zone tag to what is in it.",
    sources=(sources.SECURITY,),
)
def same_trust_zone(stack: Stack) -> Iterator[Finding]:
    """A capacity provider and its functions are of one trust zone."""
    for provider, functions in stack.functions_by_provider().items():
        zone = _trust_zone(provider)
        for function in functions:
            own = _trust_zone(function)
            if zone is None or own is None or zone == own:
                continue
            yield function.finding(
                problem=(
                    f"The tags {TRUST_ZONE} of the function and of its capacity provider differ."
                ),
                allowed="the same value on both, or no such tag on either",
            )


def _trust_zone(resource: Function | CapacityProvider) -> str | None:
    """Return the zone of a resource, empty where it names none; None where not known."""
    tags = resource.tags.or_default({})
    if tags is None:
        return None
    zone = tags.get(TRUST_ZONE)
    return "" if zone is None else zone.or_default("")
