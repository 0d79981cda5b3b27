"""A function URL: HTTP in, an invocation, HTTP out as it comes."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from local.dataplane import sigv4
from local.dataplane.failures import InvocationFailed, NotServing, Throttled
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import UrlRoute
from local.dataplane.prelude import ResponseHead
from local.dataplane.runtime_api import MAX_BUFFERED_BYTES
from local.dataplane.url_event import UrlRequest, invocation_request

_TOO_LARGE = {
    "Message": f"Request must be smaller than {MAX_BUFFERED_BYTES} bytes for the InvokeFunction "
    "operation"
}
_RATE_EXCEEDED = {
    "Reason": "ConcurrentInvocationLimitExceeded",
    "Type": "User",
    "message": "Rate Exceeded.",
}
# The URL frames and dates its responses itself; AWS passes the application's own words on by
# other names.
_REMAPPED = frozenset({"connection", "content-length", "date"})
_DROPPED = frozenset({"transfer-encoding"})
_WITHOUT_BODY = frozenset({204, 304})
_JSON = {"content-type": "application/json"}

Invoke = Callable[[str, str, InvocationRequest], Invocation]
"""Takes a slot of a function's version; raises `Throttled` or `NotServing`."""


class FunctionUrl:
    """The ASGI application behind a function URL.

    A caller who leaves changes nothing: the invocation goes on, as it does on Lambda.

    Parameters
    ----------
    route
        Where the URL leads; may be replaced while it serves.
    invoke
        Takes a slot of a function's version.
    """

    def __init__(self, route: UrlRoute, invoke: Invoke) -> None:
        self.route = route
        self._invoke = invoke

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await _read_body(Request(scope, receive))
        except ClientDisconnect:
            return
        request = UrlRequest.from_scope(scope, body)
        reply = _Reply(send, request.request_id)
        try:
            invocation = self._admit(request)
        except sigv4.Unauthorized as error:
            await reply.refuse(403, {"Message": str(error)})
        except _RequestTooLarge:
            await reply.refuse(413, _TOO_LARGE)
        except Throttled:
            await reply.refuse(429, _RATE_EXCEEDED)
        except NotServing as error:
            await reply.refuse(503, {"Message": str(error)})
        else:
            await self._answer(invocation, reply)

    def _admit(self, request: UrlRequest) -> Invocation:
        route = self.route
        caller_account = None
        if route.auth_type == "AWS_IAM":
            sigv4.verify(request)
            caller_account = sigv4.ACCOUNT
        invocation = invocation_request(request, route.url_id, caller_account)
        if len(invocation.event) > MAX_BUFFERED_BYTES:
            raise _RequestTooLarge
        version = route.version()
        if version is None:
            raise NotServing(f"The URL's qualifier names no version of {route.function_name}.")
        return self._invoke(route.function_name, version, invocation)

    async def _answer(self, invocation: Invocation, reply: "_Reply") -> None:
        answer = _stream if self.route.invoke_mode == "RESPONSE_STREAM" else _collect
        try:
            async with asyncio.timeout(invocation.deadline - time.time()):
                await answer(invocation, reply)
        except (InvocationFailed, TimeoutError):
            await reply.break_off()
        finally:
            invocation.abandon()


class _RequestTooLarge(Exception):  # noqa: N818 - the name of AWS's error
    """The event would be larger than an invocation takes."""


class _Reply:
    """The HTTP response to one request."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._started = False
        self._has_body = True

    async def start(self, head: ResponseHead, length: int | None = None) -> None:
        """Send status and headers; without a length the body is sent in chunks."""
        self._started = True
        self._has_body = head.status not in _WITHOUT_BODY
        headers = [("x-amzn-requestid", self._request_id)]
        headers += [
            (f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value)
            for name, value in head.headers.items()
            if name not in _DROPPED
        ]
        headers += [("set-cookie", cookie) for cookie in head.cookies]
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

    async def send(self, chunk: bytes) -> None:
        """Send a part of the body."""
        if not self._has_body:
            return
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self) -> None:
        """Say that the body is complete."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def refuse(self, status: int, document: Mapping[str, str]) -> None:
        """Send a whole response in JSON."""
        await self._whole(status, json.dumps(document).encode())

    async def break_off(self) -> None:
        """Tell the caller that the invocation failed, in whatever way is left."""
        # A response without its last chunk is how HTTP says that a body is not complete; the
        # server closes the connection when an application returns in the middle of one.
        if not self._started:
            await self._whole(502, b"Internal Server Error")

    async def _whole(self, status: int, body: bytes) -> None:
        await self.start(ResponseHead(status, _JSON), len(body))
        await self.send(body)
        await self.end()


async def _stream(invocation: Invocation, reply: _Reply) -> None:
    head = await invocation.head()
    await reply.start(head)
    async for chunk in invocation.chunks():
        await reply.send(chunk)
    await reply.end()


async def _collect(invocation: Invocation, reply: _Reply) -> None:
    head = await invocation.head()
    body = bytearray()
    async for chunk in invocation.chunks():
        body += chunk
        if len(body) > MAX_BUFFERED_BYTES:
            raise InvocationFailed("the response is larger than a BUFFERED function URL sends")
    await reply.start(head, len(body))
    await reply.send(bytes(body))
    await reply.end()


async def _read_body(request: Request) -> bytes:
    """Read a body to its end; more than the limit is counted, not kept."""
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= MAX_BUFFERED_BYTES:
            body += chunk
    return bytes(body)
