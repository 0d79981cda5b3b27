"""A stage of an API Gateway API: its target, and the refusals of REST and HTTP APIs.

API Gateway does not show callers why an integration failed: a throttled, missing or forbidden
function is an internal error, with status 500
(https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from local.dataplane import sigv4
from local.dataplane.api_event import http_api_invocation, rest_api_invocation
from local.dataplane.cors import RESPONSE_HEADERS
from local.dataplane.failures import NotServingError, ThrottledError
from local.dataplane.front import Admitted, Front, Invoke, Refusal, RefusedError
from local.dataplane.header_tables import HTTP_API, REST_API
from local.dataplane.http_request import HttpRequest
from local.dataplane.invocation import InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget


@dataclass(frozen=True)
class _Wording:
    """The answers of an API of one type in place of the function."""

    unknown: Refusal
    unsigned: Refusal
    too_large: Refusal
    not_invoked: Refusal
    failed: Refusal
    timed_out: Refusal


_WORDINGS: Final[Mapping[Literal["REST", "HTTP"], _Wording]] = {
    "REST": _Wording(
        unknown=Refusal(403, {"message": "Missing Authentication Token"}),
        unsigned=Refusal(403, {"message": "Missing Authentication Token"}),
        too_large=Refusal(413, {"message": "Request Too Long"}),
        not_invoked=Refusal(500, {"message": "Internal server error"}),
        failed=Refusal(502, {"message": "Internal server error"}),
        timed_out=Refusal(504, {"message": "Endpoint request timed out"}),
    ),
    "HTTP": _Wording(
        unknown=Refusal(404, {"message": "Not Found"}),
        unsigned=Refusal(403, {"message": "Forbidden"}),
        too_large=Refusal(413, {"message": "Request Entity Too Large"}),
        not_invoked=Refusal(500, {"message": "Internal Server Error"}),
        failed=Refusal(500, {"message": "Internal Server Error"}),
        timed_out=Refusal(503, {"message": "Service Unavailable"}),
    ),
}


# Source: docs/facts/fronts.md#http-details.
_MAX_URL_CHARACTERS: Final = 10_240
_MAX_HEADER_BYTES: Final = 20_480
_MAX_HTTP_API_BYTES: Final = 10_240


class ApiStage(Front[ApiRoute]):
    """The ASGI application behind a stage."""

    preflight_status = 204
    withheld = RESPONSE_HEADERS
    most_silent_seconds = 300  # of a REST API; an HTTP API does not stream

    def __init__(self, route: ApiRoute, invoke: Invoke) -> None:
        super().__init__(route, invoke)
        self.headers = REST_API if route.kind == "REST" else HTTP_API
        self._wording = _WORDINGS[route.kind]
        self.too_large = self._wording.too_large
        self.failed = self._wording.failed
        self.timed_out = self._wording.timed_out

    def _answers_preflight(self, request: HttpRequest) -> bool:
        return super()._answers_preflight(request) and not self._asks_for_a_signature(request)

    def _asks_for_a_signature(self, request: HttpRequest) -> bool:
        """Return whether the route demands one, as ``$default`` may even of preflights.

        API Gateway guide, "Configure CORS for HTTP APIs with a $default route and an authorizer".
        """
        target = self.route.target(request.method, self._path_in_stage(request.raw_path))
        return target is not None and target.auth_type == "AWS_IAM"

    def _admit(self, request: HttpRequest) -> Admitted:
        _require_fitting(request, self.route.kind)
        path = self._path_in_stage(request.raw_path)
        target = self.route.target(request.method, path)
        if target is None:
            raise RefusedError(self._wording.unknown)
        if target.auth_type == "AWS_IAM":
            self._verify(request, target)
        invocation = self._invocation(request, path, target)
        try:
            admitted = self._admit_to(target, invocation)
        except (ThrottledError, NotServingError) as error:
            raise RefusedError(self._wording.not_invoked, str(error)) from error
        return Admitted(admitted, streams=target.streams, seconds=target.timeout_seconds)

    def _path_in_stage(self, raw_path: str) -> str:
        base = self.route.base_path
        if raw_path != base and not raw_path.startswith(f"{base}/"):
            raise RefusedError(self._wording.unknown)
        return raw_path.removeprefix(base) or "/"

    def _verify(self, request: HttpRequest, target: ApiTarget) -> None:
        if not request.header("authorization") and "X-Amz-Signature=" not in request.raw_query:
            raise RefusedError(self._wording.unsigned)
        try:
            sigv4.verify(request, "execute-api", target.function_arn.split(":")[3])
        except sigv4.UnauthorizedError as error:
            raise RefusedError(Refusal(403, {"message": str(error)})) from error

    def _invocation(self, request: HttpRequest, path: str, target: ApiTarget) -> InvocationRequest:
        if self.route.kind == "REST":
            return rest_api_invocation(request, path, self.route, target)
        return http_api_invocation(request, self.route, target)


def _require_fitting(request: HttpRequest, kind: Literal["REST", "HTTP"]) -> None:
    """Refuse a URL or headers above the limits of the API; the answers are not AWS's words."""
    url = len(request.raw_path) + len(request.raw_query)
    names = sum(len(name) for name, _ in request.headers)
    values = sum(len(value) for _, value in request.headers)
    limits = [
        (414, "characters of URL", url, _MAX_URL_CHARACTERS),
        (431, "bytes of headers", names + values, _MAX_HEADER_BYTES),
    ]
    if kind == "HTTP":
        limits = [(431, "bytes of URL and header values", url + values, _MAX_HTTP_API_BYTES)]
    for status, what, size, most in limits:
        if size > most:
            message = f"The request has {size} {what}; the API allows {most}."
            raise RefusedError(Refusal(status, {"message": message}))
