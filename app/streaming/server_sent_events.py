"""Streams of server-sent events, for ``EventSource`` and its like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from fastapi.sse import KEEPALIVE_COMMENT
from pydantic_core import to_json

from app.streaming.bounds import Reason
from app.streaming.openapi import Responses, Schema, responses, schema_of
from app.streaming.response import StreamResponse

COMPLETE: Final = "complete"
INCOMPLETE: Final = "incomplete"

_MEDIA_TYPE: Final = "text/event-stream"
_RESERVED: Final = frozenset({COMPLETE, INCOMPLETE})
_is_one_line: Final = re.compile(r"[^\r\n\0]*").fullmatch
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


@dataclass(slots=True)
class Event:
    """One event.

    Neither frozen nor a model of pydantic: making one of those costs as much as sending it.
    """

    data: Any
    """Text is sent as it is, everything else as JSON."""
    event: str | None = None
    """The type of the event, in one line; without it browsers dispatch ``message``. The types
    ``complete`` and ``incomplete`` are those of the completion marker."""
    id: str | None = None
    """What a browser that connects again sends as ``Last-Event-ID``, in one line."""
    retry: int | None = None
    """How long a browser waits before it connects again, in milliseconds."""


class ServerSentEventStream(StreamResponse[Event]):
    """Streams events, and a comment after 15 seconds without one.

    A whole stream ends with an event of the type ``complete``, another one with ``incomplete``,
    whose data is for instance ``{"reason":"shutdown"}``. An ``EventSource`` connects again by
    itself after every end, so a page closes it when it hears ``complete``.
    """

    media_type = _MEDIA_TYPE
    heartbeat = KEEPALIVE_COMMENT

    def encode(self, item: Event) -> bytes:
        """Return one event.

        Raises
        ------
        ValueError
            For a type or an id of more than one line, and for a type that is reserved.
        """
        data = item.data
        if isinstance(data, str):
            text = _LINE_END.sub(b"\ndata: ", data.encode())
        else:
            text = to_json(data, inf_nan_mode="null")  # JSON has no line ends
        fields = b""
        if item.id is not None:
            fields = _field("id", item.id)
        if item.retry is not None:
            fields += _field("retry", str(item.retry))
        return b"%sdata: %s\n%s\n" % (_type_field(item.event), text, fields)

    def completion_marker(self, reason: Reason | None) -> bytes:
        """Return the last event."""
        if reason is None:
            return _field("event", COMPLETE) + b"data: {}\n\n"
        return _field("event", INCOMPLETE) + b'data: {"reason":"%s"}\n\n' % reason.encode()

    @classmethod
    def responses(cls, data_types: Mapping[str, Any]) -> Responses:
        """Return the ``responses`` of a route, from the type of the data by type of event."""
        events = [_schema(name, schema_of(data)) for name, data in data_types.items()]
        ends = [
            _schema(COMPLETE, {"type": "object"}),
            _schema(INCOMPLETE, {"properties": {"reason": {"type": "string"}}}),
        ]
        description = f"Server-sent events. The stream is whole if the last one is `{COMPLETE}`."
        return responses(_MEDIA_TYPE, description, *events, *ends)


@lru_cache
def _type_field(event: str | None) -> bytes:
    if event in _RESERVED:
        raise ValueError(f"the event type {event!r} is the completion marker's own")
    return b"" if event is None else _field("event", event)


def _field(name: str, value: str) -> bytes:
    if not _is_one_line(value):
        raise ValueError(f"{value!r} is more than one line")
    return f"{name}: {value}\n".encode()


def _schema(name: str, data: Schema) -> Schema:
    content = {"contentMediaType": "application/json", "contentSchema": data}
    # Of the default type an event need not say so.
    required = ["data"] if name == "message" else ["event", "data"]
    return {"properties": {"event": {"const": name}, "data": content}, "required": required}
