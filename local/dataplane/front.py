"""What all fronts do: turn an HTTP request into an invocation, and its response into HTTP."""

import asyncio
import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from local.dataplane.cors import cors_headers, is_preflight
from local.dataplane.failures import InvocationError, NotServingError, ResponseTooLargeError
from local.dataplane.http_request import HeaderTable, HttpRequest
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import ApiRoute, Target, UrlRoute
from local.dataplane.prelude import ResponseHead
from local.dataplane.runtime_api import MAX_BUFFERED_BYTES

_logger = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_WITHOUT_BODY = frozenset({204, 304})
_JSON = (("content-type", "application/json"),)
_CORS = "access-control-"

Invoke = Callable[[str, str, InvocationRequest], Invocation]
"""Admits an invocation of a version; raises ``ThrottledError`` or ``NotServingError``."""

RouteT = TypeVar("RouteT", UrlRoute, ApiRoute)


@dataclass(frozen=True)
class Refusal:
    """A response of the front itself: a JSON document, or a text if AWS sends one."""

    status: int
    content: Mapping[str, str] | str


def refusal(status: int, message: str) -> Refusal:
    """Return a refusal with a message."""
    return Refusal(status, {"message": message})


class RefusedError(Exception):
    """The front refuses a request instead of invoking the function.

    The reason is what the log says where AWS's answer to the caller says less.
    """

    def __init__(self, answer: Refusal, reason: str = "") -> None:
        super().__init__(reason)
        self.answer = answer


class Front(ABC, Generic[RouteT]):
    """An ASGI application in front of a function; its route may be replaced while it serves.

    When a client disconnects, the invocation goes on, as it does on Lambda.
    """

    request_id_header: ClassVar[str] = "x-amzn-requestid"
    preflight_status: ClassVar[int] = 200
    owns_cors: ClassVar[bool] = False
    """Whether a front with a CORS configuration drops the function's response headers of CORS."""
    most_silent_seconds: ClassVar[float | None] = None
    """Longest wait for the next bytes of a stream, if AWS has such a limit."""
    headers: HeaderTable
    """The headers that the front renames or drops."""
    too_large: Refusal
    """The answer to a request above 6 MB."""
    failed: Refusal
    """The answer when the function sends no response, or a malformed one."""
    timed_out: Refusal
    """The answer when the function does not respond in time."""

    def __init__(self, route: RouteT, invoke: Invoke) -> None:
        self.route = route
        self._invoke = invoke

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await _read_body(Request(scope, receive))
        except ClientDisconnect:
            return
        request = HttpRequest(scope, body)
        reply = self._reply(request, send)
        try:
            _require_valid(request)
            if self._answers_preflight(request):
                await reply.whole(ResponseHead(self.preflight_status))
                return
            target, invocation = self._admit(request)
        except RefusedError as error:
            if error.answer.status >= 500:
                _log_failure(request, error.answer.status, str(error))
            await reply.refuse(error.answer)
            return
        await self._answer(request, target, invocation, reply)

    @abstractmethod
    def _admit(self, request: HttpRequest) -> tuple[Target, Invocation]:
        """Admit a request as an invocation; raise ``RefusedError`` with the answer of AWS."""

    def _admit_to(self, target: Target, request: InvocationRequest) -> Invocation:
        """Admit an invocation; raise as ``Invoke`` does, also when the target has no version."""
        if len(request.event) > MAX_BUFFERED_BYTES:
            raise RefusedError(self.too_large)
        version = target.version()
        if version is None:
            reason = f"{target.function_arn} names no version of {target.function_name}"
            raise NotServingError(f"{reason} that this front may invoke.")
        request = replace(request, function_arn=target.function_arn, wants_stream=target.streams)
        return self._invoke(target.function_name, version, request)

    def _answers_preflight(self, request: HttpRequest) -> bool:
        """Return whether the front answers the request itself, without the function."""
        return self.route.cors is not None and is_preflight(request)

    def _reply(self, request: HttpRequest, send: Send) -> "_Reply":
        own = [(self.request_id_header, request.request_id)]
        cors = self.route.cors
        own += cors_headers(cors, request) if cors else []
        return _Reply(send, own, self.headers, drops_cors=cors is not None and self.owns_cors)

    async def _answer(
        self, request: HttpRequest, target: Target, invocation: Invocation, reply: "_Reply"
    ) -> None:
        # A client of HTTP/1.0 cannot read chunks.
        streams = target.streams and request.http_version != "1.0"
        seconds = target.timeout_seconds or invocation.deadline - time.time()
        try:
            async with asyncio.timeout(seconds):
                if streams:
                    await _stream(invocation, reply, self.most_silent_seconds)
                else:
                    await _collect(invocation, reply)
        except (InvocationError, RuntimeError) as error:
            # The server raises the latter where a function breaks its own content-length.
            if isinstance(error, RuntimeError) and "Content-Length" not in str(error):
                raise
            await _break_off(request, reply, self.failed, str(error))
        except TimeoutError:
            reason = f"the response was not complete after {seconds:.3g} seconds"
            if streams and self.most_silent_seconds is not None:
                reason += f", or silent for {self.most_silent_seconds:.3g}"
            await _break_off(request, reply, self.timed_out, reason)
        finally:
            invocation.abandon()


def _require_valid(request: HttpRequest) -> None:
    if request.http_version not in ("1.0", "1.1"):  # HTTP/2 has no request line
        message = f"HTTP/{request.http_version} is not supported in a request line."
        raise RefusedError(refusal(505, message), message)
    # https://www.rfc-editor.org/rfc/rfc9112#section-3.2; an empty one names no domain.
    hosts = list(filter(None, request.headers.getlist("host")))
    if len(hosts) != 1:
        message = f"The request has {len(hosts)} Host headers, where HTTP demands one."
        raise RefusedError(refusal(400, message))
    if not request.raw_path.startswith("/"):
        raise RefusedError(refusal(400, f"{request.raw_path} is no path."))
    if request.method not in _METHODS:
        allowed = ", ".join(sorted(_METHODS))
        message = f"The method {request.method} is not allowed. It is one of {allowed}."
        raise RefusedError(refusal(405, message))


def _log_failure(request: HttpRequest, status: int, reason: str) -> None:
    """Log why a caller gets an error that names no cause, or a stream that breaks off."""
    told = request.method, request.raw_path, status, request.request_id, reason
    _logger.warning("%s %s failed with %d, request id %s: %s", *told)


class _Reply:
    """The HTTP response to one request, with headers of the front's own.

    The headers of the function are renamed or dropped by the table, and those of CORS if so told.
    """

    def __init__(
        self, send: Send, own: list[tuple[str, str]], table: HeaderTable, *, drops_cors: bool
    ) -> None:
        self._send = send
        self._own = own
        self._table = table
        self._drops_cors = drops_cors
        self.has_started = False
        self._has_body = True

    async def start(self, head: ResponseHead, length: int | None = None) -> None:
        """Send status and headers; without a length the body is sent chunked."""
        self.has_started = True
        self._has_body = head.status not in _WITHOUT_BODY
        dropped = self._table.dropped
        if length is not None or not self._has_body:  # the front counts the bytes itself
            dropped = dropped | {"content-length"}
        headers = [*self._own]
        for name, value in head.headers:
            if name in self._table.remapped:
                headers.append((f"x-amzn-remapped-{name}", value))
            elif name not in dropped and not (self._drops_cors and name.startswith(_CORS)):
                headers.append((name, value))
        if length is not None and self._has_body:
            headers.append(("content-length", str(length)))
        await self._send(
            {
                "type": "http.response.start",
                "status": head.status,
                "headers": [
                    (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers
                ],
            }
        )

    async def send(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Send a chunk of the body."""
        body = chunk if self._has_body else b""
        await self._send({"type": "http.response.body", "body": body, "more_body": not is_last})

    async def whole(self, head: ResponseHead, body: bytes = b"") -> None:
        """Send a response whose body is complete."""
        await self.start(head, len(body))
        await self.send(body, is_last=True)

    async def refuse(self, answer: Refusal) -> None:
        """Send a response of the front itself."""
        content = answer.content
        text = content if isinstance(content, str) else json.dumps(content)
        await self.whole(ResponseHead(answer.status, _JSON), text.encode())


async def _break_off(request: HttpRequest, reply: _Reply, answer: Refusal, reason: str) -> None:
    _log_failure(request, answer.status, reason)
    # A response without its last chunk is how HTTP says that a body is not complete; the server
    # closes the connection when an application returns in the middle of one.
    if not reply.has_started:
        await reply.refuse(answer)


async def _stream(invocation: Invocation, reply: _Reply, most_silent_seconds: float | None) -> None:
    async with asyncio.timeout(most_silent_seconds) as silence:
        head = await invocation.head()
        await reply.start(head)
        async for chunk in invocation.chunks():
            await reply.send(chunk)
            if most_silent_seconds is not None:
                silence.reschedule(asyncio.get_running_loop().time() + most_silent_seconds)
    await reply.send(b"", is_last=True)


async def _collect(invocation: Invocation, reply: _Reply) -> None:
    head = await invocation.head()
    body = bytearray()
    async for chunk in invocation.chunks():
        body += chunk
        if len(body) > MAX_BUFFERED_BYTES:
            raise ResponseTooLargeError(MAX_BUFFERED_BYTES)
    await reply.whole(head, bytes(body))


async def _read_body(request: Request) -> bytes:
    """Read a body to its end; bytes above the limit are counted and dropped."""
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= MAX_BUFFERED_BYTES:
            body += chunk
    return bytes(body)
