"""The HTTP request that a front has received, and the headers of each front."""

import secrets
import time
import uuid
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.types import Scope

from local.dataplane.http_server import SPELLING


class HttpRequest(Request):
    """An HTTP request to a front, with its whole body.

    Path and query are as sent, percent-encoded. Names of headers are in lower case, and as sent in
    ``spelling``. The address is that of the caller's connection.
    """

    def __init__(self, scope: Scope, content: bytes) -> None:
        super().__init__(scope)
        self.content = content
        self.request_id = str(uuid.uuid4())
        self.raw_path: str = scope["raw_path"].decode("ascii")
        self.raw_query: str = scope["query_string"].decode("ascii")
        self.http_version: str = scope["http_version"]
        self.address: str = scope["client"][0]
        self.spelling: Mapping[str, str] = scope.get("extensions", {}).get(SPELLING, {})

    @cached_property
    def trace_id(self) -> str:
        """The ``X-Amzn-Trace-Id`` of the caller, or a new one."""
        return self.header("x-amzn-trace-id") or new_trace_id()

    def header(self, name: str) -> str:
        """Return a header, repeated ones joined by commas, empty when absent."""
        return ",".join(self.headers.getlist(name))


def new_trace_id() -> str:
    """Return the value of ``X-Amzn-Trace-Id`` that a front gives to a request without one."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"


HOP_BY_HOP: Final = frozenset(
    {
        "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers of one connection (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)."""


@dataclass(frozen=True)
class HeaderTable:
    """Names of the headers of one front.

    Those in ``request_dropped`` do not reach the function. Of the function's, the caller gets those
    in ``remapped`` as ``x-amzn-remapped-NAME``, and does not get those in ``dropped``.
    """

    request_dropped: Set[str]
    remapped: Set[str]
    dropped: Set[str]


FUNCTION_URL: Final = HeaderTable(
    request_dropped=HOP_BY_HOP,
    remapped={"connection", "content-length", "date", "www-authenticate"},
    dropped={"transfer-encoding"},
)

HTTP_API: Final = replace(FUNCTION_URL, remapped=FUNCTION_URL.remapped - {"www-authenticate"})

REST_API: Final = HeaderTable(
    request_dropped={
        "connection", "content-length", "content-md5", "expect", "max-forwards",
        "proxy-authenticate", "server", "te", "trailer", "transfer-encoding", "upgrade",
        "www-authenticate",
    },
    remapped={
        "authorization", "connection", "content-md5", "date", "max-forwards", "server",
        "user-agent", "www-authenticate",
    },
    dropped={
        "expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding",
        "upgrade", "via",
    },
)  # fmt: skip
