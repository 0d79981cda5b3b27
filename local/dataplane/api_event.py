"""HTTP requests as the events that API Gateway sends to a Lambda proxy integration."""

import base64
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from local.account import ACCESS_KEY, ACCOUNT_ID
from local.dataplane.header_tables import REST_API
from local.dataplane.http_request import HttpRequest
from local.dataplane.invocation import InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget
from local.dataplane.sigv4 import CALLER_ARN, CALLER_ID
from local.dataplane.url_event import (
    as_invocation,
    body_of,
    context_of,
    format_2,
    query_of,
    sent_headers,
)


def rest_api_invocation(
    request: HttpRequest, route: ApiRoute, target: ApiTarget
) -> InvocationRequest:
    """Return the invocation of a request to a REST API, whose path lacks the stage."""
    # The connection's address is appended to those that the caller sent.
    forwarded = ", ".join(filter(None, [request.header("x-forwarded-for"), request.client]))
    sent = sent_headers(request, cookies=True, dropped=REST_API.request_dropped)
    headers = [(name, forwarded if name == "x-forwarded-for" else value) for name, value in sent]
    body = _body(request, target.binary_media_types)
    path = {"path": request.raw_path.removeprefix(route.base_path) or "/"}
    event = {**_format_1(request, route, target, headers), **path, **body}
    return as_invocation(request, event, "1.0")


def http_api_invocation(
    request: HttpRequest, route: ApiRoute, target: ApiTarget
) -> InvocationRequest:
    """Return the invocation of a request to an HTTP API, in the integration's payload format.

    Source:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
    """
    if target.payload_format == "1.0":
        # The resource is the route's path, without the method.
        routed = replace(target, resource=target.resource.rpartition(" ")[2])
        headers = sent_headers(request, cookies=True)
        body = body_of(request) if request.body else {"body": None, "isBase64Encoded": False}
        event = {"version": "1.0", **_format_1(request, route, routed, headers), **body}
        return as_invocation(request, event, "1.0")
    context = {
        **context_of(request, route.api_id, route.stage),
        "accountId": ACCOUNT_ID,
        "routeKey": target.resource,
    }
    caller = ACCOUNT_ID if target.auth_type == "AWS_IAM" else None
    event = format_2(request, context, caller)
    event["rawPath"] = unquote(request.raw_path)  # as API Gateway sends it
    if target.path_parameters:
        event["pathParameters"] = dict(target.path_parameters)
    return as_invocation(request, event)


def _format_1(
    request: HttpRequest, route: ApiRoute, target: ApiTarget, sent: Iterable[tuple[str, str]]
) -> dict[str, object]:
    """Return an event in payload format 1.0, with the whole path, and without the body."""
    headers, query = _by_name(sent), _by_name(query_of(request))
    return {
        "resource": target.resource,
        "path": unquote(request.raw_path),
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(target.path_parameters) or None,
        "stageVariables": None,
        "requestContext": _context_1(request, route, target),
    }


def _body(request: HttpRequest, binary_media_types: Iterable[str]) -> dict[str, object]:
    """Return the body and whether it is base64, which bodies of binary media types are."""
    content_type = request.header("content-type").partition(";")[0].strip().lower()
    if request.body and any(fnmatchcase(content_type, each) for each in binary_media_types):
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": request.body.decode(errors="replace") or None, "isBase64Encoded": False}


def _context_1(request: HttpRequest, route: ApiRoute, target: ApiTarget) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": ACCOUNT_ID,
        "apiId": route.api_id,
        "stage": route.stage,
        "resourcePath": target.resource,
        "httpMethod": request.method,
        "path": request.raw_path,
        "protocol": f"HTTP/{request.http_version}",
        "domainName": request.header("host"),
        "domainPrefix": route.api_id,
        "requestId": request.request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "identity": {
            **_identity(target),
            "sourceIp": request.client,
            "userAgent": request.header("user-agent"),
        },
    }


def _identity(target: ApiTarget) -> dict[str, str | None]:
    caller: dict[str, str | None] = {
        "accessKey": ACCESS_KEY,
        "accountId": ACCOUNT_ID,
        "caller": CALLER_ID,
        "user": CALLER_ID,
        "userArn": CALLER_ARN,
    }
    return caller if target.auth_type == "AWS_IAM" else dict.fromkeys(caller)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return dict(values)


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: listed[-1] for name, listed in values.items()}
