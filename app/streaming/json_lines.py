"""Streams of JSON lines."""

from typing import Any, Final

from pydantic_core import to_json

from app.streaming.bounds import Reason
from app.streaming.openapi import Responses, Schema, responses, schema_of
from app.streaming.response import StreamResponse

_MEDIA_TYPE: Final = "application/jsonl"
_COMPLETION: Final[Schema] = {
    "type": "object",
    "properties": {
        "completion": {"enum": ["complete", "incomplete"]},
        "reason": {"enum": ["deadline", "shutdown", "error"]},
    },
    "required": ["completion"],
}


class JsonLinesStream(StreamResponse[Any]):
    """Streams items as JSON, one a line: models of pydantic, dataclasses, mappings and so on.

    The last line tells how the stream ended: ``{"completion":"complete"}``, or for instance
    ``{"completion":"incomplete","reason":"deadline"}``. So no item may have a field
    ``completion``.
    """

    media_type = _MEDIA_TYPE

    def encode(self, item: Any) -> bytes:
        """Return one line; numbers that JSON does not have, such as NaN, become ``null``."""
        return to_json(item, inf_nan_mode="null") + b"\n"

    def completion_marker(self, reason: Reason | None) -> bytes:
        """Return the last line."""
        if reason is None:
            return b'{"completion":"complete"}\n'
        return self.encode({"completion": "incomplete", "reason": reason})

    @classmethod
    def responses(cls, item_type: Any) -> Responses:
        """Return the ``responses`` of a route that streams items of a type."""
        description = "JSON lines. The stream is whole if the last one says that it is complete."
        return responses(_MEDIA_TYPE, description, schema_of(item_type), _COMPLETION)
