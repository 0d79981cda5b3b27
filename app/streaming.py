"""What every stream needs: bounds, and an end that tells whether it is whole.

Lambda never reports that a client left, and on Managed Instances nothing stops code that overruns,
so a stream bounds itself (design decision 10). And a client cannot tell a broken stream from a
whole one by HTTP alone: when an application dies in mid-stream, the adapter ends the response
cleanly, with a text of its own glued to it (web-adapter.md section 3.1). So every stream ends with
a verdict (design decision 9).

In plain text the verdict of a whole stream is its content, which its endpoint documents. A stream
that had to end early ends with a line of its own instead: ``[incomplete: deadline]``,
``[incomplete: shutdown]`` (try again) or ``[incomplete: error]``. Any other end is a failure too.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Literal, Self

from app.draining import Draining
from app.invocation import Invocation

MAX_SECONDS: Final = 60.0
"""The longest stream, whatever the invocation's deadline."""
MARGIN_SECONDS: Final = 1.0
"""What is left before the invocation's deadline for the verdict to reach the client."""

Reason = Literal["deadline", "shutdown", "error"]

_logger = logging.getLogger(__name__)


class CutError(Exception):
    """A stream has to end before it is whole."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Bounds:
    """When one stream has to end."""

    def __init__(self, ends_in: float, draining: Draining) -> None:
        self._ends_at = asyncio.get_running_loop().time() + ends_in
        self._draining = draining

    @classmethod
    def of(cls, invocation: Invocation, draining: Draining) -> Self:
        """Bound a stream that starts now by its invocation's deadline and by ``MAX_SECONDS``."""
        if invocation.deadline is None:
            return cls(MAX_SECONDS, draining)
        remaining = invocation.deadline - time.time()
        return cls(min(MAX_SECONDS, remaining - MARGIN_SECONDS), draining)

    async def pause(self, seconds: float) -> None:
        """Sleep between two chunks.

        Raises
        ------
        CutError
            As soon as the stream has to end.
        """
        resumes_at = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(min(resumes_at, self._ends_at)):
                await self._draining.wait()
        except TimeoutError:
            if self._ends_at <= resumes_at:
                raise CutError("deadline") from None
        else:
            raise CutError("shutdown")


async def with_verdict(chunks: AsyncGenerator[str]) -> AsyncGenerator[str]:
    """Pass chunks of text on, and end a stream that is not whole with a line that says so."""
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk
    except CutError as cut:
        _logger.warning("stream cut", extra={"fields": {"reason": cut.reason}})
        yield _incomplete(cut.reason)
    except Exception:
        _logger.exception("stream failed")
        yield _incomplete("error")


def _incomplete(reason: Reason) -> str:
    return f"\n[incomplete: {reason}]\n"
