"""Asynchronous invocations: events that wait for a free slot, and whose response nobody reads.

As Lambda does, the queue tries again while all slots are occupied, with growing delays, and tries a
function that fails twice more, after one minute and after two
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
"""

import asyncio
import logging
import time
from collections.abc import Sequence

from local.dataplane.failures import InvocationError, NotServingError, ThrottledError
from local.dataplane.front import Invoke
from local.dataplane.invocation import EventPolicy, Invocation, InvocationRequest

_logger = logging.getLogger(__name__)

_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 300.0
RETRY_DELAYS_SECONDS = (60.0, 120.0)
"""Delays before a function that failed is tried again."""


class EventQueue:
    """Invokes functions with events; retry delays are those of a function that fails."""

    def __init__(self, invoke: Invoke, retry_delays_seconds: Sequence[float]) -> None:
        self._invoke = invoke
        self._retry_delays_seconds = retry_delays_seconds
        self._deliveries: set[asyncio.Task[None]] = set()

    def put(
        self, function_name: str, version: str, request: InvocationRequest, policy: EventPolicy
    ) -> None:
        """Invoke as soon as a slot is free, and again if the function fails."""
        delivery = asyncio.create_task(self._deliver(function_name, version, request, policy))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(
        self, function_name: str, version: str, request: InvocationRequest, policy: EventPolicy
    ) -> None:
        expires = time.monotonic() + policy.max_age_seconds
        delays = list(self._retry_delays_seconds[: policy.retries])
        while True:
            try:
                invocation = await self._admitted(function_name, version, request, expires)
                async for _ in invocation.chunks_until_deadline():
                    pass
            except (InvocationError, NotServingError, ThrottledError) as error:
                _logger.warning("event %s: %s failed: %s", request.request_id, function_name, error)
                is_over = not isinstance(error, InvocationError) or not delays
                if is_over or time.monotonic() + delays[0] > expires:
                    return
                await asyncio.sleep(delays.pop(0))
            else:
                return

    async def _admitted(
        self, function_name: str, version: str, request: InvocationRequest, expires: float
    ) -> Invocation:
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                return self._invoke(function_name, version, request)
            except (ThrottledError, NotServingError):
                if time.monotonic() + delay > expires:
                    raise
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LONGEST_DELAY_SECONDS)
