"""Signatures: how old they may be, presigned URLs, and payloads that are not signed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.dataplane.http_request import HttpRequest
from local.dataplane.sigv4 import UnauthorizedError, verify
from tests.local.dataplane.http_requests import http_request

KEYS = Credentials("test", "test")
URL = "http://127.0.0.1:20001/path?b=2&a=1"


def received(url: str, headers: dict[str, str], body: bytes = b"") -> HttpRequest:
    parts = urlsplit(url)
    sent = {"host": parts.netloc} | {name.lower(): value for name, value in headers.items()}
    return http_request(parts.path, parts.query, sent.items(), body)


def presigned(seconds: int = 60) -> str:
    request: Any = AWSRequest("GET", URL)
    signer: Any = SigV4QueryAuth(KEYS, "lambda", "eu-west-1", expires=seconds)
    signer.add_auth(request)
    return request.url


def signed(headers: dict[str, str]) -> HttpRequest:
    request: Any = AWSRequest("GET", URL, headers=headers)
    signer: Any = SigV4Auth(KEYS, "lambda", "eu-west-1")
    signer.add_auth(request)
    return received(URL, dict(request.headers.items()))


def test_a_presigned_url_is_served() -> None:
    verify(received(presigned(), {}), "lambda", "eu-west-1")


def test_a_presigned_url_is_good_for_its_parameters_alone() -> None:
    with pytest.raises(UnauthorizedError, match="does not match the signature you provided"):
        verify(received(presigned().replace("a=1", "a=3"), {}), "lambda", "eu-west-1")


def test_a_payload_that_is_not_signed_is_refused() -> None:
    request = signed({"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
    with pytest.raises(UnauthorizedError, match="does not match the signature you provided"):
        verify(request, "lambda", "eu-west-1")


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        (
            -6,
            r"Signature expired: (\d{8}T\d{6}Z) is now earlier than \d{8}T\d{6}Z \(.* - 5 min\.\)",
        ),
        (
            6,
            r"Signature not yet current: (\d{8}T\d{6}Z) is still later than \d{8}T\d{6}Z"
            r" \(.* \+ 5 min\.\)",
        ),
    ],
)
def test_a_signature_of_another_time_is_refused(minutes: int, message: str) -> None:
    request = signed({})
    time = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")
    headers = dict(request.headers) | {"x-amz-date": time}
    with pytest.raises(UnauthorizedError, match=message):
        verify(received(URL, headers), "lambda", "eu-west-1")


@pytest.mark.parametrize("seconds", [-(10**30), -(10**12), -1])
def test_a_presigned_url_expires(seconds: int) -> None:
    url = presigned(seconds)
    with pytest.raises(UnauthorizedError, match="Signature expired"):
        verify(received(url, {}), "lambda", "eu-west-1")


@pytest.mark.parametrize("seconds", [7 * 24 * 3600, 10**12, 10**30])
def test_a_presigned_url_may_say_that_it_lasts_forever(seconds: int) -> None:
    verify(received(presigned(seconds), {}), "lambda", "eu-west-1")
