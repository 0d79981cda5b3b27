"""How many share a capacity provider, their trust, tags and cost (rules Q, SEC, COST, TAG)."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.callers import HttpIntegration, RestIntegration
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function, FunctionUrl, Permission, Version
from .checks import value_among
from .rule import Finding, Setting, costly, insecure, refused, unwise

FRONT_SERVICES = (
    "apigateway.amazonaws.com",
    "cloudfront.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
)
"""Services that hand on what the internet sends them, or only what a network does."""


@refused(
    "q-02-at-most-100-versions",
    why="The quota is fixed; beyond it AWS refuses to create and to publish.",
    fix="Spread the functions over several capacity providers.",
    sources=(sources.LMI_QUOTAS,),
)
def few_versions(stack: Stack) -> Iterator[Finding]:
    """A capacity provider has at most 100 function versions."""
    numbered = Counter(
        function for version in stack.all(Version) for function in stack.functions_of(version)
    )
    for provider, functions in stack.functions_by_provider.items():
        count = sum(numbered[f] + bool(f.publishes) for f in functions)
        if count > limits.MAX_VERSIONS_OF_PROVIDER:
            yield provider.finding(f"The stack publishes {count} function versions on it.")


PROVIDERS = Setting("mostProviders", "Greatest number of capacity providers in one stack.", 5)


@unwise(
    "q-03-few-providers",
    why="AWS takes one change of a provider per second, so many of them make updates slow.",
    fix="Share capacity providers within a trust zone, or divide the stack.",
    sources=(sources.LMI_QUOTAS,),
    settings=(PROVIDERS,),
)
def few_providers(stack: Stack, most: int) -> Iterator[Finding]:
    """A stack has no more capacity providers than it can change in reasonable time."""
    providers = stack.all(CapacityProvider)
    if len(providers) > most:
        yield providers[most].finding(
            f"The stack has {len(providers)} capacity providers.", allowed=f"{most} at most"
        )


@insecure(
    "sec-02-public-and-internal-functions-apart",
    why="Functions on one provider share instances: an attacker in one may reach the others.",
    fix="Give functions with an open URL a capacity provider of their own.",
    sources=(sources.BEST_PRACTICES,),
)
def apart_from_the_public(stack: Stack) -> Iterator[Finding]:
    """Public and internal functions have different capacity providers."""
    public, undecided = set[Function](), set(_behind_a_service(stack))
    for url in stack.all(FunctionUrl):
        authorization = url.authorization.or_none()
        if authorization != "AWS_IAM":
            group = public if authorization == "NONE" else undecided
            group.update(stack.functions_of(url))
    for provider, functions in stack.functions_by_provider.items():
        exposed = public.intersection(functions)
        internal = set(functions) - public - undecided
        if exposed and internal:
            yield provider.finding(
                f"{len(exposed)} of its functions have a URL that asks nobody who calls, "
                f"{len(internal)} are not public."
            )


def _behind_a_service(stack: Stack) -> Iterator[Function]:
    """Yield the functions that may be public or internal, which the service in front decides."""
    for class_ in (RestIntegration, HttpIntegration):
        for integration in stack.all(class_):
            yield from stack.functions_of(integration)
    for permission in stack.all(Permission):
        if permission.principal.is_undecided or permission.principal.or_none() in FRONT_SERVICES:
            yield from stack.functions_of(permission)


LOW_MEMORY = Setting(
    "leastMemoryMb",
    "Least memory of a function that is worth a capacity provider alone, in MB.",
    default=2 * limits.MIN_MEMORY_MB,
    maximum=limits.MAX_MEMORY_MB,
)


@costly(
    "cost-01-provider-is-worth-its-instances",
    why="LMI bills three instances by default, with or without traffic, and a fee of 15 percent.",
    fix="Share it with functions of the same trust zone, or use a function without a provider.",
    sources=(sources.OVERVIEW, sources.SCALING, sources.CALCULATOR),
    settings=(LOW_MEMORY,),
)
def worth_its_instances(stack: Stack, least_mb: int) -> Iterator[Finding]:
    """A capacity provider is there for more than one small function."""
    if not all(_is_placed(stack, function) for function in stack.all(Function)):
        return
    parked = _parked(stack)
    for provider, functions in stack.functions_by_provider.items():
        if len(functions) > 1 or functions[0] in parked:
            continue
        memory_mb = functions[0].memory_mb.or_none()
        if memory_mb is not None and memory_mb < least_mb:
            yield provider.finding(
                f"Its only function has {memory_mb} MB.",
                allowed=f"several functions, or one with {least_mb} MB or more",
            )


def _parked(stack: Stack) -> set[Function]:
    """Return the functions that certainly or possibly keep no environment: all are scaled to 0."""
    scaled, running = set[Function](), set[Function]()
    for config, functions in stack.scaling_configs():
        scaled.update(functions)
        if config.maximum.is_absent or config.maximum.or_none():
            running.update(functions)
    return scaled - running


def _is_placed(stack: Stack, function: Function) -> bool:
    """Return whether it is certain which provider of the stack a function is on, if any."""
    if not function.is_managed:
        return function.is_managed is False
    providers = stack.providers_of(function)
    return len(providers) == 1 or (not providers and function.provider_arn.is_present)


MODES = ("None", "Explicit")
TRUST_ZONE = "trust-zone"
"""The tag by which a team may say who trusts whom (SEC-01)."""
KEY_LENGTH, VALUE_LENGTH = 128, 256


@refused(
    "q-04-form-of-tags",
    why="The API refuses other characters, longer texts, and keys that are AWS's own.",
    fix=(
        "Use keys of 1 to 128 and values of up to 256 letters, digits, spaces and _.:/=+-@, and no "
        "key that begins with aws:."
    ),
    sources=(sources.CREATE_PROVIDER,),
)
def form_of_tags(stack: Stack) -> Iterator[Finding]:
    """Tags of functions and capacity providers have the form that AWS takes."""
    for resource in (*stack.all(CapacityProvider), *stack.managed_functions()):
        tags = resource.tags.or_none() or {}
        if not all(_is_tag(key, value.or_none() or "") for key, value in tags.items()):
            yield resource.finding("A tag does not have the form that AWS takes.")


@refused(
    "q-04-at-most-50-tags",
    why="AWS takes 50 tags for each resource; default tags of the Pulumi provider count as well.",
    fix="Remove tags from the resource, or from the default tags of its Pulumi provider.",
    sources=(sources.TAG_QUOTAS,),
)
def few_tags(stack: Stack) -> Iterator[Finding]:
    """Functions and capacity providers have at most 50 tags."""
    tagged = (*stack.all(CapacityProvider), *stack.managed_functions())
    counts = {one: len(one.all_tags.or_none() or one.tags.or_none() or ()) for one in tagged}
    wrong = [one for one, count in counts.items() if count > limits.MAX_TAGS]
    for resource in wrong[:1]:  # default tags are too many for all of them at once
        others = f", and {len(wrong) - 1} more of the stack have too many" if wrong[1:] else ""
        yield resource.finding(f"It has {counts[resource]} tags{others}.")


def _is_tag(key: str, value: str) -> bool:
    within = 1 <= len(key) <= KEY_LENGTH and len(value) <= VALUE_LENGTH
    is_own = not key.lower().startswith("aws:")
    return within and is_own and all(map(_may_be_in_a_tag, key + value))


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
        yield provider.finding("tags is set, and {propagateTags} is not.")


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
            "{propagateTags} is set without mode.",
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
        yield provider.finding(f"{{explicitTags}} has {len(tags)} tags.")


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
        yield provider.finding("mode is Explicit, and {explicitTags} is empty.")


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
        yield provider.finding("mode is None, and {explicitTags} is set.")


@insecure(
    "sec-01-one-trust-zone-for-each-provider",
    why="Containers are no security boundary: functions on one provider must trust each other.",
    fix="Give each trust zone a capacity provider, and the same trust-zone tag to what is in it.",
    sources=(sources.SECURITY,),
)
def same_trust_zone(stack: Stack) -> Iterator[Finding]:
    """A capacity provider and its functions are of one trust zone."""
    for provider, functions in stack.functions_by_provider.items():
        zone = _trust_zone(provider)
        for function in functions:
            own = _trust_zone(function)
            if zone is None or own is None or zone == own:
                continue
            yield function.finding(
                f"The tags {TRUST_ZONE} of the function and of its capacity provider differ."
            )


def _trust_zone(resource: Function | CapacityProvider) -> str | None:
    """Return the zone of a resource, empty where it names none; None where not known."""
    tags = resource.tags.or_default({})
    if tags is None:
        return None
    zone = tags.get(TRUST_ZONE)
    return "" if zone is None else zone.or_default("")
