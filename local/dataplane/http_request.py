"""The HTTP request that a front has received, and the headers of each front."""

import secrets
import time
import uuid
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from local.dataplane.http_server import SPELLING


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """An HTTP request to a front.

    Path and query are as sent, percent-encoded. Names of headers are in lower case, in the order
    sent; repeated names are repeated. The client is the address of the caller's connection.
    """

    method: str
    raw_path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str
    spelling: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of headers as they were sent, by those in lower case."""
    http_version: str = "1.1"
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def from_scope(cls, scope: Scope, body: bytes) -> "HttpRequest":
        """Read an ASGI request."""
        return cls(
            method=scope["method"],
            raw_path=scope["raw_path"].decode("ascii"),
            raw_query=scope["query_string"].decode("ascii"),
            headers=tuple(Headers(scope=scope).items()),
            body=body,
            client=scope["client"][0],
            spelling=scope.get("extensions", {}).get(SPELLING, {}),
            http_version=scope["http_version"],
        )

    @cached_property
    def trace_id(self) -> str:
        """The ``X-Amzn-Trace-Id`` of the caller, or a new one."""
        return self.header("x-amzn-trace-id") or new_trace_id()

    def header(self, name: str) -> str:
        """Return a header, repeated ones joined by commas, empty when absent."""
        return ",".join(value for other, value in self.headers if other == name)


def new_trace_id() -> str:
    """Return the value of ``X-Amzn-Trace-Id`` that a front gives to a request without one."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"


HOP_BY_HOP: Final = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)
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
        *("connection", "content-length", "content-md5", "expect", "max-forwards"),
        *("proxy-authenticate", "server", "te", "trailer", "transfer-encoding", "upgrade"),
        "www-authenticate",
    },
    remapped={
        *("authorization", "connection", "content-md5", "date", "max-forwards", "server"),
        *("user-agent", "www-authenticate"),
    },
    dropped={
        *("expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding"),
        *("upgrade", "via"),
    },
)
