"""The fronts: function URLs and the stages of APIs, each with its target, events and refusals.

API Gateway does not show callers why an integration failed: a throttled, missing or forbidden
function is an internal error, with status 500
(https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html).
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from local.dataplane import sigv4
from local.dataplane.events import (
    decoded_once,
    http_api_invocation,
    invocation_request,
    rest_api_invocation,
)
from local.dataplane.failures import NotServingError, ThrottledError
from local.dataplane.front import Front, Invoke, Refusal, RefusedError, refusal
from local.dataplane.http_request import FUNCTION_URL, HTTP_API, REST_API, HttpRequest
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget, UrlRoute
from local.dataplane.runtime_api import MAX_BUFFERED_BYTES

_TOO_LARGE = {
    "Message": f"Request must be smaller than {MAX_BUFFERED_BYTES} bytes for the InvokeFunction "
    "operation"
}
_RATE_EXCEEDED = {
    "Reason": "ConcurrentInvocationLimitExceeded",
    "Type": "User",
    "message": "Rate Exceeded.",
}

# Source: docs/facts/fronts.md#http-details.
_MAX_URL_CHARACTERS: Final = 10_240
_MAX_HEADER_BYTES: Final = 20_480
_MAX_HTTP_API_BYTES: Final = 10_240
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")


class FunctionUrl(Front[UrlRoute]):
    """The ASGI application behind a function URL."""

    headers = FUNCTION_URL
    too_large = Refusal(413, _TOO_LARGE)
    failed = Refusal(502, "Internal Server Error")
    timed_out = failed

    def _admit(self, request: HttpRequest) -> tuple[UrlRoute, Invocation]:
        route, is_signed = self.route, self.route.auth_type == "AWS_IAM"
        try:
            if is_signed:
                sigv4.verify(request, "lambda", route.function_arn.split(":")[3])
            invocation = invocation_request(request, route.url_id, is_signed=is_signed)
            return route, self._admit_to(route, invocation)
        except sigv4.UnauthorizedError as error:
            raise RefusedError(Refusal(403, {"Message": str(error)})) from error
        except ThrottledError as error:
            raise RefusedError(Refusal(429, _RATE_EXCEEDED)) from error
        except NotServingError as error:
            raise RefusedError(Refusal(503, {"Message": str(error)}), str(error)) from error


class ApiStage(Front[ApiRoute]):
    """The ASGI application behind a stage."""

    preflight_status = 204
    owns_cors = True
    unknown: ClassVar[Refusal]
    """The answer where the API has no such path or method."""
    unsigned: ClassVar[Refusal]
    """The answer to a request without the signature that its method demands."""
    not_invoked: ClassVar[Refusal]
    """The answer when the function cannot be invoked."""
    invocation: ClassVar[Callable[[HttpRequest, ApiRoute, ApiTarget], InvocationRequest]]
    """Returns the invocation of a request."""

    @abstractmethod
    def _sizes(self, request: HttpRequest) -> Iterable[tuple[int, str, int, int]]:
        """Yield status, unit, size and limit of what is limited; the status is not AWS's."""

    def _answers_preflight(self, request: HttpRequest) -> bool:
        return super()._answers_preflight(request) and not self._asks_for_a_signature(request)

    def _asks_for_a_signature(self, request: HttpRequest) -> bool:
        """Return whether the route demands one, as ``$default`` may even of preflights.

        API Gateway guide, "Configure CORS for HTTP APIs with a $default route and an authorizer".
        """
        target = self.route.target(request.method, self._path_in_stage(request.raw_path))
        return target is not None and target.auth_type == "AWS_IAM"

    def _admit(self, request: HttpRequest) -> tuple[ApiTarget, Invocation]:
        for status, unit, size, most in self._sizes(request):
            if size > most:
                raise RefusedError(
                    refusal(status, f"The request has {size} {unit}; the API allows {most}.")
                )
        target = self.route.target(request.method, self._path_in_stage(request.raw_path))
        if target is None:
            raise RefusedError(self.unknown)
        if target.auth_type == "AWS_IAM":
            self._verify(request, target)
        try:
            # Looked up in the class: it is a function, and no method.
            invocation = type(self).invocation(request, self.route, target)
            return target, self._admit_to(target, invocation)
        except (ThrottledError, NotServingError) as error:
            raise RefusedError(self.not_invoked, str(error)) from error

    def _path_in_stage(self, raw_path: str) -> str:
        base = self.route.base_path
        if raw_path != base and not raw_path.startswith(f"{base}/"):
            raise RefusedError(self.unknown)
        return raw_path.removeprefix(base) or "/"

    def _verify(self, request: HttpRequest, target: ApiTarget) -> None:
        if not request.header("authorization") and "X-Amz-Signature=" not in request.raw_query:
            raise RefusedError(self.unsigned)
        try:
            sigv4.verify(request, "execute-api", target.function_arn.split(":")[3])
        except sigv4.UnauthorizedError as error:
            raise RefusedError(refusal(403, str(error))) from error


class RestStage(ApiStage):
    """A stage of a REST API."""

    headers = REST_API
    most_silent_seconds = 300
    unknown = unsigned = refusal(403, "Missing Authentication Token")
    too_large = refusal(413, "Request Too Long")
    not_invoked = refusal(500, "Internal server error")
    failed = refusal(502, "Internal server error")
    timed_out = refusal(504, "Endpoint request timed out")
    invocation = rest_api_invocation

    def _admit(self, request: HttpRequest) -> tuple[ApiTarget, Invocation]:
        if not {"|", "{", "}"}.isdisjoint(request.raw_query):
            raise RefusedError(refusal(400, "The query has |, { or }, which have to be encoded."))
        return super()._admit(request)

    def _sizes(self, request: HttpRequest) -> Iterable[tuple[int, str, int, int]]:
        url = len(request.raw_path) + len(request.raw_query)
        yield 414, "characters of URL", url, _MAX_URL_CHARACTERS
        headers = sum(len(name) + len(value) for name, value in request.headers.items())
        yield 431, "bytes of headers", headers, _MAX_HEADER_BYTES


class HttpStage(ApiStage):
    """A stage of an HTTP API."""

    request_id_header = "apigw-requestid"
    headers = HTTP_API
    unknown = refusal(404, "Not Found")
    unsigned = refusal(403, "Forbidden")
    too_large = refusal(413, "Request Entity Too Large")
    not_invoked = failed = refusal(500, "Internal Server Error")
    timed_out = refusal(503, "Service Unavailable")
    invocation = http_api_invocation

    def _path_in_stage(self, raw_path: str) -> str:
        path = decoded_once(raw_path)
        if _BROKEN_ESCAPE.search(path):
            raise RefusedError(refusal(400, "Bad Request"))
        return super()._path_in_stage(path)

    def _sizes(self, request: HttpRequest) -> Iterable[tuple[int, str, int, int]]:
        url = len(request.raw_path) + len(request.raw_query)
        values = sum(len(value) for _, value in request.headers.items())
        yield 431, "bytes of URL and header values", url + values, _MAX_HTTP_API_BYTES


def stage_of(route: ApiRoute, invoke: Invoke) -> ApiStage:
    """Return the application of a stage."""
    return {"REST": RestStage, "HTTP": HttpStage}[route.kind](route, invoke)
