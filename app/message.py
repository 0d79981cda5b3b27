"""The message that ``GET /`` streams."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

TEXT: Final = "This is streaming from Lambda Managed Instances!"
SECONDS_BETWEEN_CHARACTERS: Final = 0.05
_PREFIX_DIGITS: Final = 8


async def characters(request_id: str) -> AsyncGenerator[str]:
    """Stream the message of one request, a character at a time.

    The message is whole when it ends with its exclamation mark.
    """
    prefix = request_id.replace("-", "")[:_PREFIX_DIGITS]
    text = f"[{prefix}] {TEXT}"
    yield text[0]
    for character in text[1:]:
        await asyncio.sleep(SECONDS_BETWEEN_CHARACTERS)
        yield character
