"""Function URLs and response streaming (catalogue section 7, URL)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel

from ..checks import value_among
from ..kinds import Function, FunctionUrl
from ..limits import (
    ADAPTER_LAYER_NAMES,
    ADAPTER_LAYER_VERSION,
    FIRST_ADAPTER_LAYER_VERSION,
    LATEST_PUBLISHED,
    MAX_SYNCHRONOUS_TIMEOUT_SECONDS,
)
from ..rule import Failure, Finding, ResourceRule, StackRule
from ..sources import (
    ADAPTER_CRASH,
    CREATE_URL,
    PUBLISHING,
    STREAMING,
    TIMEOUT,
    URL_ACCESS,
    URLS,
    WEB_ADAPTER,
)
from ..stack import qualifier_of
from ..wording import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..stack import Stack

ALIAS_NAME = re.compile(r"(?![0-9]+$)[0-9a-zA-Z-_]+")
ADAPTER_LAYER = re.compile(
    r"arn:[^:]+:lambda:[^:]+:[0-9]+:layer:"
    r"(?P<name>LambdaAdapterLayer[a-zA-Z0-9]{1,40}):(?P<version>[0-9]{1,9})"
)
ADAPTER_MODE = "AWS_LWA_INVOKE_MODE"


def _qualifier_is_an_alias(stack: Stack) -> Iterator[Finding]:
    for url in stack.all(FunctionUrl):
        qualifier = url.qualifier.or_none()
        if qualifier is None or ALIAS_NAME.fullmatch(qualifier):
            continue
        functions = stack.functions_of(url)
        if functions and all(function.is_managed is False for function in functions):
            continue
        yield Finding(
            problem=f"{url.spell(FunctionUrl.qualifier)} is {_kind_of(qualifier)}.",
            allowed="the name of an alias (letters, digits, - and _, not digits alone), or nothing",
            fix=(
                f"create an alias on {LATEST_PUBLISHED}, and set "
                f"{url.spell(FunctionUrl.qualifier)} to the alias's name"
            ),
            resource=url,
        )


URL_02 = StackRule(
    id="URL-02",
    name="url-02-qualifier-is-an-alias",
    title="The qualifier of a function URL is the name of an alias.",
    why="AWS refuses versions, $LATEST and $LATEST.PUBLISHED there, and no provider checks it.",
    fix="Create an alias on $LATEST.PUBLISHED and give its name as qualifier.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_URL, URLS),
    check=_qualifier_is_an_alias,
)


def _adapter_and_url_agree(stack: Stack) -> Iterator[Finding]:
    for url in stack.all(FunctionUrl):
        url_streams = url.streams
        functions = stack.functions_of(url)
        if url_streams is None or not functions:
            continue
        if all(_adapter_streams(function) is (not url_streams) for function in functions):
            yield _disagreement(url, url_streams=url_streams)


def _disagreement(url: FunctionUrl, *, url_streams: bool) -> Finding:
    mode = url.spell(FunctionUrl.invoke_mode)
    if url_streams:
        problem = f"{mode} is RESPONSE_STREAM, and {ADAPTER_MODE} is not response_stream."
        fix = f"set {ADAPTER_MODE}=response_stream in the function's environment"
    else:
        problem = f"{mode} is BUFFERED (the default), and {ADAPTER_MODE} is response_stream."
        fix = f'set {mode}="RESPONSE_STREAM" on the URL'
    return Finding(
        problem=problem,
        allowed=f"RESPONSE_STREAM with {ADAPTER_MODE}=response_stream, or BUFFERED without it",
        fix=fix,
        resource=url,
    )


URL_04 = StackRule(
    id="URL-04",
    name="url-04-adapter-and-url-agree",
    title="Lambda Web Adapter and the function URL agree whether responses are streamed.",
    why="Each would misread what the other sends: clients get broken bodies, or none streamed.",
    fix="Use invoke_mode RESPONSE_STREAM together with AWS_LWA_INVOKE_MODE=response_stream.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(WEB_ADAPTER, STREAMING),
    check=_adapter_and_url_agree,
)


def _known_values(url: FunctionUrl) -> Iterator[Finding]:
    yield from value_among(url, FunctionUrl.invoke_mode, ("BUFFERED", "RESPONSE_STREAM"))
    yield from value_among(url, FunctionUrl.authorization, ("AWS_IAM", "NONE"))


URL_01 = ResourceRule(
    id="URL-01",
    name="url-01-known-mode-and-authorization",
    title="Mode and authorization of a function URL are values that AWS knows.",
    why="The API refuses any other value.",
    fix="Use BUFFERED or RESPONSE_STREAM, and AWS_IAM or NONE.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_URL,),
    subject=FunctionUrl,
    check=_known_values,
)


def _layer_and_wrapper(function: Function) -> Iterator[Finding]:
    image = function.package_type.or_default("Zip") != "Zip"
    if not function.is_managed or image or not function.has_web_adapter:
        return
    has_layer, has_wrapper = function.has_adapter_layer, function.has_adapter_wrapper
    if has_layer is False:
        yield Finding(
            problem="Lambda Web Adapter is configured, and its layer is missing.",
            allowed="the layer together with AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap",
            fix=f"add the layer {either(list(ADAPTER_LAYER_NAMES.values()))} to layers",
        )
    if has_wrapper is False:
        yield Finding(
            problem="Lambda Web Adapter is configured, and nothing starts it.",
            allowed="the layer together with AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap",
            fix="set AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap in environment",
        )


URL_05 = ResourceRule(
    id="URL-05",
    name="url-05-adapter-layer-and-wrapper",
    title="Lambda Web Adapter in a zip function has its layer and its wrapper.",
    why="The layer brings /opt/bootstrap, and the variable makes Lambda start it.",
    fix="Add the adapter's layer, and set AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(WEB_ADAPTER,),
    subject=Function,
    check=_layer_and_wrapper,
)


def _adapter_version(function: Function) -> Iterator[Finding]:
    for _, version in _adapter_layers(function):
        if version < FIRST_ADAPTER_LAYER_VERSION:
            yield Finding(
                problem=f"The layer of Lambda Web Adapter has version {version}.",
                allowed=f"{FIRST_ADAPTER_LAYER_VERSION} or newer, best {ADAPTER_LAYER_VERSION}",
                fix=f"use version {ADAPTER_LAYER_VERSION} of the layer",
            )


URL_06 = ResourceRule(
    id="URL-06",
    name="url-06-adapter-for-lmi",
    title="The layer of Lambda Web Adapter is one that runs on Lambda Managed Instances.",
    why="Before version 26 (adapter 1.0.0-rc1) it crashes there and ends in Extension.Crash.",
    fix="Use version 30 of the layer, at least 26.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(ADAPTER_CRASH, WEB_ADAPTER),
    subject=Function,
    check=_adapter_version,
)


def _adapter_architecture(function: Function) -> Iterator[Finding]:
    architecture = function.architecture or ""
    fitting = ADAPTER_LAYER_NAMES.get(architecture)
    wrong = [name for name, _ in _adapter_layers(function) if fitting and name != fitting]
    if wrong:
        yield Finding(
            problem=f"The layer {wrong[0]} is used on {architecture}.",
            allowed=f"{fitting} on {architecture}",
            fix=f"use the layer {fitting}, or change architectures",
        )


URL_07 = ResourceRule(
    id="URL-07",
    name="url-07-adapter-of-the-architecture",
    title="The layer of Lambda Web Adapter fits the function's architecture.",
    why="The other layer's program cannot start there.",
    fix="Use LambdaAdapterLayerX86 on x86_64, LambdaAdapterLayerArm64 on arm64.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=2,
    level=EnforcementLevel.MANDATORY,
    sources=(WEB_ADAPTER,),
    subject=Function,
    check=_adapter_architecture,
)


def _streams_end_in_time(stack: Stack) -> Iterator[Finding]:
    for url in stack.all(FunctionUrl):
        functions = stack.functions_of(url)
        longest = MAX_SYNCHRONOUS_TIMEOUT_SECONDS
        if not url.streams or not functions:
            continue
        if all(f.is_managed and (f.timeout.or_none() or 0) > longest for f in functions):
            function = functions[0]
            yield Finding(
                problem=(
                    f"{function.spell(Function.timeout)} of the function is "
                    f"{function.timeout.or_none()} s, and its URL streams."
                ),
                allowed=f"1 to {longest} s",
                fix=function.set_to(Function.timeout, longest)
                + " or less, or use a function without a URL for longer work",
                resource=url,
            )


URL_09 = StackRule(
    id="URL-09",
    name="url-09-streams-end-within-900-seconds",
    title="A function whose URL streams has a timeout of at most 900 seconds.",
    why="A stream ends after 15 minutes, in the middle of whatever it tells.",
    fix="Set timeout to 900 or less.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(STREAMING, TIMEOUT),
    check=_streams_end_in_time,
)


def _bound_to_an_alias(stack: Stack) -> Iterator[Finding]:
    for url in stack.all(FunctionUrl):
        if url.qualifier.is_present or not url.function.is_present or qualifier_of(url) != "":
            continue
        functions = stack.functions_of(url)
        if functions and all(f.is_managed and f.publishes_latest for f in functions):
            yield Finding(
                problem=f"{url.spell(FunctionUrl.qualifier)} is not set.",
                allowed="the name of an alias",
                fix=(
                    f"create an alias on {LATEST_PUBLISHED}, and set "
                    f"{url.spell(FunctionUrl.qualifier)} to its name"
                ),
                resource=url,
            )


URL_03 = StackRule(
    id="URL-03",
    name="url-03-url-of-an-alias",
    title="A function URL belongs to an alias.",
    why="What a URL without a qualifier reaches on LMI is not documented; an alias is.",
    fix="Create an alias on $LATEST.PUBLISHED, and give its name as qualifier.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=3,
    level=EnforcementLevel.ADVISORY,
    sources=(PUBLISHING, URLS),
    check=_bound_to_an_alias,
)


def _no_open_origins(url: FunctionUrl) -> Iterator[Finding]:
    origins = url.origins.or_none() or ()
    if not any(origin.or_none() == "*" for origin in origins):
        return
    opened = [
        words
        for is_open, words in (
            (url.credentials.or_none(), "allow_credentials is True"),
            (url.authorization.or_none() == "NONE", "nobody is asked who calls"),
        )
        if is_open
    ]
    if opened:
        yield Finding(
            problem=f'allow_origins has "*", and {" and ".join(opened)}.',
            allowed="the origins that call, by name",
            fix="name the origins in allow_origins",
        )


URL_14 = ResourceRule(
    id="URL-14",
    name="url-14-named-origins",
    title="A function URL names the origins that may call from a browser.",
    why="Any page that a person opens could call it, with the credentials of that person.",
    fix="Name the origins in cors allow_origins.",
    failure=Failure.INSECURE,
    confidence=3,
    level=EnforcementLevel.ADVISORY,
    sources=(CREATE_URL,),
    subject=FunctionUrl,
    check=_no_open_origins,
)


def _runtime_streams(stack: Stack) -> Iterator[Finding]:
    for url in stack.all(FunctionUrl):
        functions = stack.functions_of(url)
        if url.streams and functions and all(map(_cannot_stream, functions)):
            yield Finding(
                problem="The URL streams, and the function's managed runtime cannot.",
                allowed="Node.js, a custom runtime, or Lambda Web Adapter",
                fix="put Lambda Web Adapter in front of the application, or use BUFFERED",
                resource=url,
            )


URL_10 = StackRule(
    id="URL-10",
    name="url-10-runtime-can-stream",
    title="A URL that streams has a function that can.",
    why="Of the managed runtimes only Node.js streams by itself.",
    fix="Use Lambda Web Adapter with response_stream, or invoke_mode BUFFERED.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.ADVISORY,
    sources=(STREAMING, WEB_ADAPTER),
    check=_runtime_streams,
)


def _asks_for_a_caller(url: FunctionUrl) -> Iterator[Finding]:
    if url.authorization.or_none() == "NONE":
        yield Finding(
            problem=f"{url.spell(FunctionUrl.authorization)} is NONE.",
            allowed="AWS_IAM, or NONE where everybody on the internet may call",
            fix=url.set_to(FunctionUrl.authorization, "AWS_IAM"),
        )


URL_12 = ResourceRule(
    id="URL-12",
    name="url-12-url-asks-for-a-caller",
    title="A function URL asks who calls.",
    why="It is on the internet, and strangers use up the capacity that its neighbours share.",
    fix='Set authorization_type="AWS_IAM", or exempt the URL with the reason.',
    failure=Failure.INSECURE,
    confidence=1,
    level=EnforcementLevel.ADVISORY,
    sources=(URL_ACCESS, URLS),
    sisters=(
        "checkov:CKV_AWS_258",
        "cdk-nag:LambdaFunctionUrlAuth",
        "prowler:awslambda_function_url_public",
    ),
    subject=FunctionUrl,
    check=_asks_for_a_caller,
)


def _adapter_layers(function: Function) -> Iterator[tuple[str, int]]:
    """Yield name and version of each adapter layer of a function on LMI."""
    for layer in function.layers.or_none() or () if function.is_managed else ():
        match = ADAPTER_LAYER.fullmatch(layer.or_none() or "")
        if match:
            yield match["name"], int(match["version"])


def _cannot_stream(function: Function) -> bool:
    managed = function.runtime_family in ("python", "java", "dotnet")
    return bool(function.is_managed) and managed and function.has_web_adapter is False


def _kind_of(qualifier: str) -> str:
    """Return what a wrong qualifier is, without repeating text that nobody checked."""
    if qualifier in ("$LATEST", LATEST_PUBLISHED):
        return qualifier
    return "a version number" if qualifier.isdecimal() else "no alias name"


def _adapter_streams(function: Function) -> bool | None:
    """Whether a web adapter on LMI streams; None where there is none or it is not known."""
    if not function.is_managed or not function.has_web_adapter:
        return None
    mode = function.variable(ADAPTER_MODE).or_default("buffered")
    return None if mode is None else mode.lower() == "response_stream"


RULES = (
    URL_01,
    URL_02,
    URL_03,
    URL_04,
    URL_05,
    URL_06,
    URL_07,
    URL_09,
    URL_10,
    URL_12,
    URL_14,
)
