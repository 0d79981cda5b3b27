"""Servers of ASGI applications, each on a loopback port; all share one event loop."""

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_logger = logging.getLogger(__name__)

Address = tuple[str, int]
"""Host and port of a client."""

SPELLING = "local.spelling"
"""The extension of the ASGI scope with headers' names as they were sent, by those in lower case."""

TRAILERS = "local.trailers"
"""The extension of the ASGI scope with the request's trailers, complete when its body is."""

# Clients pool connections, and one that is closed during a request ends an adapter's worker for
# good (docs/facts/web-adapter.md#workers). So the client closes idle connections.
_KEEP_ALIVE_SECONDS = 24 * 3600

_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it


class LoopbackServer:
    """Serves an application on a listening socket, from ``start`` to ``stop``, which closes it.

    ``address`` is host and port of the socket, and ``on_disconnect`` is called with that of each
    client whose connection has ended.
    """

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        on_disconnect: Callable[[Address], None] = lambda _: None,
    ) -> None:
        config = uvicorn.Config(
            _with_logged_errors(app),
            http=cast("Any", partial(_PromptProtocol, on_disconnect=on_disconnect)),
            ws="none",
            lifespan="off",
            log_config=None,
            # uvicorn reports a response that is broken off on purpose as an error; real errors are
            # logged by _with_logged_errors.
            log_level=logging.CRITICAL,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # AWS names the address of the connection alone
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=0,
        )
        self.address = ":".join(map(str, listener.getsockname()))
        self._server = uvicorn.Server(config)
        self._listener = listener
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start accepting connections."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))

    def close_port(self) -> None:
        """Stop listening, so that another server may use the port."""
        if self._server.started:
            for listening in self._server.servers:
                listening.close()

    async def stop(self) -> None:
        """Close the port and end the requests that are still served."""
        if self._serving is None:
            self._listener.close()
            return
        self.close_port()
        self._server.should_exit = True
        await self._serving


class _PromptProtocol(HttpToolsProtocol):
    """Acknowledges received data at once, and keeps trailers and how headers were spelled.

    The adapter writes the head and the first bytes of a response one by one and leaves Nagle's
    algorithm on, so each of them would wait some 40 ms for the acknowledgement of the one before.
    """

    def __init__(self, *args: Any, on_disconnect: Callable[[Address], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_disconnect = on_disconnect

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            self._on_disconnect(self.client)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._spelling: dict[str, str] = {}
        self._trailers: list[tuple[bytes, bytes]] = []
        extensions = {SPELLING: self._spelling, TRAILERS: self._trailers}
        cast("Any", self.scope)["extensions"] = extensions

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        spelled = name.decode("latin-1")
        self._spelling[spelled.lower()] = spelled

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.headers = self._trailers  # uvicorn would append them to the headers

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if _QUICKACK is not None:
            connection: socket.socket = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)


def _with_logged_errors(app: ASGIApp) -> ASGIApp:
    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            _logger.exception("%s %s failed", scope["method"], scope["path"])
            raise

    return logged
