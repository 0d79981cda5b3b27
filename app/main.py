"""The application, `app.main:app`: its endpoints and how they are put together."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Final, cast

from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.types import ASGIApp

from app import message
from app.draining import Draining
from app.invocation import InvocationMiddleware, current
from app.streaming import Bounds, with_verdict

UNBUFFERED: Final = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}
"""Keeps whatever lies between from holding a stream back (web-adapter.md section 6.11)."""


def create_app() -> ASGIApp:
    """Put the application together, with state of its own."""
    # A redirect has no body, and a function URL that streams hangs on an empty one.
    api = FastAPI(title="LMI streaming", lifespan=_lifespan, redirect_slashes=False)
    api.state.draining = Draining()
    api.add_api_route("/", stream_message, response_class=StreamingResponse)
    api.add_api_route("/health", report_health)
    return InvocationMiddleware(api)


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncGenerator[None]:
    draining = cast("Draining", api.state.draining)
    with draining.on_termination():
        yield


def _draining(request: Request) -> Draining:
    return cast("Draining", request.app.state.draining)


async def stream_message(
    draining: Annotated[Draining, Depends(_draining)],
) -> StreamingResponse:
    """Stream the message as plain text; it is whole when it ends with `!`."""
    invocation = current.get()
    chunks = message.characters(invocation.request_id, Bounds.of(invocation, draining))
    return StreamingResponse(with_verdict(chunks), headers=UNBUFFERED, media_type="text/plain")


async def report_health() -> dict[str, str]:
    """Answer as soon as requests can be served; the adapter asks before the first one."""
    return {"status": "ok"}


app = create_app()
