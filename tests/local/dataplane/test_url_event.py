"""HTTP requests become events of payload format 2.0."""

import base64
import json
import time
import uuid
from typing import Any

import pytest

from local.dataplane.events import invocation_request
from tests.local.dataplane.http_requests import http_request


def event_of(*, is_signed: bool = False, **request: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {"headers": (("host", "127.0.0.1:20001"), ("user-agent", "test"))}
    sent = http_request(**(defaults | request))
    return json.loads(invocation_request(sent, "url-id", is_signed=is_signed).event)


def test_a_plain_request_has_every_member_that_aws_sends_and_no_other() -> None:
    event = event_of()
    context = event["requestContext"]
    assert uuid.UUID(context.pop("requestId"))
    assert time.strptime(context.pop("time"), "%d/%b/%Y:%H:%M:%S +0000")
    assert context.pop("timeEpoch") == pytest.approx(time.time() * 1000, abs=60_000)
    trace_id = event["headers"].pop("x-amzn-trace-id")
    assert trace_id.startswith("Root=1-")
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {
            "host": "127.0.0.1:20001",
            "user-agent": "test",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "20001",
            "x-forwarded-proto": "http",
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "url-id",
            "domainName": "127.0.0.1:20001",
            "domainPrefix": "url-id",
            "http": {
                "method": "GET",
                "path": "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "routeKey": "$default",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def test_path_and_query_stay_encoded_and_parameters_are_decoded() -> None:
    event = event_of(raw_path="/a%2Fb", raw_query="x=1&y=%20&x=2&z=")
    assert event["rawPath"] == "/a%2Fb"
    assert event["rawQueryString"] == "x=1&y=%20&x=2&z="
    assert event["queryStringParameters"] == {"x": "1,2", "y": " ", "z": ""}


def test_repeated_headers_are_joined_and_cookies_stand_apart_too() -> None:
    sent = (("accept", "a"), ("cookie", "a=1; b=2"), ("accept", "b"), ("cookie", "c=3"))
    event = event_of(headers=sent)
    assert event["headers"]["accept"] == "a,b"
    assert event["cookies"] == ["a=1", "b=2", "c=3"]


def test_a_callers_trace_id_is_kept() -> None:
    sent = http_request(headers=(("x-amzn-trace-id", "Root=1-0-1"),))
    assert invocation_request(sent, "url-id", is_signed=False).trace_id == "Root=1-0-1"


def test_a_signed_caller_is_named() -> None:
    context = event_of(is_signed=True)["requestContext"]
    assert context["accountId"] == "123456789012"
    assert context["authorizer"] == {
        "iam": {
            "accessKey": "test",
            "accountId": "123456789012",
            "callerId": "AKIAIOSFODNN7EXAMPLE",
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": "arn:aws:sts::123456789012:user/moto",
            "userId": "AKIAIOSFODNN7EXAMPLE",
        }
    }


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain; charset=utf-8", "é".encode()),
        ("application/json", b"{}"),
        ("application/problem+json", b"{}"),
    ],
)
def test_text_is_sent_as_it_is(content_type: str, body: bytes) -> None:
    event = event_of(headers=(("content-type", content_type),), body=body)
    assert event["isBase64Encoded"] is False
    assert event["body"] == body.decode()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param((("content-type", "application/octet-stream"),), b"\x00", id="binary"),
        pytest.param((("content-type", "text/plain"),), b"\xff", id="not UTF-8"),
        pytest.param((("content-type", "application/x-www-form-urlencoded"),), b"a=1", id="form"),
        pytest.param(
            (("content-type", "application/json"), ("content-encoding", "gzip")), b"{}", id="gzip"
        ),
        pytest.param((), b"text", id="no type"),
    ],
)
def test_everything_else_is_base64(headers: tuple[tuple[str, str], ...], body: bytes) -> None:
    event = event_of(headers=headers, body=body)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body
