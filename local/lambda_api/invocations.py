"""Operations that invoke functions, by the same admission as the fronts.

They return before the function has answered: the caller waits outside the lock, so that others are
served meanwhile.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from local.dataplane.failures import (
    InvocationError,
    NotServingError,
    ResponseTooLargeError,
    ThrottledError,
)
from local.dataplane.http_request import new_trace_id
from local.dataplane.invocation import EventPolicy, Invocation, InvocationRequest
from local.dataplane.plane import LocalDataPlane
from local.dataplane.runtime_api import MAX_BUFFERED_BYTES
from local.lambda_api import errors
from local.lambda_api.aliases import version_behind
from local.lambda_api.protocol import Members
from local.lambda_api.revisions import Found, find_revision
from local.lambda_api.state import EVENT_INVOKE, LATEST_PUBLISHED, Scope

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MAX_ASYNCHRONOUS_BYTES = 1024 * 1024


@dataclass(frozen=True)
class _Call:
    """An invocation that was asked for: its version and its event."""

    data_plane: LocalDataPlane
    function_name: str
    version: str
    request: InvocationRequest

    def admit(self) -> Invocation:
        """Occupy a slot, or refuse if none is free or the version does not serve."""
        try:
            return self.data_plane.invoke(self.function_name, self.version, self.request)
        except ThrottledError:
            raise errors.too_many_requests("Rate Exceeded.") from None
        except NotServingError as error:
            status = self.data_plane.status(self.function_name, self.version)
            raise errors.conflict(
                "The operation cannot be performed at this time. The function is currently in the"
                f" following state: {status.state if status else 'Inactive'}. {error}"
            ) from None

    def log_result(self, running: Invocation) -> Members:
        """Return the end of the log, if the caller asked for it."""
        if not self.request.wants_log:
            return {}
        return {"LogResult": base64.b64encode(running.log_tail()).decode()}


def invoke(scope: Scope, request: Members) -> Members | Callable[[], Members]:
    """Run ``Invoke``."""
    found = find_revision(scope, request)
    call = _read(scope, request, found)
    match request.get("InvocationType"):
        case "DryRun":
            return {"StatusCode": 204}
        case "Event":
            stored = found.function.options.get((EVENT_INVOKE, found.qualifier), {})
            policy = EventPolicy(
                retries=stored.get("MaximumRetryAttempts", EventPolicy.retries),
                max_age_seconds=stored.get("MaximumEventAgeInSeconds", EventPolicy.max_age_seconds),
            )
            scope.data_plane.enqueue(call.function_name, call.version, call.request, policy)
            return {"StatusCode": 202}
        case _:
            return partial(_collect, call)


def invoke_with_response_stream(scope: Scope, request: Members) -> Members | Callable[[], Members]:
    """Run ``InvokeWithResponseStream``."""
    call = _read(scope, request, find_revision(scope, request))
    is_dry = request.get("InvocationType") == "DryRun"
    return {"StatusCode": 204} if is_dry else partial(_stream, call)


def _collect(call: _Call) -> Members:
    running = call.admit()
    try:
        answer: Members = {"Payload": _joined(call.data_plane.chunks(running))}
    except InvocationError as error:
        answer = {"FunctionError": "Unhandled", "Payload": error.document}
    return {
        "StatusCode": 200,
        "ExecutedVersion": call.version,
        **answer,
        **call.log_result(running),
    }


def _joined(chunks: Iterable[bytes]) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > MAX_BUFFERED_BYTES:
            raise ResponseTooLargeError(MAX_BUFFERED_BYTES)
    return bytes(whole)


def _stream(call: _Call) -> Members:
    return {
        "StatusCode": 200,
        "ExecutedVersion": call.version,
        "EventStream": _events(call, call.admit()),
    }


def _events(call: _Call, running: Invocation) -> Iterator[Members]:
    complete: Members = {}
    try:
        for chunk in call.data_plane.chunks(running):
            yield {"PayloadChunk": {"Payload": chunk}}
    except InvocationError as error:
        document = error.document.decode(errors="replace")
        complete = {"ErrorCode": error.error_type, "ErrorDetails": document}
    yield {"InvokeComplete": {**complete, **call.log_result(running)}}


def _read(scope: Scope, request: Members, found: Found) -> _Call:
    return _Call(
        data_plane=scope.data_plane,
        function_name=found.function.name,
        version=_version(found),
        request=InvocationRequest(
            request_id=scope.request_id,
            trace_id=new_trace_id(),
            event=_event(request),
            payload_format=None,
            function_arn=found.arn,
            client_context=_client_context(request),
            wants_log=request.get("LogType") == "Tail",
        ),
    )


def _version(found: Found) -> str:
    """Return the version that serves a qualifier."""
    version = version_behind(found.function, found.qualifier)
    if version is not None:
        return version
    if LATEST_PUBLISHED in found.function.published:  # PUB-01
        raise errors.invalid_parameter(
            "Functions configured with capacity provider configuration can't be invoked with"
            " $LATEST qualifier. To invoke this function, specify a published version qualifier or"
            " $LATEST.PUBLISHED."
        )
    raise errors.AwsError(  # FN-28
        "NoPublishedVersionException",
        f"The function {found.function.name} has no {LATEST_PUBLISHED}: publish it with PublishTo"
        " LATEST_PUBLISHED, or invoke a version number or an alias.",
    )


def _event(request: Members) -> bytes:
    payload: bytes = request.get("Payload") or b"{}"
    kind = request.get("InvocationType", "RequestResponse")
    limit = _MAX_ASYNCHRONOUS_BYTES if kind == "Event" else MAX_BUFFERED_BYTES
    if len(payload) > limit:
        raise errors.request_too_large(
            f"{len(payload)} byte payload is too large for the {kind} invocation type"
            f" (limit {limit} bytes)"
        )
    try:
        json.loads(payload, parse_constant=int)  # NaN is no JSON
    except (ValueError, RecursionError) as error:
        message = f"Could not parse request body into json: {error}"
        raise errors.invalid_request_content(message) from None
    return payload


def _client_context(request: Members) -> str:
    """Return the client context on one line of ASCII, as an HTTP header needs it."""
    encoded: str = request.get("ClientContext") or ""
    try:
        return encoded and json.dumps(json.loads(base64.b64decode(encoded, validate=True)))
    except ValueError:
        message = "Client context must be a valid Base64-encoded JSON object."
        raise errors.invalid_request_content(message) from None
