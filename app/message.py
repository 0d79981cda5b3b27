"""The message that `GET /` streams."""

from collections.abc import AsyncGenerator
from typing import Final

from app.streaming import Bounds

TEXT: Final = "This is streaming from Lambda Managed Instances!"
SECONDS_BETWEEN_CHARACTERS: Final = 0.05
_PREFIX_DIGITS: Final = 8


async def characters(request_id: str, bounds: Bounds) -> AsyncGenerator[str]:
    """Stream the message of one request, a character at a time.

    The message is whole when it ends with its exclamation mark.

    Raises
    ------
    CutError
        When the stream has to end before that.
    """
    prefix = request_id.replace("-", "")[:_PREFIX_DIGITS]
    for place, character in enumerate(f"[{prefix}] {TEXT}"):
        await bounds.pause(SECONDS_BETWEEN_CHARACTERS if place else 0)
        yield character
