"""A served front, with a function that answers as a test says and keeps its events."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import httpx

from local.dataplane.fronts import ApiStage, FunctionUrl, stage_of
from local.dataplane.http_server import LoopbackServer
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget, UrlRoute
from local.dataplane.ports import listen, port_of
from local.dataplane.prelude import PayloadFormat, PreludeParser, ResponseHead, parse_buffered

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:streamer:live"
FrontName = Literal["URL", "REST", "HTTP"]
EVERY_FRONT: tuple[FrontName, ...] = ("URL", "REST", "HTTP")
PLAIN = ResponseHead(200, (("content-type", "text/plain"),))


@dataclass
class Served:
    """A served front, with the events that its function got.

    Attributes
    ----------
    ended
        Set to let the function end its response.
    """

    http: httpx.AsyncClient
    port: int
    ended: asyncio.Event
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@asynccontextmanager
async def serving(
    name: FrontName,
    head: ResponseHead | bytes = PLAIN,
    *,
    ends: bool = True,
    payload_format: PayloadFormat = "2.0",
) -> AsyncGenerator[Served]:
    """Serve a front of a function that answers with a head, prelude or document, and ``body``."""
    answers: list[asyncio.Task[None]] = []

    async def answer(invocation: Invocation) -> None:
        asked = invocation.request
        parser = PreludeParser(asked.payload_format or "2.0")
        if isinstance(head, ResponseHead):
            parser.head = head
        elif b'"body"' in head:
            parser.head, _ = parse_buffered(head, payload_format, asked.default_type)
        else:
            parser.feed(head + bytes(8))
        assert parser.head is not None
        invocation.respond(parser.head)
        await invocation.write(b"body")
        await served.ended.wait()
        invocation.finish()

    def invoke(_name: str, _version: str, request: InvocationRequest) -> Invocation:
        invocation = Invocation(request, 60, lambda _: None)
        served.events.append(json.loads(request.event))
        answers.append(asyncio.create_task(answer(invocation)))
        return invocation

    front: FunctionUrl | ApiStage
    if name == "URL":
        url = UrlRoute(
            url_id="url",
            function_arn=ARN,
            auth_type="NONE",
            streams=True,
            version=lambda: "1",
        )
        front, base = FunctionUrl(url, invoke), ""
    else:
        target = ApiTarget(
            resource="/{proxy+}" if name == "REST" else "ANY /{proxy+}",
            path_parameters={},
            auth_type="NONE",
            function_arn=ARN,
            version=lambda: "1",
            streams=name == "REST",
            timeout_seconds=60,
            payload_format=payload_format,
        )
        stage = "live" if name == "REST" else "$default"
        api = ApiRoute(
            api_id="abc",
            stage=stage,
            kind=name,
            target=lambda _method, path: replace(target, path_parameters={"proxy": path[1:]}),
        )
        front, base = stage_of(api, invoke), api.base_path
    listener = listen()
    server = LoopbackServer(front, listener)
    server.start()
    port = port_of(listener)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}{base}", timeout=30) as http:
        served = Served(http, port, asyncio.Event())
        if ends:
            served.ended.set()
        yield served
        served.ended.set()
    await server.stop()


async def raw(port: int, request: bytes) -> bytes:
    """Send bytes, and return what is answered until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer
