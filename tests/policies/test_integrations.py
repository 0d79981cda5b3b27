"""API Gateway in front of a function: the adapter agrees (URL-04), and the API fits (GEN-17 on)."""

from collections.abc import Callable

import pytest

from testing.policies.support import ALIAS, UNKNOWN, Json, Res
from tests.policies.judging import SILENT, judge, message, names
from tests.policies.stacks import FUNCTION_ARN, function
from tests.policies.test_url import mode

REST = "aws:apigateway/integration:Integration"
HTTP = "aws:apigatewayv2/integration:Integration"
NATIVE_METHOD = "aws-native:apigateway:Method"
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
        # the address is GEN-17's
        ("response_stream", "STREAM", WHOLE, {"gen-17"}),
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


@pytest.mark.parametrize(
    ("runtime", "rules"), [("python3.13", {"url-10"}), ("nodejs24.x", SILENT), (UNKNOWN, SILENT)]
)
def test_not_every_runtime_streams(runtime: object, rules: set[str]) -> None:
    plain = function(runtime=runtime, layers=None, environment=None)
    assert names(plain, rest("STREAM", STREAMED)) & {"url-10"} == rules
    assert names(plain, rest("BUFFERED", WHOLE)) & {"url-10"} == SILENT


def native(transfer: str | None, uri: object, **changes: object) -> Res:
    """Return a method of aws-native, with its integration inside."""
    integration = {"type": "AWS_PROXY", "uri": uri, "responseTransferMode": transfer, **changes}
    known = {key: value for key, value in integration.items() if value is not None}
    return Res(NATIVE_METHOD, "proxy", {"restApiId": "r1", "integration": known})


OF_ALIAS = address("response-streaming-invocations", "2021-11-15", f"{FUNCTION_ARN}:live")
OLD_VERSION = address("response-streaming-invocations")


@pytest.mark.parametrize("integration", [rest, native])
@pytest.mark.parametrize(
    ("transfer", "uri", "rules"),
    [
        ("STREAM", STREAMED, SILENT),
        ("STREAM", OF_ALIAS, SILENT),
        ("STREAM", WHOLE, {"gen-17"}),
        ("STREAM", OLD_VERSION, {"gen-17"}),
        ("BUFFERED", WHOLE, SILENT),
        (None, WHOLE, SILENT),
        ("BUFFERED", STREAMED, {"gen-17"}),
        (None, STREAMED, {"gen-17"}),
        ("STREAM", UNKNOWN, SILENT),
        (UNKNOWN, WHOLE, SILENT),
        ("STREAM", "https://shop.example", SILENT),
    ],
)
def test_the_address_is_that_of_the_transfer_mode(
    integration: Callable[..., Res], transfer: str | None, uri: str, rules: set[str]
) -> None:
    assert names(function(), integration(transfer, uri)) & {"gen-17"} == rules


@pytest.mark.parametrize(
    ("integration", "words"),
    [
        (rest("STREAM", WHOLE), "Fix: set uri to response_streaming_invoke_arn of the function"),
        (rest(None, STREAMED), 'Fix: set response_transfer_mode="STREAM", or uri to invoke_arn'),
    ],
)
def test_the_address_can_be_put_right(integration: Res, words: str) -> None:
    assert words in message("gen-17-address-of-the-transfer-mode", function(), integration)


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"responseTransferMode": "STREAM"}, {"gen-18"}),
        ({"responseTransferMode": UNKNOWN}, SILENT),
        ({"responseTransferMode": "STREAM", "integrationUri": UNKNOWN}, SILENT),
        ({}, SILENT),
    ],
)
def test_only_a_rest_api_is_asked_to_stream(changes: Json, rules: set[str]) -> None:
    assert told("buffered", http(**changes)) == rules


@pytest.mark.parametrize(
    ("transfer", "milliseconds", "rules"),
    [
        ("BUFFERED", 29_000, SILENT),
        ("BUFFERED", 29_001, {"gen-19"}),
        (None, 29_001, {"gen-19"}),
        (None, None, SILENT),
        (None, UNKNOWN, SILENT),
        (UNKNOWN, 29_001, SILENT),
        ("STREAM", 29_001, SILENT),
    ],
)
def test_whole_answers_come_within_the_quota(
    transfer: str | None, milliseconds: object, rules: set[str]
) -> None:
    assert (
        names(function(), rest(transfer, WHOLE, timeoutMilliseconds=milliseconds)) & {"gen-19"}
        == rules
    )
    inside = native(transfer, WHOLE, timeoutInMillis=milliseconds)
    assert names(function(), inside) & {"gen-19"} == rules


def test_the_quota_can_be_raised() -> None:
    slow = rest("BUFFERED", WHOLE, timeoutMilliseconds=60_000)
    policy = "gen-19-whole-answers-within-the-quota"
    for quota, rules in ((60_000.0, SILENT), (59_999.0, {"gen-19"})):
        config = {policy: {"accountTimeoutMilliseconds": quota}}
        assert names(function(), slow, config=config) & {"gen-19"} == rules


@pytest.mark.parametrize(
    ("timeout", "milliseconds", "rules"),
    [
        (120, 120_000, SILENT),
        (120, 119_999, {"gen-20"}),
        (29, None, SILENT),  # an integration waits for 29 seconds by default
        (30, None, {"gen-20"}),
        (None, 3_000, SILENT),  # a function runs for 3 seconds by default
        (None, 2_999, {"gen-20"}),
        (901, 900_000, SILENT),  # URL-09 speaks about the function
        (UNKNOWN, None, SILENT),
        (120, UNKNOWN, SILENT),
    ],
)
def test_streams_last_as_long_as_functions(
    timeout: object, milliseconds: object, rules: set[str]
) -> None:
    streaming = rest("STREAM", STREAMED, timeoutMilliseconds=milliseconds)
    assert names(function(timeout=timeout), streaming) & {"gen-20"} == rules
    whole = rest("BUFFERED", WHOLE, timeoutMilliseconds=milliseconds)
    assert names(function(timeout=timeout), whole) & {"gen-20"} == SILENT


@pytest.mark.parametrize(
    ("endpoint", "rules"),
    [
        ("EDGE", {"gen-21"}),
        ("REGIONAL", SILENT),
        ("PRIVATE", SILENT),
        (None, {"gen-21"}),  # AWS's default
        (UNKNOWN, SILENT),
    ],
)
def test_streams_do_not_pass_the_edge(endpoint: str | None, rules: set[str]) -> None:
    aws: Json = {"id": "r1", "endpointConfiguration": {"types": endpoint}} if endpoint else {}
    api = Res("aws:apigateway/restApi:RestApi", "api-gateway", {"id": "r1", **aws})
    assert names(function(), api, rest("STREAM", STREAMED, restApi="r1")) == rules
    made_here = rest("STREAM", STREAMED, {"restApi": ["api-gateway"]}, restApi=UNKNOWN)
    assert names(function(), api, made_here) == rules
    assert names(function(), api, rest("BUFFERED", WHOLE, restApi="r1")) == {"url-04"}
    assert names(function(), api, rest("STREAM", STREAMED, restApi="r2")) == SILENT  # elsewhere
    listed: Json = {"endpointConfiguration": {"types": [endpoint]}} if endpoint else {}
    inside = Res("aws-native:apigateway:RestApi", "api-gateway", {"restApiId": "r1", **listed})
    assert names(function(), inside, native("STREAM", STREAMED)) == rules


@pytest.mark.parametrize(
    "integration",
    [
        rest("BUFFERED", WHOLE, timeoutMilliseconds=60_000),
        rest("STREAM", WHOLE),
        http(responseTransferMode="STREAM"),
    ],
)
def test_ordinary_functions_are_not_judged(integration: Res) -> None:
    assert names(function(capacityProviderConfig=None), integration) == SILENT


ALIASED = address("invocations", function=f"{FUNCTION_ARN}:live")
ON_THE_ALIAS = "gen-27-permission-on-the-alias-that-is-invoked"


def gateway(function: object = "api", made_from: str = "api", **changes: object) -> Res:
    """Return a permission for API Gateway to invoke a function."""
    inputs = {"function": function, "action": "lambda:InvokeFunction", **changes}
    inputs = {"principal": "apigateway.amazonaws.com", "sourceArn": "arn:aws:execute-api", **inputs}
    of = {"function": [made_from]} if function is UNKNOWN else {}
    name = "on-alias" if "qualifier" in changes else "on-function"
    return Res("aws:lambda/permission:Permission", name, inputs, made_from=of)


@pytest.mark.parametrize(
    ("permissions", "is_told"),
    [
        ([gateway()], True),
        ([gateway(FUNCTION_ARN)], True),
        ([gateway(UNKNOWN)], True),
        ([gateway(UNKNOWN, made_from="live")], False),
        ([gateway(f"{FUNCTION_ARN}:live")], False),
        ([gateway(qualifier="live")], False),
        ([gateway(qualifier=UNKNOWN)], False),
        ([gateway(), gateway(qualifier="live")], False),
        ([gateway(principal="events.amazonaws.com")], False),
        ([gateway(principal=UNKNOWN)], False),
        ([], False),  # the permission may be elsewhere
    ],
)
@pytest.mark.parametrize("uri", [ALIASED, UNKNOWN])
def test_api_gateway_may_invoke_the_alias(
    uri: object, permissions: list[Res], is_told: bool
) -> None:
    live = Res(ALIAS, "live", {"name": "live", "functionName": "api", "functionVersion": "1"})
    made_from = {"uri": ["live"]} if uri is UNKNOWN else {}
    parts = (function(environment=mode(None)), live, *permissions)

    def policies(integration: Res) -> set[str]:
        return {found.policy for found in judge(*parts, integration)} & {ON_THE_ALIAS}

    assert policies(rest(None, uri, made_from)) == ({ON_THE_ALIAS} if is_told else SILENT)
    assert policies(rest(None, uri, made_from, credentials="arn:aws:iam::1:role/r")) == SILENT
    assert policies(rest(None, WHOLE)) == SILENT


def test_http_apis_need_the_permission_too() -> None:
    aliased = http(integrationUri=f"{FUNCTION_ARN}:live")
    assert "names no qualifier" in message(ON_THE_ALIAS, function(), gateway(), aliased)
