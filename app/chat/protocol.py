"""The stream of an answer: the AI SDK's UI message stream, version 1, as server-sent events
(https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol#data-stream-protocol).

Its clients take a stream that merely ends for a finished one
(docs/facts/chat.md#how-a-client-of-the-ai-sdk-ends). So every stream here ends with the
part ``finish`` or the part ``error``, and with ``[DONE]`` after it.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal

from fastapi.sse import KEEPALIVE_COMMENT
from pydantic_core import to_json

from app.streaming.bounds import Reason
from app.streaming.response import StreamResponse

FinishReason = Literal["stop", "length", "content-filter", "error", "other"]
"""Why a model ended its answer; any other word is an error for a client."""

StreamPart = Mapping[str, object]
"""One part of the stream, a JSON object with a ``type``."""

CUT: Final[Mapping[Reason, str]] = {
    "deadline": "The answer was cut off: the request has reached its time limit. "
    "Ask for a shorter answer, or for the rest.",
    "shutdown": "The answer was cut off: the server that wrote it is shutting down. Try again.",
    "error": "The answer was cut off by an error. Try again; the log has the reason.",
}
"""The text of the part ``error``, by the reason why a stream is incomplete."""

_TEXT_ID: Final = "text"
_DONE: Final = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Finish:
    """The last item of a model's answer."""

    reason: FinishReason  # why the model ended it


class ModelError(Exception):
    """A model cannot answer; the message is for the person who asked."""


Answer = AsyncGenerator[str | Finish]
"""A model's answer: pieces of text, none of them empty, and then ``Finish``."""


class UiMessageStream(StreamResponse[StreamPart]):
    """Streams one answer."""

    media_type = "text/event-stream"
    heartbeat = KEEPALIVE_COMMENT

    def __init__(self, answer: Answer, message_id: str) -> None:
        """Make a response; no other message at the client may have its id."""
        super().__init__(
            _parts(answer, message_id), headers={"x-vercel-ai-ui-message-stream": "v1"}
        )
        self._last_chunk: int | None = None

    def encode(self, item: StreamPart) -> bytes:
        """Return one part as an event."""
        if item["type"] in {"finish", "error"}:
            self._last_chunk = self._sent_chunks + 1  # once it is sent
        return b"data: %s\n\n" % to_json(item)

    def completion_marker(self, reason: Reason | None) -> bytes:
        """Return the end of the stream, with the part ``error`` unless it has ended before."""
        has_ended = self._sent_chunks == self._last_chunk
        return _DONE if has_ended else self.encode(_error(CUT[reason or "error"])) + _DONE


async def _parts(answer: Answer, message_id: str) -> AsyncGenerator[StreamPart]:
    """Return the parts of an answer, up to ``finish`` or the ``error`` that a model reports."""
    yield {"type": "start", "messageId": message_id}
    has_text = False
    async with aclosing(answer):
        try:
            async for item in answer:
                if isinstance(item, Finish):
                    if has_text:
                        yield {"type": "text-end", "id": _TEXT_ID}
                    yield {"type": "finish", "finishReason": item.reason}
                    return
                if not has_text:
                    has_text = True
                    yield {"type": "text-start", "id": _TEXT_ID}
                yield {"type": "text-delta", "id": _TEXT_ID, "delta": item}
        except ModelError as error:
            yield _error(str(error))


def _error(text: str) -> StreamPart:
    return {"type": "error", "errorText": text}
