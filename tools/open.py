"""``python -m tools.open STACK [PORT]``: open a stack to this machine, until Ctrl-C.

``make open`` reaches a closed stack from a browser, which cannot sign requests: a proxy on the
loopback interface signs each request with SigV4, and streams the answer. Whoever reaches it calls
with this user's credentials. So it listens on 127.0.0.1 alone, and refuses what a web page of
another origin could make a browser send: another ``Host`` (by DNS that is made to point here),
another ``Origin``, and navigation from another site.
"""

import argparse
import logging
import socket
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tools.stack import Stack, StackError, find

Headers = list[tuple[bytes, bytes]]

_OWN_SITE: Final = (None, "same-origin", "none")
"""``Sec-Fetch-Site`` of this page's own requests, and of an address that a person typed."""
_NOT_SENT_ON: Final = frozenset(
    {
        b"authorization", b"host", b"origin", b"referer",  # the proxy's, not the front's
        b"connection", b"content-length", b"keep-alive", b"proxy-authorization", b"te",
        b"trailer", b"transfer-encoding", b"upgrade",
    }
)  # fmt: skip
_NOT_SENT_BACK: Final = frozenset({b"connection", b"keep-alive", b"transfer-encoding"})
_TIMEOUT: Final = httpx.Timeout(10, read=None)
"""In seconds; streams may be silent for as long as the front lets them."""

_logger = logging.getLogger(__name__)


def create_proxy(stack: Stack, port: int) -> ASGIApp:
    """Return the proxy to a stack, an ASGI application that has a lifespan."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
            app.mount("/", _SigningProxy(stack, port, client))
            yield

    return Starlette(lifespan=lifespan)


class _SigningProxy:
    """Serves the requests of one proxy."""

    def __init__(self, stack: Stack, port: int, client: httpx.AsyncClient) -> None:
        self._stack = stack
        self._url = str(stack.outputs["url"])
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {None, *(f"http://{host}" for host in self._hosts)}
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        response = self._refusal(request) or await self._forwarded(request)
        await response(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        headers = request.headers
        if headers.get("host") not in self._hosts:
            return PlainTextResponse("This address is not the proxy's.", 421)
        if headers.get("origin") not in self._origins:
            return PlainTextResponse("Pages of other origins may not call with your keys.", 403)
        if headers.get("sec-fetch-site") not in _OWN_SITE:
            return PlainTextResponse("Type the address: other sites may not lead here.", 403)
        return None

    async def _forwarded(self, request: Request) -> Response:
        try:
            answer = await self._client.send(await self._signed(request), stream=True)
        except httpx.TransportError as error:
            _logger.warning("%s does not answer: %s", self._url, error)
            return PlainTextResponse(f"{self._url} does not answer: {error}", 502)
        response = StreamingResponse(
            answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose)
        )
        response.raw_headers = _without(_NOT_SENT_BACK, answer.headers.raw)
        return response

    async def _signed(self, request: Request) -> httpx.Request:
        path: bytes = request.scope["raw_path"]
        if query := request.scope["query_string"]:
            path += b"?" + query
        url = httpx.URL(self._url).copy_with(raw_path=path)
        body = await request.body()
        signed = self._stack.sign(request.method, str(url), body)
        own = [(name.encode(), value.encode()) for name, value in signed.items()]
        headers = [*_without(_NOT_SENT_ON, request.headers.raw), *own]
        return httpx.Request(request.method, url, headers=headers, content=body)


def _without(names: frozenset[bytes], headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in names]


def main() -> int:
    """Serve until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.open", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("stack", help="name of the stack, such as dev")
    parser.add_argument("port", nargs="?", type=int, default=0, help="by default a free one")
    arguments = parser.parse_args()
    try:
        _serve(find(arguments.stack), arguments.port)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass  # uvicorn has ended its streams
    return 0


def _serve(stack: Stack, wanted_port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted_port))
        except OSError as error:
            raise StackError(
                f"Port {wanted_port} is not free: {error.strerror}. Fix: make open PORT=ANOTHER"
            ) from error
        listener.listen()  # or whoever reads the address below could be quicker than the server
        port = listener.getsockname()[1]
        url = str(stack.outputs["url"])
        print(
            f"{url} is open to this machine, and to no other, signed with your credentials:"
            f"\n\n    http://127.0.0.1:{port}{urlsplit(url).path}\n\nCtrl-C closes it.",
            flush=True,
        )
        config = uvicorn.Config(
            create_proxy(stack, port),
            log_level="warning",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    sys.exit(main())
