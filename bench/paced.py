"""A server of paced streams: the sample's toolkit, FastAPI's own streams, and bare ASGI.

All send the same chunks, and sleep between them.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from typing import Final, TypeVar

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from app.draining import lifespan
from app.main import stream_message
from app.middleware import WebAdapterMiddleware
from app.streaming.json_lines import JsonLinesStream
from app.streaming.server_sent_events import Event, ServerSentEventStream
from app.streaming.text import PlainTextStream

CHUNKS: Final = 250
SECONDS_BETWEEN: Final = 0.02
DATA: Final = {"index": 17, "text": "token"}
"""The data of one event, which every server encodes anew; the floor writes it encoded."""
EVENT: Final = f"event: token\ndata: {json.dumps(DATA, separators=(',', ':'))}\n\n"
"""The event as it is sent."""

api = FastAPI(lifespan=lifespan)
api.add_api_route("/message", stream_message)
_toolkit = WebAdapterMiddleware(api)
_Item = TypeVar("_Item")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve ``/asgi`` without a framework, and everything else with FastAPI."""
    if scope.get("path") == "/asgi":
        await _stream_encoded(send)
    else:
        await _toolkit(scope, receive, send)


async def _stream_encoded(send: Send) -> None:
    """Send what is encoded already, so that only the server is measured."""
    await send({"type": "http.response.start", "status": 200})
    async for body in _paced(EVENT.encode):
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body"})


@api.get("/cpu")
async def cpu() -> float:
    """Answer with the seconds of CPU that the process has used."""
    return time.process_time()


@api.get("/text")
async def text() -> PlainTextStream:
    """Stream plain text."""
    return PlainTextStream(_paced(lambda: "token"))


@api.get("/json-lines")
async def json_lines() -> JsonLinesStream:
    """Stream JSON lines."""
    return JsonLinesStream(_paced(lambda: DATA))


@api.get("/events")
async def events() -> ServerSentEventStream:
    """Stream server-sent events."""
    return ServerSentEventStream(_paced(lambda: Event(DATA, event="token")))


@api.get("/fastapi-events", response_class=EventSourceResponse)
async def fastapi_events() -> AsyncIterable[ServerSentEvent]:
    """Stream server-sent events as FastAPI does, without bounds."""
    async for event in _paced(lambda: ServerSentEvent(data=DATA, event="token")):
        yield event


async def _paced(make: Callable[[], _Item]) -> AsyncGenerator[_Item]:
    for index in range(CHUNKS):
        if index:
            await asyncio.sleep(SECONDS_BETWEEN)
        yield make()
