"""What an MCP server needs behind a front of Lambda, for every request of its path."""

import json
import os
from collections.abc import Sequence

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/mcp"
EVENT_CONTEXT_HEADER = "x-amzn-request-context"
"""The ``requestContext`` of the front's event. The web adapter overwrites what a client sends
(docs/facts/web-adapter.md#request-headers)."""


class FrontMiddleware:
    """Refuses foreign hosts and origins and every method but ``POST``, and sends no empty body.

    ``origins`` are those of web pages that may call, such as ``https://app.example.com``, beside
    the server's own.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
        elif refusal := await self._refusal(Request(scope)):
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, _with_body(send))

    async def _refusal(self, request: Request) -> Response | None:
        """Return the response to a request that must not reach the server."""
        check = TransportSecurityMiddleware(_allowed(request, self._origins))
        if refusal := await check.validate_request(request):
            return refusal
        if request.method != "POST":
            # A client of an earlier specification listens with GET, which would hold a slot.
            return PlainTextResponse("Use POST.", 405, {"allow": "POST"})
        return None


def _allowed(request: Request, origins: Sequence[str]) -> TransportSecuritySettings:
    """Return the host and the origins of the front that a request came through.

    The address of a front is not known before AWS creates it, but each request has it. Outside
    Lambda, on a developer's machine, a client could write the header itself.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        hosts = [json.loads(request.headers[EVENT_CONTEXT_HEADER])["domainName"]]
    else:
        hosts = ["localhost:*", "127.0.0.1:*"]
    own = [f"https://{host}" for host in hosts]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[*own, *origins])


def _with_body(send: Send) -> Send:
    """Add a line to the answer to a notification, 202, which has no body.

    Without one the response never ends (docs/facts/web-adapter.md#empty-bodies).
    """
    is_accepted = False

    async def send_with_body(message: Message) -> None:
        nonlocal is_accepted
        if message["type"] == "http.response.start" and message["status"] == 202:
            is_accepted = True
            MutableHeaders(raw=message["headers"])["content-length"] = "1"
        elif is_accepted:
            message = {"type": "http.response.body", "body": b"\n"}
        await send(message)

    return send_with_body
