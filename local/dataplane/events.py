"""HTTP requests as the events that function URLs and API Gateway send to functions."""

import base64
import json
import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import ImmutableMultiDict

from local.account import ACCESS_KEY, ACCOUNT_ID
from local.dataplane.http_request import HOP_BY_HOP, HTTP_API, REST_API, HttpRequest
from local.dataplane.invocation import InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget
from local.dataplane.prelude import PayloadFormat
from local.dataplane.sigv4 import CALLER_ARN, CALLER_ID

_PLAIN_TEXT = "text/plain; charset=utf-8"
_IAM = {
    "accessKey": ACCESS_KEY,
    "accountId": ACCOUNT_ID,
    "callerId": CALLER_ID,
    "cognitoIdentity": None,
    "principalOrgId": None,
    "userArn": CALLER_ARN,
    "userId": CALLER_ID,
}
_IDENTITY = {
    "accessKey": ACCESS_KEY,
    "accountId": ACCOUNT_ID,
    "caller": CALLER_ID,
    "user": CALLER_ID,
    "userArn": CALLER_ARN,
}
"""What request contexts of payload formats 2.0 and 1.0 say of a caller that signed."""
_OWN_HEADERS = ("x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript)|application/yaml")


def invocation_request(request: HttpRequest, url_id: str, *, is_signed: bool) -> InvocationRequest:
    """Return the invocation of a request to a function URL, by a caller that signed or not."""
    account = ACCOUNT_ID if is_signed else "anonymous"
    context = {"accountId": account, **_context_2(request, unquote(request.raw_path), url_id)}
    return _as_invocation(request, _event_2(request, context, is_signed=is_signed))


def _as_invocation(
    request: HttpRequest,
    event: Mapping[str, object],
    payload_format: PayloadFormat = "2.0",
    default_type: str = InvocationRequest.default_type,
) -> InvocationRequest:
    return InvocationRequest(
        request_id=request.request_id,
        trace_id=request.trace_id,
        event=json.dumps(event, ensure_ascii=False).encode(),
        payload_format=payload_format,
        default_type=default_type,
    )


def _event_2(
    request: HttpRequest,
    context: Mapping[str, object],
    *,
    is_signed: bool,
    dropped: Collection[str] = HOP_BY_HOP,
) -> dict[str, object]:
    """Return the event of a request; ``context`` becomes its request context."""
    authorizer = {"authorizer": {"iam": _IAM}} if is_signed else {}
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": request.raw_path,
        "rawQueryString": request.raw_query,
        "headers": _joined(_sent_headers(request, dropped)),
        "requestContext": {**context, **authorizer},
        "isBase64Encoded": False,
    }
    if cookies := request.headers.getlist("cookie"):
        event["cookies"] = [cookie.strip() for cookie in ";".join(cookies).split(";")]
    if request.raw_query:
        event["queryStringParameters"] = _joined(request.query_params.multi_items())
    if request.content:
        event |= _text_or_base64(request)
    return event


def _sent_headers(request: HttpRequest, dropped: Collection[str]) -> list[tuple[str, str]]:
    """Return a request's headers with those that AWS sets itself, without those ``dropped``."""
    port = request.header("host").rpartition(":")[2]
    own = (request.trace_id, request.address, port if port.isdigit() else "80", "http")
    left_out = {*_OWN_HEADERS, *dropped}
    sent = [(name, value) for name, value in request.headers.items() if name not in left_out]
    return [*sent, *zip(_OWN_HEADERS, own, strict=True)]


def _context_2(
    request: HttpRequest, path: str, api_id: str, stage: str = "$default"
) -> dict[str, object]:
    """Return the part of a request context that does not depend on the caller."""
    now = time.time()
    return {
        "apiId": api_id,
        # As at AWS, both have the same value, so that an application can build links from either.
        "domainName": request.header("host"),
        "domainPrefix": api_id,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": f"HTTP/{request.http_version}",
            "sourceIp": request.address,
            "userAgent": request.header("user-agent"),
        },
        "requestId": request.request_id,
        "routeKey": "$default",
        "stage": stage,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _text_or_base64(request: HttpRequest) -> dict[str, object]:
    """Return the body: UTF-8 of a type that is text as it is, all else in base64."""
    if _TEXT.fullmatch(_media_type(request)) and not request.header("content-encoding"):
        try:
            return {"body": request.content.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return _in_base64(request)


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {name: ",".join(values) for name, values in _lists(ImmutableMultiDict(pairs)).items()}


def _lists(pairs: ImmutableMultiDict[str, str]) -> dict[str, list[str]]:
    return {name: pairs.getlist(name) for name in pairs}


def rest_api_invocation(
    request: HttpRequest, route: ApiRoute, target: ApiTarget
) -> InvocationRequest:
    """Return the invocation of a request to a REST API, whose path lacks the stage."""
    # The connection's address is appended to those that the caller sent.
    forwarded = ", ".join(filter(None, [request.header("x-forwarded-for"), request.address]))
    sent = _sent_headers(request, REST_API.request_dropped)
    headers = [(name, forwarded if name == "x-forwarded-for" else value) for name, value in sent]
    body = _rest_api_body(request, target.binary_media_types)
    path = {"path": request.raw_path.removeprefix(route.base_path) or "/"}
    event = {**_event_1(request, request.raw_path, route, target, headers), **path, **body}
    return _as_invocation(request, event, "1.0")


def http_api_invocation(
    request: HttpRequest, route: ApiRoute, target: ApiTarget
) -> InvocationRequest:
    """Return the invocation of a request to an HTTP API, in the integration's payload format.

    Sources:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    and docs/facts/fronts.md#http-details.
    """
    path = unquote(decoded_once(request.raw_path))
    decoded = {name: unquote(value) for name, value in target.path_parameters.items()}
    if target.payload_format == "1.0":
        # The resource is the route's path, without the method.
        resource = target.resource.rpartition(" ")[2]
        routed = replace(target, resource=resource, path_parameters=decoded)
        headers = _sent_headers(request, HTTP_API.request_dropped)
        empty = {"body": None, "isBase64Encoded": False}
        body = _text_or_base64(request) if request.content else empty
        event = {"version": "1.0", **_event_1(request, path, route, routed, headers), **body}
        return _as_invocation(request, event, "1.0", _PLAIN_TEXT)
    context = {
        **_context_2(request, path, route.api_id, route.stage),
        "accountId": ACCOUNT_ID,
        "routeKey": target.resource,
    }
    is_signed, dropped = target.auth_type == "AWS_IAM", HTTP_API.request_dropped | {"cookie"}
    event = _event_2(request, context, is_signed=is_signed, dropped=dropped)
    event["rawPath"] = path
    if decoded:
        event["pathParameters"] = decoded
    return _as_invocation(request, event, default_type=_PLAIN_TEXT)


def decoded_once(raw_path: str) -> str:
    """Return the path by which an HTTP API routes: it decodes twice, and cuts off in between."""
    return unquote(raw_path).partition("?")[0]


def _event_1(
    request: HttpRequest,
    path: str,
    route: ApiRoute,
    target: ApiTarget,
    sent: Iterable[tuple[str, str]],
) -> dict[str, object]:
    """Return an event in payload format 1.0, with the whole path, and without the body.

    Names of headers are spelled as the caller spells them; API Gateway capitalizes its own.
    """
    spelling = {**request.spelling, **{name: name.title() for name in _OWN_HEADERS}}
    headers = ImmutableMultiDict([(spelling.get(name, name), value) for name, value in sent])
    query = request.query_params
    return {
        "resource": target.resource,
        "path": request.raw_path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _lists(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _lists(query) or None,
        "pathParameters": dict(target.path_parameters) or None,
        "stageVariables": None,
        "requestContext": _context_1(request, path, route, target),
    }


def _rest_api_body(request: HttpRequest, binary_media_types: Iterable[str]) -> dict[str, object]:
    """Return the body: one of a binary media type in base64, all else as text."""
    media_type = _media_type(request)
    if request.content and any(fnmatchcase(media_type, each) for each in binary_media_types):
        return _in_base64(request)
    return {"body": request.content.decode(errors="replace") or None, "isBase64Encoded": False}


def _media_type(request: HttpRequest) -> str:
    return request.header("content-type").partition(";")[0].strip().lower()


def _in_base64(request: HttpRequest) -> dict[str, object]:
    return {"body": base64.b64encode(request.content).decode(), "isBase64Encoded": True}


def _context_1(
    request: HttpRequest, path: str, route: ApiRoute, target: ApiTarget
) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": ACCOUNT_ID,
        "apiId": route.api_id,
        "stage": route.stage,
        "resourcePath": target.resource,
        "httpMethod": request.method,
        "path": path,
        "protocol": f"HTTP/{request.http_version}",
        "domainName": request.header("host"),
        "domainPrefix": route.api_id,
        "requestId": request.request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "identity": {
            **(_IDENTITY if target.auth_type == "AWS_IAM" else dict.fromkeys(_IDENTITY)),
            "sourceIp": request.address,
            "userAgent": request.header("user-agent"),
        },
    }
