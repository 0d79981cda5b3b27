"""``GET /chat``: the page of the chat, and the files that it loads."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

_FOLDER: Final = Path(__file__).parent
_MEDIA_TYPES: Final = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "streams.js": "text/javascript",
    "ui_message_stream.js": "text/javascript",
}
"""What the page loads, below its own path."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    # No validators: an answer of 304 has no body (docs/facts/web-adapter.md#empty-bodies).
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
}


def create_router() -> APIRouter:
    """Return the routes of the page and of what it loads."""
    router = APIRouter(include_in_schema=False)
    files = {"/chat": ("index.html", "text/html")}
    files |= {f"/chat/{name}": (name, media_type) for name, media_type in _MEDIA_TYPES.items()}
    for path, (name, media_type) in files.items():
        content = (_FOLDER / name).read_bytes()
        router.add_api_route(path, _sending(content, media_type))
    return router


def asks_for_html(request: Request) -> bool:
    """Return whether a browser asks for something to show, as opposed to curl and scripts."""
    return "text/html" in request.headers.get("accept", "")


def redirect_to_page() -> HTMLResponse:
    """Lead a browser from ``/`` to the page, with a body, without which the response never ends."""
    # Relative, so that it stays below a REST API's stage.
    link = '<!doctype html><title>LMI streaming</title><a href="chat">Chat</a>'
    return HTMLResponse(link, 303, {"location": "chat", "vary": "accept"})


def _sending(content: bytes, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def send() -> Response:
        return Response(content, headers=_HEADERS, media_type=media_type)

    return send
