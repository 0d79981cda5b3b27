"""A function URL: authorization, target, and refusals."""

from dataclasses import replace

from local.account import ACCOUNT_ID
from local.dataplane import sigv4
from local.dataplane.cors import Cors
from local.dataplane.failures import NotServingError, ThrottledError
from local.dataplane.front import Admitted, Front, Refusal, RefusedError
from local.dataplane.header_tables import FUNCTION_URL
from local.dataplane.http_request import HttpRequest
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
    failed = Refusal(502, "Internal Server Error")
    timed_out = failed

    @property
    def _cors(self) -> Cors | None:
        return self.route.cors

    def _admit(self, request: HttpRequest) -> Admitted:
        route = self.route
        invocation = invocation_request(request, route.url_id, self._caller_account(request))
        if len(invocation.event) > MAX_BUFFERED_BYTES:
            raise RefusedError(Refusal(413, _TOO_LARGE))
        version = route.version()
        if version is None:
            reason = f"The URL's qualifier names no version of {route.function_name}."
            raise RefusedError(Refusal(503, {"Message": reason}))
        invocation = replace(invocation, function_arn=route.function_arn)
        try:
            invoked = self._invoke(route.function_name, version, invocation)
        except ThrottledError as error:
            raise RefusedError(Refusal(429, _RATE_EXCEEDED)) from error
        except NotServingError as error:
            raise RefusedError(Refusal(503, {"Message": str(error)})) from error
        return Admitted(invoked, streams=route.invoke_mode == "RESPONSE_STREAM")

    def _caller_account(self, request: HttpRequest) -> str | None:
        if self.route.auth_type == "NONE":
            return None
        try:
            sigv4.verify(request, "lambda", self.route.function_arn.split(":")[3])
        except sigv4.UnauthorizedError as error:
            raise RefusedError(Refusal(403, {"Message": str(error)})) from error
        return ACCOUNT_ID
