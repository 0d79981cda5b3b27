"""A function URL: authorization, target, and refusals."""

from local.account import ACCOUNT_ID
from local.dataplane import sigv4
from local.dataplane.failures import NotServingError, ThrottledError
from local.dataplane.front import Front, Refusal, RefusedError
from local.dataplane.header_tables import FUNCTION_URL
from local.dataplane.http_request import HttpRequest
from local.dataplane.invocation import Invocation
from local.dataplane.model import UrlRoute
from local.dataplane.runtime_api import MAX_BUFFERED_BYTES
from local.dataplane.url_event import invocation_request

_TOO_LARGE = {
    "Message": f"Request must be smaller than {MAX_BUFFERED_BYTES} bytes for the InvokeFunction "
    "operation"
}
_RATE_EXCEEDED = {
    "Reason": "ConcurrentInvocationLimitExceeded",
    "Type": "User",
    "message": "Rate Exceeded.",
}


class FunctionUrl(Front[UrlRoute]):
    """The ASGI application behind a function URL."""

    headers = FUNCTION_URL
    too_large = Refusal(413, _TOO_LARGE)
    failed = Refusal(502, "Internal Server Error")
    timed_out = failed

    def _admit(self, request: HttpRequest) -> tuple[UrlRoute, Invocation]:
        route = self.route
        invocation = invocation_request(request, route.url_id, self._caller_account(request))
        try:
            return route, self._admit_to(route, invocation)
        except ThrottledError as error:
            raise RefusedError(Refusal(429, _RATE_EXCEEDED)) from error
        except NotServingError as error:
            raise RefusedError(Refusal(503, {"Message": str(error)})) from error

    def _caller_account(self, request: HttpRequest) -> str | None:
        if self.route.auth_type == "NONE":
            return None
        try:
            sigv4.verify(request, "lambda", self.route.function_arn.split(":")[3])
        except sigv4.UnauthorizedError as error:
            raise RefusedError(Refusal(403, {"Message": str(error)})) from error
        return ACCOUNT_ID
