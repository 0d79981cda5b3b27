"""URL rules: qualifiers that AWS takes, and streaming that both ends agree on."""

import pytest

from tests.policies.support import (
    ALIAS,
    SILENT,
    UNKNOWN,
    URL,
    Json,
    Res,
    function,
    message,
    names,
)


def url(
    of: object = "api", made_from: dict[str, list[str]] | None = None, **changes: object
) -> Res:
    good: Json = {
        "functionName": of,
        "qualifier": "live",
        "authorizationType": "AWS_IAM",
        "invokeMode": "RESPONSE_STREAM",
        **changes,
    }
    inputs = {key: value for key, value in good.items() if value is not None}
    return Res(URL, "url", inputs, made_from=made_from or {})


def mode(value: object) -> Json:
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap", "AWS_LWA_INVOKE_MODE": value}
    return {"variables": {key: value for key, value in variables.items() if value is not None}}


@pytest.mark.parametrize(
    ("qualifier", "rules"),
    [
        ("live", SILENT),
        ("1a", SILENT),
        ("a-b_C9", SILENT),
        (None, SILENT),
        ("1", {"url-02"}),
        ("$LATEST", {"url-02"}),
        ("$LATEST.PUBLISHED", {"url-02"}),
        ("with space", {"url-02"}),
        ("", {"url-02"}),
        (UNKNOWN, SILENT),
        (1, SILENT),
    ],
)
def test_the_qualifier_is_an_alias(qualifier: object, rules: set[str]) -> None:
    assert names(function(), url(qualifier=qualifier)) == rules


def test_the_urls_of_ordinary_functions_are_not_judged() -> None:
    ordinary = function(capacityProviderConfig=None)
    assert names(ordinary, url(qualifier="$LATEST", invokeMode="BUFFERED")) == SILENT


def test_a_qualifier_is_wrong_whichever_function_it_belongs_to() -> None:
    assert names(url(UNKNOWN, qualifier="$LATEST")) == {"url-02"}


def test_text_of_unknown_meaning_is_not_repeated() -> None:
    assert "hunter 2" not in message("url-02-qualifier-is-an-alias", url(qualifier="hunter 2"))


@pytest.mark.parametrize(
    ("adapter", "invoke_mode", "rules"),
    [
        ("response_stream", "RESPONSE_STREAM", SILENT),
        ("RESPONSE_STREAM", "RESPONSE_STREAM", SILENT),  # the adapter ignores case
        ("buffered", "BUFFERED", SILENT),
        (None, "BUFFERED", SILENT),
        (None, None, SILENT),  # both default to buffered
        ("response_stream", "BUFFERED", {"url-04"}),
        ("response_stream", None, {"url-04"}),
        ("buffered", "RESPONSE_STREAM", {"url-04"}),
        (None, "RESPONSE_STREAM", {"url-04"}),
        (UNKNOWN, "RESPONSE_STREAM", SILENT),
        ("response_stream", UNKNOWN, SILENT),
        ("[secret]", "RESPONSE_STREAM", SILENT),  # offline, a secret that cannot be decrypted
        ("response_stream", "STREAM", SILENT),  # URL-01's matter
    ],
)
def test_adapter_and_url_agree(adapter: object, invoke_mode: object, rules: set[str]) -> None:
    assert names(function(environment=mode(adapter)), url(invokeMode=invoke_mode)) == rules


def test_without_an_adapter_there_is_nothing_to_agree_on() -> None:
    plain = function(runtime="nodejs24.x", layers=None, environment=None)
    assert names(plain, url()) == SILENT
    assert names(function(layers=None, environment=UNKNOWN), url()) == SILENT


def test_a_url_of_a_new_function_is_linked_by_dependency() -> None:
    disagreeing = url(UNKNOWN, {"functionName": ["api"]}, invokeMode="BUFFERED")
    assert names(function(), disagreeing) == {"url-04"}


def test_a_url_may_be_linked_through_its_alias() -> None:
    live = Res(
        ALIAS,
        "live",
        {"name": "live", "functionName": UNKNOWN, "functionVersion": "$LATEST.PUBLISHED"},
        made_from={"functionName": ["api"]},
    )
    disagreeing = url(UNKNOWN, {"functionName": ["live"]}, invokeMode="BUFFERED")
    assert names(function(), live, disagreeing) == {"url-04"}


def test_each_side_can_be_told_to_follow() -> None:
    streaming = message("url-04-adapter-and-url-agree", function(environment=mode(None)), url())
    assert "set AWS_LWA_INVOKE_MODE=response_stream" in streaming
    buffered = message("url-04-adapter-and-url-agree", function(), url(invokeMode=None))
    assert 'set invoke_mode="RESPONSE_STREAM"' in buffered
