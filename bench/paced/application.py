"""The toolkit of the sample application, and FastAPI's own streams beside it."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from typing import TypeVar

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.draining import lifespan
from app.main import stream_message
from app.middleware import WebAdapterMiddleware
from app.streaming.json_lines import JsonLinesStream
from app.streaming.server_sent_events import Event, ServerSentEventStream
from app.streaming.text import PlainTextStream
from bench.paced import CHUNKS, DATA, SECONDS_BETWEEN

api = FastAPI(lifespan=lifespan)
_Item = TypeVar("_Item")

app = WebAdapterMiddleware(api)
api.add_api_route("/message", stream_message)


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
    return ServerSentEventStream(_paced(_event))


@api.get("/fastapi-text")
async def fastapi_text() -> StreamingResponse:
    """Stream plain text as FastAPI does, without bounds."""
    return StreamingResponse(_paced(lambda: "token"), media_type="text/plain")


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


def _event() -> Event:
    return Event(DATA, event="token")
