"""Streams of plain text."""

from collections.abc import AsyncIterable, Mapping

from app.streaming.bounds import Reason
from app.streaming.response import StreamResponse


class PlainTextStream(StreamResponse[str]):
    """Streams pieces of text as they come.

    A whole stream ends with the line ``[complete]``, another one with a line such as
    ``[incomplete: deadline]``.
    """

    media_type = "text/plain"

    def __init__(
        self,
        source: AsyncIterable[str],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        complete: str = "\n[complete]\n",
    ) -> None:
        """Make a response as for every stream.

        ``complete`` is the completion marker of a whole stream. It may be empty where the text
        itself ends in a form that the endpoint documents.
        """
        super().__init__(source, status_code, headers)
        self._complete = complete

    def encode(self, item: str) -> bytes:
        """Return the text in UTF-8."""
        return item.encode()

    def completion_marker(self, reason: Reason | None) -> bytes:
        """Return the last line."""
        return (f"\n[incomplete: {reason}]\n" if reason else self._complete).encode()
