"""The Runtime API and the Extensions API, as clients other than the adapter may use them."""

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Message, Scope

from local.dataplane.failures import InvocationError
from local.dataplane.http_server import LoopbackServer
from local.dataplane.invocation import Invocation, InvocationRequest, Slots
from local.dataplane.ports import listen, port_of
from local.dataplane.prelude import ResponseHead
from local.dataplane.runtime_api import MAX_BUFFERED_BYTES, MAX_STREAMED_BYTES, RuntimeApi
from tests.local.dataplane.harness import deployment

pytestmark = pytest.mark.anyio

INVOCATION = "/2018-06-01/runtime/invocation"
STREAMING = {
    "lambda-runtime-function-response-mode": "streaming",
    "content-type": "application/vnd.awslambda.http-integration-response",
}


class Worker:
    """A runtime client with a connection to a served API."""

    def __init__(self, app: ASGIApp, http: httpx.AsyncClient, slots: Slots) -> None:
        self.app = app
        self.http = http
        self.slots = slots

    async def next(self) -> httpx.Response:
        return await self.http.get(f"{INVOCATION}/next")

    async def take(self, timeout_seconds: float = 60) -> Invocation:
        """Admit an invocation and take it."""
        invocation = self.admit(timeout_seconds)
        assert (await self.next()).status_code == 200
        return invocation

    def admit(self, timeout_seconds: float = 60) -> Invocation:
        request = InvocationRequest(
            request_id=str(uuid.uuid4()),
            trace_id="Root=1-0-0",
            event=b'{"version":"2.0"}',
            function_arn="arn:function",
        )
        return self.slots.admit(request, timeout_seconds)

    async def respond(
        self, invocation: Invocation, content: bytes | AsyncIterator[bytes], **headers: str
    ) -> httpx.Response:
        url = f"{INVOCATION}/{invocation.request.request_id}/response"
        return await self.http.post(url, content=content, headers=headers)


@pytest.fixture
async def worker() -> AsyncGenerator[Worker]:
    async with serving() as worker:
        yield worker


@asynccontextmanager
async def serving() -> AsyncGenerator[Worker]:
    slots = Slots(2)
    listener = listen()
    app = RuntimeApi(deployment(Path("function.zip")), slots).app
    server = LoopbackServer(app, listener)
    server.start()
    base_url = f"http://127.0.0.1:{port_of(listener)}"
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        yield Worker(app, http, slots)
    await server.stop()


async def body_of(invocation: Invocation) -> bytes:
    return b"".join([chunk async for chunk in invocation.chunks()])


async def test_next_returns_the_event_and_lambdas_headers(worker: Worker) -> None:
    polling = asyncio.create_task(worker.next())
    await worker.slots.worker_polled.wait()
    invocation = worker.admit()
    response = await polling
    assert response.json() == {"version": "2.0"}
    headers = response.headers
    assert headers["lambda-runtime-aws-request-id"] == invocation.request.request_id
    assert int(headers["lambda-runtime-deadline-ms"]) == int(invocation.deadline * 1000)
    assert headers["lambda-runtime-invoked-function-arn"] == "arn:function"
    assert headers["lambda-runtime-trace-id"] == "Root=1-0-0"
    assert uuid.UUID(headers["lambda-runtime-invocation-id"])
    assert "lambda-runtime-client-context" not in headers


async def test_a_poll_that_was_given_up_takes_no_invocation(worker: Worker) -> None:
    left = asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        pass

    scope: Scope = {"type": "http", "method": "GET", "path": f"{INVOCATION}/next", "headers": []}
    polling = asyncio.ensure_future(worker.app(scope, receive, send))
    await worker.slots.worker_polled.wait()
    left.set()
    await polling
    invocation = await worker.take()
    assert worker.slots.running(invocation.request.request_id) is invocation


async def test_a_stream_is_accepted_after_its_last_byte_and_its_slot_is_free(
    worker: Worker,
) -> None:
    invocation = await worker.take()
    proceed = asyncio.Event()

    async def stream() -> AsyncGenerator[bytes]:
        yield b"{}" + bytes(7)
        yield b"\0first"
        await proceed.wait()
        yield b"last"

    posting = asyncio.create_task(worker.respond(invocation, stream(), **STREAMING))
    assert (await invocation.head()).status == 200
    chunks = invocation.chunks()
    assert await anext(chunks) == b"first"
    assert not posting.done()
    assert worker.slots.free == 1
    proceed.set()
    assert [chunk async for chunk in chunks] == [b"last"]
    assert worker.slots.free == 2
    assert (await posting).status_code == 202


async def test_an_invocation_is_answered_once(worker: Worker) -> None:
    invocation = await worker.take()
    assert (await worker.respond(invocation, b'{"statusCode":200,"body":"x"}')).status_code == 202
    assert await body_of(invocation) == b"x"
    again = await worker.respond(invocation, b"{}")
    assert (again.status_code, again.json()["errorType"]) == (400, "InvalidRequestID")


@pytest.mark.parametrize("end", ["response", "error"])
async def test_an_unknown_request_id_is_refused(worker: Worker, end: str) -> None:
    response = await worker.http.post(f"{INVOCATION}/{uuid.uuid4()}/{end}", content=b"{}")
    assert (response.status_code, response.json()["errorType"]) == (400, "InvalidRequestID")


async def test_an_error_fails_the_invocation_and_frees_its_slot(worker: Worker) -> None:
    invocation = await worker.take()
    url = f"{INVOCATION}/{invocation.request.request_id}/error"
    error = {"errorType": "Broken", "errorMessage": "no"}
    assert (await worker.http.post(url, json=error)).status_code == 202
    with pytest.raises(InvocationError, match="Broken") as caught:
        await invocation.head()
    assert json.loads(caught.value.document) == error
    assert worker.slots.free == 2


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        pytest.param(b"no prelude" + bytes(8), STREAMING, id="malformed prelude"),
        pytest.param(b"{}", STREAMING, id="ended within the prelude"),
        pytest.param(b'{"statusCode":"?"}', {}, id="malformed buffered response"),
    ],
)
async def test_a_malformed_response_is_accepted_and_fails_the_invocation(
    worker: Worker, content: bytes, headers: dict[str, str]
) -> None:
    invocation = await worker.take()
    assert (await worker.respond(invocation, content, **headers)).status_code == 202
    with pytest.raises(InvocationError):
        await invocation.head()
    assert worker.slots.free == 2


async def test_trailers_report_an_error_in_the_middle_of_a_stream(worker: Worker) -> None:
    invocation = await worker.take()
    host, port = worker.http.base_url.host, worker.http.base_url.port
    reader, writer = await asyncio.open_connection(host, port)
    document = b'{"errorType":"Late","errorMessage":"no"}'
    lines = (
        f"POST {INVOCATION}/{invocation.request.request_id}/response HTTP/1.1",
        f"Host: {host}",
        "Transfer-Encoding: chunked",
        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
        "Lambda-Runtime-Function-Response-Mode: streaming",
        "",
        "5",
        "first",
        "0",
        "Lambda-Runtime-Function-Error-Type: Late",
        f"Lambda-Runtime-Function-Error-Body: {base64.b64encode(document).decode()}",
        "\r\n",
    )
    writer.write("\r\n".join(lines).encode())

    chunks = invocation.chunks()
    assert await anext(chunks) == b"first"
    with pytest.raises(InvocationError) as caught:
        await anext(chunks)

    assert (caught.value.error_type, caught.value.document) == ("Late", document)
    assert b" 202 " in await reader.readline()
    assert worker.slots.free == 2
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/event-stream"])
async def test_a_stream_without_prelude_is_a_raw_body(worker: Worker, content_type: str) -> None:
    invocation = await worker.take()
    headers = STREAMING | {"content-type": content_type}
    posting = asyncio.create_task(worker.respond(invocation, b"raw", **headers))
    assert await invocation.head() == ResponseHead(200, (("content-type", content_type),))
    assert await body_of(invocation) == b"raw"
    assert (await posting).status_code == 202


async def test_a_buffered_response_has_at_most_six_megabytes(worker: Worker) -> None:
    invocation = await worker.take()
    document = json.dumps("x" * MAX_BUFFERED_BYTES).encode()
    assert (await worker.respond(invocation, document)).status_code == 413
    with pytest.raises(InvocationError):
        await invocation.head()
    assert worker.slots.free == 2


async def test_a_stream_has_at_most_so_many_bytes(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_STREAMED_BYTES == 200 * 1024 * 1024
    monkeypatch.setattr("local.dataplane.runtime_api.MAX_STREAMED_BYTES", 20)
    invocation = await worker.take()
    content = b"{}" + bytes(8) + b"more than ten bytes"
    assert (await worker.respond(invocation, content, **STREAMING)).status_code == 413
    with pytest.raises(InvocationError, match="size exceeded maximum") as caught:
        await body_of(invocation)
    assert caught.value.error_type == "Function.ResponseSizeTooLarge"
    assert worker.slots.free == 2


async def test_a_waiting_invocation_ends_when_its_caller_disconnects(worker: Worker) -> None:
    worker.admit().abandon()
    assert worker.slots.free == 2
    invocation = await worker.take()
    assert worker.slots.running(invocation.request.request_id) is invocation


async def test_the_rest_of_an_abandoned_stream_is_read_and_discarded(worker: Worker) -> None:
    invocation = await worker.take()

    async def stream() -> AsyncGenerator[bytes]:
        yield b"{}" + bytes(8)
        for _ in range(64):
            yield bytes(256 * 1024)

    posting = asyncio.create_task(worker.respond(invocation, stream(), **STREAMING))
    await invocation.head()
    invocation.abandon()
    assert worker.slots.free == 1
    assert (await posting).status_code == 202
    assert worker.slots.free == 2


async def test_an_extension_registers_and_its_event_poll_is_held(worker: Worker) -> None:
    name = {"Lambda-Extension-Name": "own"}
    registered = await worker.http.post("/2020-01-01/extension/register", headers=name, json={})
    assert registered.status_code == 200
    assert registered.json()["functionName"] == "streamer"
    identifier = {"Lambda-Extension-Identifier": registered.headers["lambda-extension-identifier"]}
    events = "/2020-01-01/extension/event/next"
    with pytest.raises(httpx.TimeoutException):
        await worker.http.get(events, headers=identifier, timeout=0.1)
    assert (await worker.http.get(events)).status_code == 403


async def test_an_extension_cannot_register_after_the_start(worker: Worker) -> None:
    polling = asyncio.create_task(worker.next())
    await worker.slots.worker_polled.wait()
    name = {"Lambda-Extension-Name": "late"}
    refused = await worker.http.post("/2020-01-01/extension/register", headers=name, json={})
    assert refused.status_code == 403
    worker.admit()
    await polling
