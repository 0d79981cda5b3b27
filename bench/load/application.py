"""What ``python -m bench load`` deploys in place of the sample: events at a fixed pace."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from fastapi import FastAPI

from app.draining import lifespan
from app.middleware import WebAdapterMiddleware
from app.request_context import current
from app.streaming.server_sent_events import Event, ServerSentEventStream

EVENTS: Final = 6
SECONDS_BETWEEN: Final = 0.1

api = FastAPI(lifespan=lifespan)
app = WebAdapterMiddleware(api)


@api.get("/")
async def stream() -> ServerSentEventStream:
    """Stream numbered events, each with the request's id."""
    return ServerSentEventStream(_events(current.get().request_id))


@api.get("/health")
async def report_health() -> dict[str, str]:
    """Answer the adapter."""
    return {"status": "ok"}


async def _events(request_id: str) -> AsyncGenerator[Event]:
    for index in range(EVENTS):
        if index:
            await asyncio.sleep(SECONDS_BETWEEN)
        yield Event(request_id, id=str(index))
