"""What can be seen of a function under either runner."""

import json
from dataclasses import dataclass
from typing import Any

SEPARATOR = bytes(8)
"""Stands between the head of a streamed response and its body."""


@dataclass(frozen=True)
class Outcome:
    """What became of an invocation.

    Attributes
    ----------
    is_admitted
        Whether there was a free slot.
    failed
        Whether the function failed.
    payload
        What it answered, or the document of the error.
    """

    is_admitted: bool
    failed: bool = False
    payload: bytes = b""

    def head(self) -> dict[str, Any]:
        """Return the head of a streamed response; the date is not the same twice."""
        head: dict[str, Any] = json.loads(self.payload.partition(SEPARATOR)[0])
        head["headers"].pop("date")
        return head

    def body(self) -> bytes:
        """Return the body of a streamed response."""
        return self.payload.partition(SEPARATOR)[2]

    def document(self) -> Any:
        """Return the JSON document that the function answered."""
        return json.loads(self.body())
