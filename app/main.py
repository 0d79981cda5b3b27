"""The application, ``app.main:app``: its endpoints and how they are put together."""

import os

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from app import message
from app.chat import endpoint, page
from app.draining import lifespan
from app.middleware import WebAdapterMiddleware
from app.request_context import current
from app.streaming.text import PlainTextStream


def create_app() -> ASGIApp:
    """Put the application together, with state of its own.

    ``/docs`` and ``/openapi.json`` are served unless the variable ``API_DOCS`` is ``false``.
    """
    has_docs = os.environ.get("API_DOCS", "true").lower() != "false"
    # A redirect has no body, and at a function URL that streams such a response never ends
    # (docs/facts/web-adapter.md#empty-bodies).
    api = FastAPI(
        title="LMI streaming",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url="/openapi.json" if has_docs else None,  # without it there is no /docs either
    )
    api.add_api_route(
        "/",
        stream_message,
        response_class=PlainTextStream,
        responses={303: {"description": "A browser that asks for a page is led to the chat's."}},
    )
    api.add_api_route("/health", report_health)
    api.include_router(endpoint.create_router())
    api.include_router(page.create_router())
    return WebAdapterMiddleware(api)


async def stream_message(request: Request) -> Response:
    """Stream the message as plain text; it is whole when it ends with ``!``.

    A browser that asks for a page is led to the one of the chat.
    """
    if page.asks_for_html(request):
        return page.redirect_to_page()
    return PlainTextStream(message.characters(current.get().request_id), complete="")


async def report_health() -> dict[str, str]:
    """Answer as soon as requests can be served; the adapter asks before the first one."""
    return {"status": "ok"}


app = create_app()
