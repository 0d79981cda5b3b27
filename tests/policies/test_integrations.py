"""API Gateway in front of Lambda Web Adapter: both stream, or neither does (URL-04)."""

import pytest

from tests.policies.support import (
    ALIAS,
    FUNCTION_ARN,
    SILENT,
    UNKNOWN,
    Res,
    function,
    message,
    names,
)
from tests.policies.test_url import mode

REST = "aws:apigateway/integration:Integration"
HTTP = "aws:apigatewayv2/integration:Integration"
POLICY = "url-04-adapter-and-integration-agree"


def address(operation: str, version: str = "2015-03-31", function: str = FUNCTION_ARN) -> str:
    return f"arn:aws:apigateway:eu-west-1:lambda:path/{version}/functions/{function}/{operation}"


WHOLE = address("invocations")
STREAMED = address("response-streaming-invocations", "2021-11-15")


def rest(
    transfer: object, uri: object, made_from: dict[str, list[str]] | None = None, **changes: object
) -> Res:
    inputs = {"type": "AWS_PROXY", "uri": uri, "responseTransferMode": transfer, **changes}
    known = {key: value for key, value in inputs.items() if value is not None}
    return Res(REST, "proxy", known, made_from=made_from or {})


def http(**changes: object) -> Res:
    inputs = {"integrationType": "AWS_PROXY", "integrationUri": FUNCTION_ARN, **changes}
    return Res(HTTP, "proxy", inputs)


def told(adapter: object, integration: Res) -> set[str]:
    return names(function(environment=mode(adapter)), integration)


@pytest.mark.parametrize(
    ("adapter", "transfer", "uri", "rules"),
    [
        ("response_stream", "STREAM", STREAMED, SILENT),
        ("RESPONSE_STREAM", "STREAM", STREAMED, SILENT),
        ("buffered", "BUFFERED", WHOLE, SILENT),
        (None, None, WHOLE, SILENT),  # both default to whole responses
        ("response_stream", "BUFFERED", WHOLE, {"url-04"}),
        ("response_stream", None, WHOLE, {"url-04"}),
        ("buffered", "STREAM", STREAMED, {"url-04"}),
        (None, "STREAM", STREAMED, {"url-04"}),
        # the address has to be the one that streams
        ("response_stream", "STREAM", WHOLE, {"url-04"}),
        # what is not known
        (UNKNOWN, "STREAM", STREAMED, SILENT),
        ("response_stream", UNKNOWN, WHOLE, SILENT),
        ("response_stream", "BUFFERED", UNKNOWN, SILENT),
        ("response_stream", "BUFFERED", "https://shop.example", SILENT),
        ("response_stream", "OTHER", WHOLE, SILENT),
    ],
)
def test_a_rest_api_and_the_adapter_agree(
    adapter: object, transfer: object, uri: object, rules: set[str]
) -> None:
    assert told(adapter, rest(transfer, uri)) == rules


@pytest.mark.parametrize("kind", ["HTTP_PROXY", "AWS", "MOCK", UNKNOWN])
def test_only_proxies_of_functions_hand_answers_through(kind: str) -> None:
    assert told("response_stream", rest("BUFFERED", WHOLE, type=kind)) == SILENT
    assert told("response_stream", http(integrationType=kind)) == SILENT


@pytest.mark.parametrize(
    ("adapter", "uri", "rules"),
    [
        ("response_stream", FUNCTION_ARN, {"url-04"}),
        ("response_stream", f"{FUNCTION_ARN}:live", {"url-04"}),
        ("response_stream", UNKNOWN, SILENT),
        ("buffered", FUNCTION_ARN, SILENT),
        (None, FUNCTION_ARN, SILENT),
        (UNKNOWN, FUNCTION_ARN, SILENT),
    ],
)
def test_an_http_api_never_streams(adapter: object, uri: object, rules: set[str]) -> None:
    assert told(adapter, http(integrationUri=uri)) == rules


LIVE = Res(
    ALIAS,
    "live",
    {"name": "live", "functionName": UNKNOWN, "functionVersion": "$LATEST.PUBLISHED"},
    made_from={"functionName": ["api"]},
)


@pytest.mark.parametrize("source", ["api", "live"])
def test_an_address_that_is_not_known_yet_leads_to_what_it_was_made_from(source: str) -> None:
    waiting = rest("BUFFERED", UNKNOWN, {"uri": [source]})
    assert names(function(), LIVE, waiting) == {"url-04"}
    assert names(function(environment=mode(None)), LIVE, waiting) == SILENT


@pytest.mark.parametrize(
    ("adapter", "integration", "words"),
    [
        (None, rest("STREAM", STREAMED), "Fix: set AWS_LWA_INVOKE_MODE=response_stream"),
        ("response_stream", rest(None, WHOLE), 'Fix: set response_transfer_mode="STREAM"'),
        ("response_stream", rest("STREAM", WHOLE), "Fix: end uri with /response-streaming"),
        ("response_stream", http(), "Fix: remove AWS_LWA_INVOKE_MODE"),
    ],
)
def test_each_side_can_be_told_to_follow(adapter: object, integration: Res, words: str) -> None:
    assert words in message(POLICY, function(environment=mode(adapter)), integration)


@pytest.mark.parametrize(
    ("timeout", "transfer", "rules"),
    [
        (900, "STREAM", SILENT),
        (901, "STREAM", {"url-09"}),
        (UNKNOWN, "STREAM", SILENT),
        (901, "BUFFERED", SILENT),
    ],
)
def test_streams_end_within_15_minutes(timeout: object, transfer: str, rules: set[str]) -> None:
    assert names(function(timeout=timeout), rest(transfer, STREAMED)) & {"url-09"} == rules


def test_ordinary_functions_are_not_judged() -> None:
    ordinary = function(capacityProviderConfig=None)
    assert names(ordinary, rest("BUFFERED", WHOLE)) == SILENT
    assert names(ordinary, rest("STREAM", WHOLE)) == SILENT
