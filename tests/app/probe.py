"""An application that tests run in place of the sample: its endpoints misbehave on request."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.responses import Response

from app.draining import lifespan
from app.middleware import WebAdapterMiddleware
from app.streaming.json_lines import JsonLinesStream
from app.streaming.server_sent_events import Event, ServerSentEventStream
from app.streaming.text import PlainTextStream

HEADERS: Final = {
    "own-request-id": [(b"x-request-id", b"mine")],
    "two-links": [(b"link", b"</a>; rel=preload"), (b"link", b"</b>; rel=preload")],
    "two-varies": [(b"vary", b"origin"), (b"Vary", b"accept")],
    "two-types": [(b"content-type", b"text/html"), (b"content-type", b"text/plain")],
    "two-cookies": [(b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2")],
    "latin-1": [(b"x-author", "Zoë".encode("latin-1"))],
    "file-name": [(b"content-disposition", 'attachment; filename="Zoë.txt"'.encode("latin-1"))],
    "delete": [(b"x-odd", b"a\x7fb")],
}
"""Headers that ASGI allows, by the path of the endpoint that sets them."""


@asynccontextmanager
async def starting(application: object) -> AsyncGenerator[Any]:
    """Start as tests ask."""
    if folder := os.environ.get("GATES"):
        await asyncio.to_thread(_wait_unless_first, Path(folder))
    if "FAIL_AT_START" in os.environ:
        raise RuntimeError
    async with lifespan(application) as state:
        yield state


def _wait_unless_first(folder: Path) -> None:
    """Let each worker but the first wait for a file ``gate``; then say that it has started."""
    try:
        (folder / "first").mkdir()
    except FileExistsError:
        while not (folder / "gate").exists():
            time.sleep(0.01)
    print('{"message": "has started"}', flush=True)


api = FastAPI(lifespan=starting)
app = WebAdapterMiddleware(api)


@api.get("/health")
async def health() -> dict[str, int]:
    return {"pid": os.getpid()}


async def stalling(item: Any) -> AsyncGenerator[Any]:
    yield item
    await asyncio.Event().wait()


@api.get("/stalled")
async def stalled() -> PlainTextStream:
    return PlainTextStream(stalling("part"))


@api.get("/stalled-lines")
async def stalled_lines() -> JsonLinesStream:
    return JsonLinesStream(stalling({"part": 1}))


@api.get("/stalled-events")
async def stalled_events() -> ServerSentEventStream:
    return ServerSentEventStream(stalling(Event("part", event="token", id="1")))


@api.get("/whose")
async def whose() -> PlainTextStream:
    return PlainTextStream(stalling(f"{os.getpid()}\n"))


@api.get("/flood")
async def flood() -> PlainTextStream:
    async def source() -> AsyncGenerator[str]:
        while True:
            yield "x" * 65536

    return PlainTextStream(source())


@api.get("/headers/{case}")
async def headers(case: str) -> Response:
    response = Response("body", media_type="text/html")
    response.raw_headers = [(b"content-length", b"4"), *HEADERS[case]]
    return response
