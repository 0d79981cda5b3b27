"""HTTP requests as the events that API Gateway sends to a Lambda proxy integration."""

import base64
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    context_of,
    format_2,
    query_of,
    sent_headers,
    trace_id_of,
)


def rest_api_invocation(
    request: HttpRequest, path: str, route: ApiRoute, target: ApiTarget
) -> InvocationRequest:
    """Return the invocation of a request to a REST API, in payload format 1.0.

    Parameters
    ----------
    path
        The request's path without the stage.
    """
    trace_id = trace_id_of(request)
    sent = sent_headers(request, trace_id, cookies=True, dropped=REST_API.request_dropped)
    headers = _by_name([(name, _forwarded(request, name, value)) for name, value in sent])
    query = _by_name(query_of(request))
    event: dict[str, object] = {
        "resource": target.resource,
        "path": path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(target.path_parameters) or None,
        "stageVariables": None,
        "requestContext": _rest_context(request, route, target),
        **_body(request, target.binary_media_types),
    }
    return as_invocation(request, trace_id, event)


def http_api_invocation(
    request: HttpRequest, route: ApiRoute, target: ApiTarget
) -> InvocationRequest:
    """Return the invocation of a request to an HTTP API, in payload format 2.0."""
    trace_id = trace_id_of(request)
    context = {
        **context_of(request, route.api_id, route.stage),
        "accountId": ACCOUNT_ID,
        "routeKey": target.resource,
    }
    event = format_2(request, trace_id, context, _caller_account(target))
    event["rawPath"] = unquote(request.raw_path)  # as API Gateway sends it
    if target.path_parameters:
        event["pathParameters"] = dict(target.path_parameters)
    return as_invocation(request, trace_id, event)


def _forwarded(request: HttpRequest, name: str, value: str) -> str:
    """Append the connection's address to the ``X-Forwarded-For`` that the caller sent."""
    before = request.header(name) if name == "x-forwarded-for" else ""
    return f"{before}, {value}" if before else value


def _body(request: HttpRequest, binary_media_types: Iterable[str]) -> dict[str, object]:
    """Return the body and whether it is base64, which bodies of binary media types are."""
    content_type = request.header("content-type").partition(";")[0].strip().lower()
    if request.body and any(fnmatchcase(content_type, each) for each in binary_media_types):
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": request.body.decode(errors="replace") or None, "isBase64Encoded": False}


def _rest_context(request: HttpRequest, route: ApiRoute, target: ApiTarget) -> dict[str, Any]:
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
    signed = target.auth_type == "AWS_IAM"
    return {
        "accessKey": ACCESS_KEY if signed else None,
        "accountId": _caller_account(target),
        "caller": CALLER_ID if signed else None,
        "user": CALLER_ID if signed else None,
        "userArn": CALLER_ARN if signed else None,
    }


def _caller_account(target: ApiTarget) -> str | None:
    return ACCOUNT_ID if target.auth_type == "AWS_IAM" else None


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return dict(values)


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: listed[-1] for name, listed in values.items()}
