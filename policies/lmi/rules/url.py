"""Function URLs, who may call them, and response streaming (rules URL)."""

import re
from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.references import qualifier_of
from ..graph.stack import Stack
from ..model.access import known
from ..model.callers import RestIntegration
from ..model.functions import Function, FunctionUrl, Permission
from ..model.iam import Role
from .checks import ALIAS_NAME, accounts_of, answers_late, permissions_by_function, value_among
from .rule import Finding, broken_at_run_time, insecure, refused


@refused(
    "url-02-qualifier-is-an-alias",
    why="AWS refuses versions, $LATEST and $LATEST.PUBLISHED there, and no provider checks it.",
    fix="Create an alias on $LATEST.PUBLISHED and give its name as qualifier.",
    sources=(sources.CREATE_URL, sources.URLS),
)
def qualifier_is_an_alias(stack: Stack) -> Iterator[Finding]:
    """The qualifier of a function URL is the name of an alias."""
    for url in stack.all(FunctionUrl):
        qualifier = url.qualifier.or_none()
        if not qualifier or re.fullmatch(ALIAS_NAME, qualifier):
            continue
        functions = stack.functions_of(url)
        if functions and all(function.is_managed is False for function in functions):
            continue
        yield url.finding(
            field=FunctionUrl.qualifier,
            value=_kind_of(qualifier),
            allowed="the name of an alias (letters, digits, - and _, not digits alone), or nothing",
        )


@refused(
    "url-01-known-mode-and-authorization",
    why="The API refuses any other value.",
    fix="Use BUFFERED or RESPONSE_STREAM, and AWS_IAM or NONE.",
    sources=(sources.CREATE_URL,),
)
def known_values(url: FunctionUrl) -> Iterator[Finding]:
    """Mode and authorization of a function URL are values that AWS knows."""
    yield from value_among(url, FunctionUrl.invoke_mode, ("BUFFERED", "RESPONSE_STREAM"))
    yield from value_among(url, FunctionUrl.authorization, ("AWS_IAM", "NONE"))


@broken_at_run_time(
    "url-09-streams-end-within-900-seconds",
    why="A stream ends after 15 minutes, in the middle of the response.",
    fix="Set timeout to 900 or less.",
    sources=(sources.STREAMING, sources.TIMEOUT),
)
def streams_end_in_time(stack: Stack) -> Iterator[Finding]:
    """A function whose answers are streamed has a timeout of at most 900 seconds."""
    for front, functions in _streaming_fronts(stack):
        if functions and all(one.long_timeout for one in functions):
            yield from answers_late(front, functions[0], "its answers are streamed")


def _streaming_fronts(
    stack: Stack,
) -> Iterator[tuple[FunctionUrl | RestIntegration, tuple[Function, ...]]]:
    """Yield each URL and each integration that streams, with the functions that it may call."""
    for front in (*stack.all(FunctionUrl), *stack.all(RestIntegration)):
        if front.streams:
            yield front, stack.functions_of(front)


@broken_at_run_time(
    "url-03-url-of-an-alias",
    why="What a URL without a qualifier invokes on LMI is not documented.",
    fix="Create an alias on $LATEST.PUBLISHED, and give its name as qualifier.",
    confidence=3,
    sources=(sources.PUBLISHING, sources.URLS),
)
def bound_to_an_alias(stack: Stack) -> Iterator[Finding]:
    """A function URL belongs to an alias."""
    for url in stack.all(FunctionUrl):
        if url.qualifier.may_be_set or not url.function.is_present or qualifier_of(url) != "":
            continue
        functions = stack.functions_of(url)
        if functions and all(f.is_managed and f.publishes_latest for f in functions):
            yield url.finding(field=FunctionUrl.qualifier, value="not set")


@insecure(
    "url-14-named-origins",
    why="Any page that a person opens could call it, with the credentials of that person.",
    fix="Name the origins in cors {allowOrigins}.",
    confidence=3,
    sources=(sources.CREATE_URL,),
)
def no_open_origins(url: FunctionUrl) -> Iterator[Finding]:
    """A function URL names the origins that may call from a browser."""
    if "*" not in known(url.origins):
        return
    opened = ["{allowCredentials} is {true}"] if url.credentials.or_none() else []
    if url.authorization.or_none() == "NONE":
        opened.append("nobody is asked who calls")
    if opened:
        yield url.finding(f'{{allowOrigins}} has "*", and {" and ".join(opened)}.')


@broken_at_run_time(
    "url-10-runtime-can-stream",
    why="Of the managed runtimes only Node.js streams by itself.",
    fix="Put Lambda Web Adapter in front of the application, or use BUFFERED.",
    stops=False,
    sources=(sources.STREAMING, sources.WEB_ADAPTER),
)
def runtime_streams(stack: Stack) -> Iterator[Finding]:
    """A URL or an API that streams has a function that can."""
    for front, functions in _streaming_fronts(stack):
        if functions and all(map(_cannot_stream, functions)):
            yield front.finding(
                problem="Answers are to be streamed, and the function's managed runtime cannot.",
                allowed="Node.js, a custom runtime, or Lambda Web Adapter",
            )


@insecure(
    "url-12-url-asks-for-a-caller",
    why="Anyone on the internet could use up the capacity that other functions share.",
    fix='Set {authorizationType}="AWS_IAM", or exempt the URL with the reason.',
    sources=(sources.URL_ACCESS, sources.URLS),
    equivalents=(
        "checkov:CKV_AWS_258",
        "cdk-nag:LambdaFunctionUrlAuth",
        "prowler:awslambda_function_url_public",
    ),
)
def asks_for_a_caller(url: FunctionUrl) -> Iterator[Finding]:
    """A function URL demands that callers sign their requests."""
    if url.authorization.or_none() == "NONE":
        yield url.finding(
            field=FunctionUrl.authorization,
            value="NONE",
            allowed="AWS_IAM, or NONE where everybody on the internet may call",
            fix=url.set_to(FunctionUrl.authorization, "AWS_IAM"),
        )


def _cannot_stream(function: Function) -> bool:
    managed = function.runtime_family in ("python", "java", "dotnet")
    return bool(function.is_managed) and managed and function.has_web_adapter is False


def _kind_of(qualifier: str) -> str:
    """Return what a wrong qualifier is, without repeating text that nobody checked."""
    if qualifier in ("$LATEST", limits.LATEST_PUBLISHED):
        return qualifier
    return "a version number" if qualifier.isdecimal() else "no alias name"


URL_ACTION = "lambda:InvokeFunctionUrl"
FUNCTION_ACTION = "lambda:InvokeFunction"


@broken_at_run_time(
    "url-13-both-permissions-of-a-url",
    why="Since October 2025 a URL answers 403 unless both actions are granted on its qualifier.",
    fix="Grant lambda:InvokeFunctionUrl and lambda:InvokeFunction to the same caller.",
    sources=(sources.URL_ACCESS,),
)
def half_pairs(stack: Stack) -> Iterator[Finding]:
    """Who may call a function URL has both permissions that it takes."""
    for function, permissions in permissions_by_function(stack):
        for permission in permissions:
            is_its = function in stack.functions_of(permission)
            missing = _missing_half(permission) if is_its else None
            if not missing or any(_grants(one, missing, permission) for one in permissions):
                continue
            if _may_have_it_itself(stack, function, permission, missing):
                continue
            via_url = ", with {invokedViaFunctionUrl}={true}" if missing == FUNCTION_ACTION else ""
            yield permission.finding(
                f"It grants one half of what calling a function URL takes; {missing} is missing.",
                allowed=f"both {URL_ACTION} and {FUNCTION_ACTION} for one caller and qualifier",
                fix=f"add a permission with action {missing}{via_url}",
            )


def _missing_half(permission: Permission) -> str | None:
    """Return the action that a permission for a URL needs beside it; None where it needs none.

    Where everyone may call, pulumi-aws grants both by itself when it creates the URL; aws-native
    grants nothing.
    """
    action, authorization = permission.action.or_none(), permission.url_authorization
    granted = () if permission.is_native else ("NONE",)
    if action == URL_ACTION and authorization.or_default("AWS_IAM") not in (None, *granted):
        return FUNCTION_ACTION
    if action == FUNCTION_ACTION and permission.via_url.or_none():
        is_granted = permission.principal.or_none() == "*" and not permission.is_native
        return None if is_granted else URL_ACTION
    return None


def _may_have_it_itself(
    stack: Stack, function: Function, permission: Permission, action: str
) -> bool:
    """Return whether a policy of the caller's own may grant an action.

    That is enough within the function's account, where a service or everyone has no such policy.
    """
    principal = permission.principal.or_none() or ""
    if principal == "*" or ".amazonaws.com" in principal:
        return False
    roles = stack.links(permission, Permission.principal, Role)
    if roles.are_whole and len(roles.found) == 1:
        own = stack.permissions_of(roles.found[0])
        return not own.are_none and not own.lacking((action,))
    accounts, account = accounts_of(function), re.match(r"(?:arn:[^:]*:\w+::)?(\d{12})", principal)
    return not account or not accounts or account[1] in accounts


def _grants(one: Permission, action: str, beside: Permission) -> bool:
    """Return whether a permission may grant an action to the caller of another one."""
    granted = one.action.or_none()
    if granted is not None and granted not in (action, "lambda:*", "*"):
        return False
    principals = {each.principal.then(_account).or_none() for each in (one, beside)}
    qualifiers = {qualifier_of(one), qualifier_of(beside)}
    return all(len(values - {None}) <= 1 for values in (principals, qualifiers))


def _account(principal: str) -> str:
    """Return the number of an account that is named by the ARN of its root, else what is named."""
    return re.sub(r"arn:[^:]*:iam::([0-9]{12}):root", r"\1", principal)
