"""Publishing, versions and aliases (rules PUB)."""

import re
from collections.abc import Iterator
from typing import Any

from ..facts import limits, sources
from ..graph.references import qualifier_of
from ..graph.stack import Stack
from ..model.callers import FUNCTION_ARN, INVOKERS, EventSourceMapping
from ..model.functions import Alias, Function, FunctionUrl, Invocation, Permission, Version
from ..model.resource import Field, Resource
from .checks import ALIAS_NAME, PUBLISHED_VERSION, amount, default_in, text_matching, value_among
from .rule import Finding, broken_at_run_time, costly, refused, unwise


@broken_at_run_time(
    "pub-01-publish",
    why="LMI serves published code only, and Pulumi publishes nothing unless told to.",
    fix='Set publish={true}, with {publishTo}="LATEST_PUBLISHED" unless versions must be numbered.',
    sources=(sources.PUBLISHING, sources.SCALING),
)
def publishes(stack: Stack) -> Iterator[Finding]:
    """A function on Lambda Managed Instances publishes its code."""
    if any(version.is_external for version in stack.all(Version)):
        return
    published = {function for v in stack.all(Version) for function in stack.functions_of(v)}
    for function in stack.managed_functions():
        if function.publishes is not False or function in published:
            continue
        field = Function.publish_latest if function.is_native else Function.publish
        state = "not set" if field.of(function).is_absent else "{false}"
        yield function.finding(
            field=field,
            value=state,
            allowed="{true}",
            fix="remove it, or set it to {true}" if function.is_native else "",
        )


@broken_at_run_time(
    "pub-08-alias-on-published-code",
    why="LMI cannot invoke $LATEST, so every caller of such an alias would get an error.",
    fix='Set {functionVersion} to "$LATEST.PUBLISHED" or to the number of a version.',
    sources=(sources.CREATE_ALIAS, sources.PUBLISHING, sources.ALIASES),
    equivalents=("cdk-nag:LambdaLatestVersion",),
)
def alias_on_published_code(stack: Stack) -> Iterator[Finding]:
    """An alias of a function on Lambda Managed Instances points at published code."""
    for alias, _ in stack.of_managed(Alias):
        version = alias.version.or_none()
        if version is not None and not re.fullmatch(PUBLISHED_VERSION, version):
            yield alias.finding(
                field=Alias.version,
                value=version if version == "$LATEST" else "neither of them",
                allowed=f"{limits.LATEST_PUBLISHED}, or the number of a version",
                fix=alias.set_to(Alias.version, limits.LATEST_PUBLISHED)
                + ", and {dependsOn} to the function",
            )


@broken_at_run_time(
    "pub-03-unqualified-callers-are-served",
    why="Without a qualifier LMI runs $LATEST.PUBLISHED, which numbered versions do not make.",
    fix='Set {publishTo}="LATEST_PUBLISHED", or give the callers an alias.',
    sources=(sources.PUBLISHING, sources.URLS),
)
def unqualified_callers_are_served(stack: Stack) -> Iterator[Finding]:
    """Callers that name no qualifier find published code."""
    callers = (*stack.all(FunctionUrl), *stack.all(Permission), *stack.all(EventSourceMapping))
    for caller in callers:
        names_none = type(caller).function.of(caller).is_present and qualifier_of(caller) == ""
        functions = stack.functions_of(caller)
        if not functions or not all(_numbers_versions_only(function) for function in functions):
            continue
        if not names_none and not _is_url_without_alias(stack, caller, functions):
            continue
        if isinstance(caller, Permission) and _have_alias(stack, functions):
            continue  # it calls nothing by itself, and the alias serves
        yield caller.finding(
            "It names no qualifier, and its function publishes numbered versions only.",
            fix=f"{_publish_latest(functions[0])} on the function, or name an alias as qualifier",
        )


def _is_url_without_alias(
    stack: Stack, caller: FunctionUrl | Permission | EventSourceMapping, of: tuple[Function, ...]
) -> bool:
    """Return whether a URL certainly leads to no alias, though its function's ARN is not known.

    The ARN is not known while the function is new. A new function has no aliases but those of the
    stack, and a URL on the number of a version is refused.
    """
    return (
        isinstance(caller, FunctionUrl)
        and not caller.qualifier.may_be_set
        and caller.function.is_undecided
        and not any(function.arn.is_present for function in of)
        and not _have_alias(stack, of)
    )


def _have_alias(stack: Stack, of: tuple[Function, ...]) -> bool:
    """Return whether an alias of the stack may be one of some functions."""
    return stack.aliased is None or not stack.aliased.isdisjoint(of)


@unwise(
    "pub-16-new-callers-name-what-is-published",
    why=(
        "Before the first deployment a preview does not know the ARN that is called; the next one "
        "does, and refuses an ARN without a qualifier (PUB-03, PUB-11)."
    ),
    fix='Set {publishTo}="LATEST_PUBLISHED", or give the callers an alias.',
    sources=(sources.PUBLISHING,),
)
def new_callers_name_what_is_published(stack: Stack) -> Iterator[Finding]:
    """Callers of a new function that only numbers its versions name a version or an alias."""
    for caller, functions in _callers_of_new_functions(stack):
        if not functions or not all(map(_numbers_versions_only, functions)):
            continue
        if not isinstance(caller, Permission) or not _have_alias(stack, functions):
            yield caller.finding(
                problem=(
                    "It calls a new function, which publishes numbered versions only, by an ARN or "
                    "a name that this preview does not know."
                ),
                allowed="the ARN of a version or an alias, such as {qualifiedArn}",
                fix=f"{_publish_latest(functions[0])} on the function, or call an alias",
            )


def _callers_of_new_functions(stack: Stack) -> Iterator[tuple[Resource, tuple[Function, ...]]]:
    """Yield what calls functions by something unknown that was made from them, not from aliases."""
    for class_ in (Permission, EventSourceMapping):
        for caller in stack.all(class_):
            has_qualifier = class_.qualifier.path(native=caller.is_native) is not None
            if has_qualifier and not caller.qualifier.is_absent:
                continue
            if caller.function.is_undecided:
                yield caller, _made_from(stack, caller, class_.function)
    for class_ in INVOKERS:
        for invoker in stack.all(class_):
            if any(target.is_undecided for target in invoker.targets):
                yield invoker, _made_from(stack, invoker, invoker.reference)


def _made_from(stack: Stack, caller: Resource, reference: Field[Any]) -> tuple[Function, ...]:
    """Return the functions that a property was made from, unless it was made from an alias."""
    is_of_alias = bool(stack.sources(caller, reference, Alias))
    return () if is_of_alias else stack.sources(caller, reference, Function)


@broken_at_run_time(
    "pub-11-integrations-invoke-published-code",
    why="LMI cannot invoke $LATEST; without a qualifier it runs $LATEST.PUBLISHED, if any.",
    fix="Use the ARN of an alias: it also allows to go back to an earlier version.",
    sources=(sources.PUBLISHING,),
)
def invokers_are_served(stack: Stack) -> Iterator[Finding]:
    """Integrations, targets and subscriptions invoke published code."""
    for invoker in (found for class_ in INVOKERS for found in stack.all(class_)):
        for target in invoker.targets:
            arn = re.search(FUNCTION_ARN, target.or_none() or "")
            functions = stack.named(Function, arn["function"]) if arn else ()
            if not arn or not functions:
                continue
            if arn["qualifier"] == "$LATEST" and all(f.is_managed for f in functions):
                yield _unserved("$LATEST", functions[0], invoker)
            elif not arn["qualifier"] and all(map(_numbers_versions_only, functions)):
                yield _unserved("a function that numbers versions only", functions[0], invoker)
    for call, _ in stack.of_managed(Invocation):
        if call.function.is_present and qualifier_of(call) in ("", "$LATEST"):
            yield call.finding(
                field=Invocation.qualifier,
                value=f"$LATEST{default_in(call.qualifier)}",
                allowed="the name of an alias, or the number of a version",
                fix="set qualifier to an alias",
            )


def _unserved(target: str, function: Function, invoker: Resource) -> Finding:
    return invoker.finding(
        problem=f"It invokes {target}.",
        allowed=f"an alias, a version, or a function that publishes to {limits.LATEST_PUBLISHED}",
        fix=f"use the alias's ARN, or {_publish_latest(function)} and name no version",
    )


@refused(
    "pub-15-weights-of-two-versions",
    why="The API takes one further version, by its number, and a weight from 0 to 1.",
    fix="Give {additionalVersionWeights} one version number with a weight from 0 to 1.",
    sources=(sources.ALIASES, sources.CREATE_ALIAS),
)
def weighted_versions(stack: Stack) -> Iterator[Finding]:
    """A weighted alias shares requests between two published versions."""
    for alias, _ in stack.of_managed(Alias):
        problem = _weights_problem(alias)
        if problem:
            yield alias.finding(problem)


def _weights_problem(alias: Alias) -> str | None:
    weights = alias.weights
    if len(weights) > 1:
        return f"{{routingConfig}} names {len(weights)} further versions."
    for version, weight in weights:
        if not re.fullmatch(r"[0-9]+", version.or_default("") or "0"):
            return "{routingConfig} names something that is not the number of a version."
        if version.is_present and version == alias.version:
            return "{routingConfig} names the version that the alias has already."
        if not 0 <= (weight.or_none() or 0) <= 1:
            return f"{{routingConfig}} has the weight {amount(weight.or_none())}."
    return None


@refused(
    "pub-04-publish-to-latest-published",
    why="The API knows no other value.",
    fix='Set {publishTo}="LATEST_PUBLISHED", or leave it out.',
    sources=(sources.CREATE_FUNCTION,),
)
def known_target(function: Function) -> Iterator[Finding]:
    """Code is published to LATEST_PUBLISHED, where the program says where."""
    if function.is_managed:
        yield from value_among(function, Function.publish_to, ("LATEST_PUBLISHED",))


@costly(
    "pub-07-versions-do-not-pile-up",
    why="Each keeps its own environments warm, and a capacity provider holds 100 versions.",
    fix='Set {publishTo}="LATEST_PUBLISHED", or delete old versions after each deployment.',
    sources=(sources.QUOTAS, sources.PUBLISHING),
)
def versions_do_not_pile_up(function: Function) -> Iterator[Finding]:
    """Deployments leave no numbered versions behind."""
    if function.is_native or not _numbers_versions_only(function):
        return  # a version of aws-native is a resource, which is deleted with its successor
    kept = "; {skipDestroy} keeps all of them" if function.skip_destroy.or_none() else ""
    yield function.finding(f"Each deployment adds a numbered version{kept}.")


@refused(
    "pub-09-name-of-an-alias",
    why="Digits alone would be a version.",
    fix="Use letters, digits, - and _, not digits alone, 128 characters at most.",
    sources=(sources.CREATE_ALIAS,),
)
def name_of_an_alias(stack: Stack) -> Iterator[Finding]:
    """The name of an alias has the form that AWS takes."""
    meaning = "letters, digits, - and _, not digits alone"
    for alias, _ in stack.of_managed(Alias):
        yield from text_matching(alias, Alias.alias_name, ALIAS_NAME, 128, meaning)


@refused(
    "pub-12-permission-on-an-alias",
    why="A permission covers its own qualifier only; $LATEST and $LATEST.PUBLISHED are refused.",
    fix="Grant the permission on an alias of $LATEST.PUBLISHED.",
    sources=(sources.PROVIDER_SOURCE + "permission.go", sources.ALIASES),
)
def permission_on_an_alias(stack: Stack) -> Iterator[Finding]:
    """A permission names an alias or a numbered version as qualifier."""
    on_lmi = {permission for permission, _ in stack.of_managed(Permission)}
    for permission in stack.all(Permission):
        qualifier = permission.qualifier.or_none()
        is_latest = qualifier == "$LATEST" and permission in on_lmi
        if is_latest or qualifier == limits.LATEST_PUBLISHED:
            yield permission.finding(field=Permission.qualifier, value=qualifier)


def _numbers_versions_only(function: Function) -> bool:
    if function.is_native:
        return bool(function.is_managed) and function.publishes_latest is False
    return bool(
        function.is_managed and function.publish.or_none() and function.publish_to.is_absent
    )


def _publish_latest(function: Function) -> str:
    """Return the words that tell how to publish to $LATEST.PUBLISHED."""
    if function.is_native:
        return f"set {function.spell(Function.publish_latest)}={{true}}"
    return f'set {function.spell(Function.publish_to)}="LATEST_PUBLISHED"'
