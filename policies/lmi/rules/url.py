"""Function URLs and response streaming (catalogue section 7, URL)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel

from ..kinds import Function, FunctionUrl
from ..limits import LATEST_PUBLISHED
from ..rule import Failure, Finding, StackRule
from ..sources import CREATE_URL, STREAMING, URLS, WEB_ADAPTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..stack import Stack

ALIAS_NAME = re.compile(r"(?![0-9]+$)[0-9a-zA-Z-_]+")
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
        url_streams = _url_streams(url)
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


def _kind_of(qualifier: str) -> str:
    """Return what a wrong qualifier is, without repeating text that nobody checked."""
    if qualifier in ("$LATEST", LATEST_PUBLISHED):
        return qualifier
    return "a version number" if qualifier.isdecimal() else "no alias name"


def _url_streams(url: FunctionUrl) -> bool | None:
    mode = url.invoke_mode.or_default("BUFFERED")
    return {"RESPONSE_STREAM": True, "BUFFERED": False}.get(mode or "")


def _adapter_streams(function: Function) -> bool | None:
    """Whether a web adapter on LMI streams; None where there is none or it is not known."""
    if not function.is_managed or not function.has_web_adapter:
        return None
    mode = function.variable(ADAPTER_MODE).or_default("buffered")
    return None if mode is None else mode.lower() == "response_stream"


RULES = (URL_02, URL_04)
