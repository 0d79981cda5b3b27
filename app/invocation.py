"""Who is being served: the invocation that a request belongs to, known to every log line of it."""

import json
import logging
import time
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Self

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTEXT_HEADER: Final = b"x-amzn-lambda-context"
"""The adapter's own: it overwrites what a client sends (web-adapter.md section 1.5)."""
REQUEST_ID_HEADER: Final = b"x-request-id"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invocation:
    """One request, as Lambda knows it.

    Attributes
    ----------
    request_id
        Lambda's request id, or one made up where no adapter is in front.
    deadline
        When Lambda gives the invocation up, in seconds since the epoch; ``None`` where no adapter
        is in front.
    """

    request_id: str
    deadline: float | None = None

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Self:
        """Read the invocation off the adapter's header; one that makes no sense counts as none."""
        context = dict(headers).get(CONTEXT_HEADER)
        try:
            fields = json.loads(context or b"")
            return cls(
                request_id=str(uuid.UUID(fields["request_id"])),
                deadline=float(fields["deadline"]) / 1000,
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls(request_id=str(uuid.uuid4()))


current: Final[ContextVar[Invocation]] = ContextVar("current")
"""The invocation being served. Unset outside requests."""


class InvocationMiddleware:
    """Tells the application, the log and the client which invocation is being served.

    Pure ASGI, since Starlette's ``BaseHTTPMiddleware`` would put a task and a queue between the
    application's stream and the server.
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
        invocation = Invocation.of(scope["headers"])
        current.set(invocation)
        started = time.perf_counter()
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                header = (REQUEST_ID_HEADER, invocation.request_id.encode())
                message["headers"] = [*message["headers"], header]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _log_request(scope, status, time.perf_counter() - started)


def _log_request(scope: Scope, status: int | None, seconds: float) -> None:
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "durationMs": round(seconds * 1000, 1),
    }
    _logger.info("request", extra={"fields": fields})
