"""The HTTP request that a front has received; events, signatures and CORS read it."""

import secrets
import time
import uuid
from dataclasses import dataclass, field
from functools import cached_property

from starlette.types import Scope


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """An HTTP request to a front.

    Attributes
    ----------
    method
        The HTTP method.
    raw_path, raw_query
        As sent, percent-encoded.
    headers
        Names in lower case, in the order sent; repeated names are repeated.
    body
        The whole body.
    client
        Address of the caller's connection.
    http_version
        ``1.0`` or ``1.1``.
    request_id
        The id that the invocation gets.
    """

    method: str
    raw_path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str
    http_version: str = "1.1"
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def from_scope(cls, scope: Scope, body: bytes) -> "HttpRequest":
        """Read an ASGI request."""
        return cls(
            method=scope["method"],
            raw_path=scope["raw_path"].decode("ascii"),
            raw_query=scope["query_string"].decode("ascii"),
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in scope["headers"]
            ),
            body=body,
            client=scope["client"][0],
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
