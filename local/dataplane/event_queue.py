"""Asynchronous invocations: events that wait for a free slot, and whose response nobody reads.

As Lambda does, the queue tries again while all slots are occupied, with growing delays, and drops
an event after six hours
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
"""

import asyncio
import logging
import time

from local.dataplane.failures import InvocationError, NotServingError, ThrottledError
from local.dataplane.front import Invoke
from local.dataplane.invocation import Invocation, InvocationRequest

_logger = logging.getLogger(__name__)

_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 300.0
_MAX_AGE_SECONDS = 6 * 3600.0


class EventQueue:
    """Invokes functions with events.

    Parameters
    ----------
    invoke
        Admits an invocation of a function's version.
    """

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._deliveries: set[asyncio.Task[None]] = set()

    def put(self, function_name: str, version: str, request: InvocationRequest) -> None:
        """Invoke as soon as a slot is free."""
        delivery = asyncio.create_task(self._deliver(function_name, version, request))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(self, function_name: str, version: str, request: InvocationRequest) -> None:
        try:
            invocation = await self._admitted(function_name, version, request)
            async for _ in invocation.chunks_until_deadline():
                pass
        except (InvocationError, NotServingError, ThrottledError) as error:
            _logger.warning("event %s for %s failed: %s", request.request_id, function_name, error)

    async def _admitted(
        self, function_name: str, version: str, request: InvocationRequest
    ) -> Invocation:
        last_attempt = time.monotonic() + _MAX_AGE_SECONDS
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                return self._invoke(function_name, version, request)
            except (ThrottledError, NotServingError):
                if time.monotonic() + delay > last_attempt:
                    raise
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LONGEST_DELAY_SECONDS)
