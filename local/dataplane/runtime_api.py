"""The Runtime API, the Extensions API and the metadata endpoint of one execution environment.

What the web adapter calls (docs/facts/web-adapter.md#start-up,
docs/facts/web-adapter.md#runtime-api, docs/facts/web-adapter.md#streamed-response), and what a
function may ask (https://docs.aws.amazon.com/lambda/latest/dg/configuration-metadata-endpoint.html).
"""

import asyncio
import base64
import contextlib
import re
import secrets
import uuid
from asyncio import sleep
from collections.abc import AsyncIterator, Iterable
from time import monotonic
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from local.dataplane.failures import InvocationError, MalformedResponseError, ResponseTooLargeError
from local.dataplane.http_server import TRAILERS, Address
from local.dataplane.invocation import Invocation, Slots
from local.dataplane.model import Deployment
from local.dataplane.prelude import RAW_HEAD, PreludeParser, ResponseHead, parse_buffered

UNCAPPED_BYTES: Final = 6 * 1024 * 1024
BYTES_PER_SECOND: Final = 2 * 1024 * 1024


class Bandwidth:
    """Delays what a response has above its first 6 MB: those are as fast as they are written.

    Lambda's rate for the rest is 2 MB/s
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html).
    """

    def __init__(self, bytes_per_second: float) -> None:
        self._bytes_per_second = bytes_per_second
        self._uncapped = UNCAPPED_BYTES
        self._free_at = 0.0

    async def take(self, size: int) -> None:
        """Wait until so many more bytes may be passed on."""
        capped = max(0, size - self._uncapped)
        self._uncapped -= size - capped
        if capped:
            now = monotonic()
            self._free_at = max(self._free_at, now) + capped / self._bytes_per_second
            await sleep(self._free_at - now)


MAX_BUFFERED_BYTES = 6 * 1024 * 1024
"""Largest buffered response, and largest request (URL-08)."""

MAX_STREAMED_BYTES = 200 * 1024 * 1024
"""Largest streamed response
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html)."""

_PRELUDE_CONTENT_TYPE = "application/vnd.awslambda.http-integration-response"
_INVOCATION = "/2018-06-01/runtime/invocation"
_EXTENSION = "/2020-01-01/extension"
_METADATA = "/2026-01-15/metadata/execution-environment"


class RuntimeApi:
    """Passes invocations to workers and receives their responses, by the ASGI application ``app``.

    ``init_error`` is what the runtime or an extension reported at start, ``metadata_token`` what
    the metadata endpoint demands. If ``worker_has_connection``, each worker makes all its calls
    over one connection, as those of Lambda's Python runtime do: its end is that of the worker.
    """

    def __init__(
        self, deployment: Deployment, slots: Slots, bytes_per_second: float = BYTES_PER_SECOND
    ) -> None:
        self._deployment = deployment
        self._bytes_per_second = bytes_per_second
        self._slots = slots
        self._extensions: set[str] = set()
        self._taken: dict[Address, Invocation] = {}
        self.metadata_token = secrets.token_hex(16)
        self.worker_has_connection = False
        self.init_error: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        post = ["POST"]
        # Not an application: its middleware would cost each call more than its handler does.
        self.app = Router(
            [
                Route(f"{_EXTENSION}/register", self._register, methods=post),
                Route(f"{_EXTENSION}/event/next", self._extension_event),
                Route(f"{_EXTENSION}/init/error", self._init_error, methods=post),
                Route(f"{_EXTENSION}/exit/error", self._init_error, methods=post),
                Route("/2018-06-01/runtime/init/error", self._init_error, methods=post),
                Route(_METADATA, self._metadata),
                Route(f"{_INVOCATION}/next", self._next),
                Route(f"{_INVOCATION}/{{request_id}}/response", self._response, methods=post),
                Route(f"{_INVOCATION}/{{request_id}}/error", self._error, methods=post),
            ]
        )

    def on_disconnect(self, client: Address) -> None:
        """Fail the invocation of a worker that has ended, with its slot, which nobody serves."""
        invocation = self._taken.pop(client, None)
        if invocation is None:
            return
        request_id = invocation.request.request_id
        if self._slots.running(request_id) is invocation:
            self._slots.limit -= 1
            reason = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
            self._fail(invocation, InvocationError(reason))

    async def _register(self, request: Request) -> Response:
        name = request.headers.get("lambda-extension-name")
        if not name:
            return _refusal(403, "Extension.InvalidExtensionName", "Lambda-Extension-Name missing")
        if self._slots.worker_polled.is_set():
            reason = "Extension registration closed already"
            return _refusal(403, "Extension.RegistrationClosed", reason)
        identifier = str(uuid.uuid4())
        self._extensions.add(identifier)
        return JSONResponse(
            {
                "functionName": self._deployment.function_name,
                "functionVersion": self._deployment.version,
                "handler": self._deployment.handler,
            },
            headers={"Lambda-Extension-Identifier": identifier},
        )

    async def _extension_event(self, request: Request) -> Response:
        if request.headers.get("lambda-extension-identifier") not in self._extensions:
            return _refusal(403, "Extension.UnknownExtensionIdentifier", "Unknown extension")
        # LMI sends extensions no INVOKE event, and the adapter subscribes to no SHUTDOWN event.
        await _disconnected(request)
        return Response(status_code=204)

    async def _metadata(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.metadata_token}":
            return Response(status_code=401)
        # A zone of eu-west-1 is euw1-az1.
        area, *parts = re.findall(
            "^[a-z]+|gov|north|south|east|west|central|[0-9]+", self._deployment.region
        )
        zone = f"{area}{''.join(part[0] for part in parts)}-az1"
        headers = {"Cache-Control": "private, max-age=43200, immutable"}
        return JSONResponse({"AvailabilityZoneID": zone}, headers=headers)

    async def _init_error(self, request: Request) -> Response:
        body = (await request.body()).decode(errors="replace")
        if not self.init_error.done():
            self.init_error.set_result(body)
        return _accepted()

    async def _next(self, request: Request) -> Response:
        if self.worker_has_connection and (left := self._taken.pop(request.scope["client"], None)):
            self._slots.end(left)  # if it has no answer: who asks again serves it no more
        # A worker that has disconnected must not get an invocation.
        taking = asyncio.create_task(self._slots.next())
        leaving = asyncio.create_task(_disconnected(request))
        try:
            await asyncio.wait({taking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done():
                return Response(status_code=204)
            invocation = taking.result()
            if self.worker_has_connection:
                self._taken[request.scope["client"]] = invocation
        finally:
            taking.cancel()
            leaving.cancel()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request.request_id,
            "Lambda-Runtime-Invocation-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.request.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.request.trace_id,
        }
        if invocation.request.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.request.client_context
        return Response(invocation.request.event, headers=headers, media_type="application/json")

    async def _response(self, request: Request) -> Response:
        invocation = self._slots.running(request.path_params["request_id"])
        if invocation is None:
            await _discard(request.stream())
            return _unknown_request_id()
        streaming = request.headers.get("lambda-runtime-function-response-mode") == "streaming"
        try:
            if streaming:
                await _pass_on(request, invocation, Bandwidth(self._bytes_per_second))
            else:
                await _read(request, invocation)
            _require_success(request.scope.get("extensions", {}).get(TRAILERS, ()))
        except ClientDisconnect:
            reason = "the worker broke off its response"
            self._fail(invocation, InvocationError(reason, "Runtime.TruncatedResponse"))
            return _accepted()
        except ResponseTooLargeError as error:
            self._fail(invocation, error)
            return _refusal(413, "RequestEntityTooLarge", str(error))
        except InvocationError as error:
            self._fail(invocation, error)
            return _accepted()
        # In this order, so that the slot is free when the caller sees the end.
        self._slots.end(invocation)
        invocation.finish()
        return _accepted()

    async def _error(self, request: Request) -> Response:
        body = await request.body()
        invocation = self._slots.running(request.path_params["request_id"])
        if invocation is None:
            return _unknown_request_id()
        error_type = request.headers.get("lambda-runtime-function-error-type", "Unhandled")
        self._fail(invocation, InvocationError(body.decode(errors="replace"), error_type, body))
        return _accepted()

    def _fail(self, invocation: Invocation, failure: InvocationError) -> None:
        self._slots.end(invocation)
        invocation.fail(failure)


async def _pass_on(request: Request, invocation: Invocation, bandwidth: Bandwidth) -> None:
    payload_format = invocation.request.payload_format
    kind = request.headers.get("content-type", "application/octet-stream")
    if payload_format and kind == _PRELUDE_CONTENT_TYPE:
        parser = PreludeParser(payload_format)
    else:
        parser = PreludeParser(head=ResponseHead(200, (("content-type", kind),)))
    chunks = request.stream()
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        try:
            if size > MAX_STREAMED_BYTES:
                raise ResponseTooLargeError(MAX_STREAMED_BYTES)
            payload = parser.feed(chunk)
        except InvocationError:
            await _discard(chunks)
            raise
        if parser.head is not None:
            invocation.respond(parser.head)
        if payload:
            await bandwidth.take(len(payload))
            await invocation.write(payload)
    if parser.head is None:
        raise MalformedResponseError("the response ended within its prelude")


async def _read(request: Request, invocation: Invocation) -> None:
    payload = bytearray()
    chunks = request.stream()
    async for chunk in chunks:
        payload += chunk
        if len(payload) > MAX_BUFFERED_BYTES:
            await _discard(chunks)
            raise ResponseTooLargeError(MAX_BUFFERED_BYTES)
    whole = bytes(payload)
    head, body = RAW_HEAD, whole
    asked = invocation.request
    if asked.wants_stream and asked.payload_format == "1.0":
        raise MalformedResponseError("the response is buffered, and the integration streams")
    if asked.payload_format is not None and not asked.wants_stream:
        head, body = parse_buffered(whole, asked.payload_format, asked.default_type)
    invocation.respond(head)
    await invocation.write(body)


def _require_success(trailers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raise the error that the trailers of a stream report, if they do.

    Source: docs/facts/web-adapter.md#broken-streams.
    """
    fields = dict(trailers)
    if (error_type := fields.get(b"lambda-runtime-function-error-type")) is not None:
        document = base64.b64decode(fields.get(b"lambda-runtime-function-error-body", b""))
        reason = document.decode(errors="replace")
        raise InvocationError(reason, error_type.decode("latin-1"), document)


async def _discard(chunks: AsyncIterator[bytes]) -> None:
    """Read a request to its end: to the sender, an early answer looks like a broken connection."""
    with contextlib.suppress(ClientDisconnect):
        async for _ in chunks:
            pass


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _accepted() -> Response:
    return JSONResponse({"status": "OK"}, 202)


def _unknown_request_id() -> Response:
    return _refusal(400, "InvalidRequestID", "Invalid request ID")


def _refusal(status: int, error_type: str, message: str) -> Response:
    return JSONResponse({"errorType": error_type, "errorMessage": message}, status)
