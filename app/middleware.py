"""What stands between the web adapter and the application, for every request."""

import asyncio
import logging
import time
from collections.abc import Awaitable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.request_context import RequestContext, current, root_path
from app.response_headers import carried

REQUEST_ID_HEADER: Final = b"x-request-id"

_logger = logging.getLogger(__name__)


class WebAdapterMiddleware:
    """Serves requests of the web adapter.

    It sets the request context, tells the application under which path clients see it, answers
    ``HEAD`` as ``GET`` without the body, sends headers that the adapter can carry, and logs each
    request.

    Pure ASGI, because Starlette's ``BaseHTTPMiddleware`` would put a task and a queue between a
    stream and the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The server runs every request in a context of its own, so nothing has to be reset, and
        # what it logs about a failed request still carries the id.
        context = RequestContext.from_headers(scope["headers"])
        current.set(context)
        response = _Response(scope["method"], context.request_id, send)
        started = time.perf_counter()
        try:
            await self._app(_as_seen_by_clients(scope), receive, response.send)
        finally:
            _log_request(scope, response.status, time.perf_counter() - started)


class _Response:
    """A response that is being sent."""

    def __init__(self, method: str, request_id: str, send: Send) -> None:
        self.status: int | None = None
        self._has_body = method != "HEAD"
        self._request_id = (REQUEST_ID_HEADER, request_id.encode())
        self._send = send

    def send(self, message: Message) -> Awaitable[None]:
        """Pass a message on, without a coroutine of its own: a stream sends many."""
        if message["type"] == "http.response.start":
            return self._start(message)
        return self._send(message) if self._has_body else asyncio.sleep(0)

    async def _start(self, message: Message) -> None:
        self.status = message["status"]
        own = [header for header in message["headers"] if header[0].lower() != REQUEST_ID_HEADER]
        message["headers"] = [*carried(own), self._request_id]
        await self._send(message)
        if not self._has_body:
            # The server then tells the application that the response is over.
            await self._send({"type": "http.response.body"})


def _as_seen_by_clients(scope: Scope) -> Scope:
    """Return the scope for the application: with its root path, and ``GET`` for ``HEAD``."""
    root = root_path(scope["headers"], scope["path"])
    return {
        **scope,
        "method": "GET" if scope["method"] == "HEAD" else scope["method"],
        "root_path": root or scope.get("root_path", ""),
        "path": root + scope["path"],
        "raw_path": root.encode() + (scope.get("raw_path") or scope["path"].encode()),
    }


def _log_request(scope: Scope, status: int | None, seconds: float) -> None:
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "durationMs": round(seconds * 1000, 1),
    }
    _logger.info("request", extra={"fields": fields})
