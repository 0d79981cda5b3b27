"""HTTP requests as events in payload format 2.0, as function URLs and HTTP APIs send them."""

import base64
import json
import re
import time
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import parse_qsl

from local.account import ACCESS_KEY
from local.dataplane.header_tables import HOP_BY_HOP
from local.dataplane.http_request import HttpRequest
from local.dataplane.invocation import InvocationRequest
from local.dataplane.prelude import PayloadFormat
from local.dataplane.sigv4 import CALLER_ARN, CALLER_ID

_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript)|application/yaml")


def invocation_request(
    request: HttpRequest, url_id: str, caller_account: str | None
) -> InvocationRequest:
    """Return the invocation of a request to a function URL.

    Parameters
    ----------
    url_id
        The function URL's id.
    caller_account
        Account of a caller that signed, ``None`` for anonymous callers.
    """
    context = {"accountId": caller_account or "anonymous", **context_of(request, url_id)}
    return as_invocation(request, format_2(request, context, caller_account))


def as_invocation(
    request: HttpRequest,
    event: Mapping[str, object],
    payload_format: PayloadFormat = "2.0",
) -> InvocationRequest:
    """Return the invocation with a request's event."""
    return InvocationRequest(
        request_id=request.request_id,
        trace_id=request.trace_id,
        event=json.dumps(event, ensure_ascii=False).encode(),
        payload_format=payload_format,
    )


def format_2(
    request: HttpRequest, context: Mapping[str, object], caller_account: str | None
) -> dict[str, object]:
    """Return the event of a request; ``context`` becomes its request context."""
    authorizer = {"authorizer": {"iam": _caller(caller_account)}} if caller_account else {}
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": request.raw_path,
        "rawQueryString": request.raw_query,
        "headers": joined(sent_headers(request, cookies=False)),
        "requestContext": {**context, **authorizer},
        "isBase64Encoded": False,
    }
    if cookies := _cookies(request):
        event["cookies"] = cookies
    if request.raw_query:
        event["queryStringParameters"] = joined(query_of(request))
    if request.body:
        event |= body_of(request)
    return event


def _caller(account: str) -> dict[str, str | None]:
    """Return what a request context says of a caller that signed."""
    return {
        "accessKey": ACCESS_KEY,
        "accountId": account,
        "callerId": CALLER_ID,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": CALLER_ARN,
        "userId": CALLER_ID,
    }


def sent_headers(
    request: HttpRequest,
    *,
    cookies: bool,
    dropped: Collection[str] = HOP_BY_HOP,
) -> list[tuple[str, str]]:
    """Return a request's headers with those that AWS sets itself; repeated ones are repeated.

    Parameters
    ----------
    cookies
        Whether the cookies are among them.
    dropped
        Names of headers that do not reach the function.
    """
    port = request.header("host").rpartition(":")[2]
    own = {
        "x-amzn-trace-id": request.trace_id,
        "x-forwarded-for": request.client,
        "x-forwarded-port": port if port.isdigit() else "80",
        "x-forwarded-proto": "http",
    }
    left_out = {*own, *dropped} if cookies else {*own, *dropped, "cookie"}
    sent = [(name, value) for name, value in request.headers if name not in left_out]
    return [*sent, *own.items()]


def context_of(request: HttpRequest, api_id: str, stage: str = "$default") -> dict[str, object]:
    """Return the part of a request context that does not depend on the caller."""
    now = time.time()
    return {
        "apiId": api_id,
        # As at AWS, both have the same value, so that an application can build links from either.
        "domainName": request.header("host"),
        "domainPrefix": api_id,
        "http": {
            "method": request.method,
            "path": request.raw_path,
            "protocol": f"HTTP/{request.http_version}",
            "sourceIp": request.client,
            "userAgent": request.header("user-agent"),
        },
        "requestId": request.request_id,
        "routeKey": "$default",
        "stage": stage,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def query_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the query's names and values, decoded, in the order sent."""
    return parse_qsl(request.raw_query, keep_blank_values=True)


def _cookies(request: HttpRequest) -> list[str]:
    sent = (value.split(";") for name, value in request.headers if name == "cookie")
    return [cookie.strip() for cookies in sent for cookie in cookies]


def body_of(request: HttpRequest) -> dict[str, object]:
    """Return the body and whether it is base64: UTF-8 stays text."""
    content_type = request.header("content-type").partition(";")[0].strip().lower()
    if _TEXT.fullmatch(content_type) and not request.header("content-encoding"):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join the values of repeated names by commas."""
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values
