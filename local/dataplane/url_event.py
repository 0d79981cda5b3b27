"""HTTP requests as the events that function URLs send: payload format 2.0."""

import base64
import json
import re
import secrets
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.types import Scope

from local.dataplane.invocation import InvocationRequest

_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript)|application/yaml")


@dataclass(frozen=True, kw_only=True)
class UrlRequest:
    """An HTTP request to a function URL.

    Attributes
    ----------
    method
        The HTTP method.
    raw_path, raw_query
        As sent, percent-encoded.
    headers
        Names in lower case, in the order sent; repeated names are repeated.
    body
        The whole body.
    client
        Address of the caller.
    request_id
        The id that the invocation gets.
    """

    method: str
    raw_path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def from_scope(cls, scope: Scope, body: bytes) -> "UrlRequest":
        """Read an ASGI request."""
        return cls(
            method=scope["method"],
            raw_path=scope["raw_path"].decode("ascii"),
            raw_query=scope["query_string"].decode("ascii"),
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in scope["headers"]
            ),
            body=body,
            client=scope["client"][0],
        )

    def header(self, name: str) -> str:
        """Give a header, repeated ones joined by commas, empty when absent."""
        return ",".join(value for other, value in self.headers if other == name)


def invocation_request(
    request: UrlRequest, url_id: str, caller_account: str | None
) -> InvocationRequest:
    """Make the invocation of a request.

    Parameters
    ----------
    url_id
        The function URL's id.
    caller_account
        Account of a caller who signed, `None` for anonymous ones.
    """
    trace_id = request.header("x-amzn-trace-id") or _new_trace_id()
    document = _event(request, url_id, trace_id, caller_account)
    return InvocationRequest(
        request_id=request.request_id,
        trace_id=trace_id,
        event=json.dumps(document, ensure_ascii=False).encode(),
    )


def _event(
    request: UrlRequest, url_id: str, trace_id: str, caller_account: str | None
) -> dict[str, object]:
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.raw_path,
        "rawQueryString": request.raw_query,
        "headers": _headers(request, trace_id),
        "requestContext": _context(request, url_id, caller_account),
        "isBase64Encoded": False,
    }
    if cookies := _cookies(request):
        event["cookies"] = cookies
    if request.raw_query:
        event["queryStringParameters"] = _joined(
            parse_qsl(request.raw_query, keep_blank_values=True)
        )
    if request.body:
        event |= _body(request)
    return event


def _headers(request: UrlRequest, trace_id: str) -> dict[str, str]:
    sent = _joined((name, value) for name, value in request.headers if name != "cookie")
    port = request.header("host").rpartition(":")[2]
    return sent | {
        "x-amzn-trace-id": trace_id,
        "x-forwarded-for": request.client,
        "x-forwarded-port": port if port.isdigit() else "80",
        "x-forwarded-proto": "http",
    }


def _context(request: UrlRequest, url_id: str, caller_account: str | None) -> dict[str, object]:
    now = time.time()
    context: dict[str, object] = {
        "accountId": caller_account or "anonymous",
        "apiId": url_id,
        # At AWS the two agree, so that an application can build links to itself from either.
        "domainName": request.header("host"),
        "domainPrefix": url_id,
        "http": {
            "method": request.method,
            "path": request.raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.client,
            "userAgent": request.header("user-agent"),
        },
        "requestId": request.request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
    if caller_account is not None:
        context["authorizer"] = {"iam": {"accountId": caller_account}}
    return context


def _cookies(request: UrlRequest) -> list[str]:
    sent = (value.split(";") for name, value in request.headers if name == "cookie")
    return [cookie.strip() for cookies in sent for cookie in cookies]


def _body(request: UrlRequest) -> dict[str, object]:
    content_type = request.header("content-type").partition(";")[0].strip().lower()
    if _TEXT.fullmatch(content_type) and not request.header("content-encoding"):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _new_trace_id() -> str:
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"
