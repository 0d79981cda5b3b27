"""When a stream has to end before it is whole."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Literal

from app.draining import Draining
from app.request_context import RequestContext

MARGIN_SECONDS: Final = 1.0
"""What is left before the deadline for the completion marker to reach the client."""

Reason = Literal["deadline", "shutdown", "error"]
"""Why a stream is incomplete."""


class StreamInterruptedError(Exception):
    """A stream has to end before it is whole."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@asynccontextmanager
async def bounded(context: RequestContext | None, draining: Draining) -> AsyncGenerator[None]:
    """Interrupt all that the body waits for at the deadline, or when draining starts.

    The body then ends with ``StreamInterruptedError``. Both cost a stream one timer and one
    registration, however often it waits.
    """
    timeout = asyncio.timeout_at(_end(context))

    def interrupt() -> None:
        if not timeout.expired():
            timeout.reschedule(asyncio.get_running_loop().time())

    try:
        async with timeout:
            with draining.calling(interrupt):
                yield
    except TimeoutError:
        if not timeout.expired():
            raise
        raise StreamInterruptedError("shutdown" if draining.has_started else "deadline") from None


def _end(context: RequestContext | None) -> float | None:
    """Return the end of a stream by the event loop's clock."""
    if context is None or context.deadline is None:
        return None
    seconds = context.deadline - time.time() - MARGIN_SECONDS
    return asyncio.get_running_loop().time() + seconds
