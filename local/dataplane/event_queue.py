"""Asynchronous invocations: events that wait for a free slot, and whose response nobody reads.

As Lambda does, they are tried again while all slots are occupied, with growing delays, and a
function that fails is tried again
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from local.dataplane.failures import InvocationError, NotServingError, ThrottledError
from local.dataplane.invocation import EventPolicy, Invocation

_logger = logging.getLogger(__name__)

_FIRST_DELAY_SECONDS: Final = 1.0
_LONGEST_DELAY_SECONDS: Final = 300.0


async def deliver(
    name: str,
    admit: Callable[[], Invocation],
    policy: EventPolicy,
    retry_delays_seconds: Sequence[float],
) -> None:
    """Invoke as soon as a slot is free, and again if the function fails.

    The name is for the log, ``admit`` raises as ``Fleet.invoke``, and the delays are those of a
    function that fails.
    """
    expires = time.monotonic() + policy.max_age_seconds
    delays = list(retry_delays_seconds[: policy.retries])
    while True:
        try:
            invocation = await _admitted(admit, expires)
            async for _ in invocation.chunks():
                pass
            return
        except (InvocationError, NotServingError, ThrottledError) as error:
            _logger.warning("%s failed: %s", name, error)
            is_over = not isinstance(error, InvocationError) or not delays
            if is_over or time.monotonic() + delays[0] > expires:
                return
            await asyncio.sleep(delays.pop(0))


async def _admitted(admit: Callable[[], Invocation], expires: float) -> Invocation:
    delay = _FIRST_DELAY_SECONDS
    while True:
        try:
            return admit()
        except (ThrottledError, NotServingError):
            if time.monotonic() + delay > expires:
                raise
        await asyncio.sleep(delay)
        delay = min(2 * delay, _LONGEST_DELAY_SECONDS)
