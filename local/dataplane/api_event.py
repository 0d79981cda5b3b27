"""HTTP requests as the events that API Gateway sends to a Lambda proxy integration."""

import base64
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from local.account import ACCOUNT_ID
from local.dataplane.http_request import HttpRequest
from local.dataplane.invocation import InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget
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
    headers = _by_name(sent_headers(request, trace_id, cookies=True))
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
    if target.path_parameters:
        event["pathParameters"] = dict(target.path_parameters)
    return as_invocation(request, trace_id, event)


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
        "protocol": "HTTP/1.1",
        "domainName": request.header("host"),
        "domainPrefix": route.api_id,
        "requestId": request.request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "identity": {
            "accountId": _caller_account(target),
            "sourceIp": request.client,
            "userAgent": request.header("user-agent"),
        },
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
