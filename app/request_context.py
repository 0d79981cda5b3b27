"""The request context of the current invocation: what the web adapter tells about a request."""

import json
import re
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import unquote

LAMBDA_CONTEXT_HEADER: Final = b"x-amzn-lambda-context"
"""Set by the adapter, which overwrites what a client sends
(docs/facts/web-adapter.md#request-headers)."""
EVENT_CONTEXT_HEADER: Final = b"x-amzn-request-context"
"""The ``requestContext`` of the front's event, set in the same way."""

_TRACE_ID: Final = re.compile("Root=(1-[0-9a-f]{8}-[0-9a-f]{24})")
"""In a tracing header, such as ``Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1``
(https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
"""


@dataclass(frozen=True)
class RequestContext:
    """What is known of the invocation that a request belongs to."""

    request_id: str
    """Lambda's request id, or a random one without an adapter."""
    deadline: float | None = None
    """When the invocation times out, in seconds since 1970; ``None`` without an adapter."""
    trace_id: str | None = None
    """The id of the request's trace in X-Ray; ``None`` where Lambda gives none."""

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[bytes, bytes]]) -> Self:
        """Read the adapter's header; without a valid one the context is a new one."""
        try:
            fields = json.loads(dict(headers).get(LAMBDA_CONTEXT_HEADER, b""))
            return cls(
                request_id=str(uuid.UUID(fields["request_id"])),
                deadline=int(fields["deadline"]) / 1000,
                trace_id=_trace_id(fields.get("xray_trace_id")),
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            return cls(request_id=str(uuid.uuid4()))


current: Final[ContextVar[RequestContext]] = ContextVar("current")
"""The request context of the current invocation; unset outside requests."""


def _trace_id(tracing_header: object) -> str | None:
    found = _TRACE_ID.search(str(tracing_header))
    return found and found[1]


def root_path(headers: Iterable[tuple[bytes, bytes]], path: str) -> str:
    """Return what a client has to put in front of the application's paths, such as ``/live``.

    A REST API keeps its stage from the application: a request for ``/live/docs`` arrives as
    ``/docs``, with the whole path in the event's request context. The same goes for a base path
    that the adapter removes. ``path`` is the one that arrived, decoded.
    """
    try:
        context = json.loads(dict(headers).get(EVENT_CONTEXT_HEADER, b""))
        whole = unquote(context.get("path") or context["http"]["path"])
        whole.encode()  # a half of a surrogate pair is a ValueError
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return ""
    return whole.removesuffix(path).rstrip("/") if whole.endswith(path) else ""
