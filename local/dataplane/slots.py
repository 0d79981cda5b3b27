"""The slots of an execution environment: invocations that wait for a worker, and that run."""

import asyncio

from local.dataplane.failures import EXIT_ERROR, InvocationError
from local.dataplane.invocation import Invocation, InvocationRequest

MAX_START_SECONDS = 130.0
"""Longest start of an execution environment, unless the function's timeout is longer
(docs/facts/lmi.md#execution-environment)."""


class Slots:
    """The admitted invocations of an execution environment.

    A slot is occupied from admission until the function's response has ended, even if the caller
    disconnects. An invocation that no worker has taken yet ends when its caller disconnects.

    Attributes
    ----------
    limit
        Number of slots; shrinks by each worker that ends.
    worker_polled
        Set once a worker has asked for an invocation.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.worker_polled = asyncio.Event()
        self._admitted: dict[str, Invocation] = {}
        self._peak = 0
        self._running: set[str] = set()
        self._waiting: asyncio.Queue[Invocation] = asyncio.Queue()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = asyncio.Event()

    @property
    def free(self) -> int:
        """Invocations that can be admitted now."""
        return self.limit - self.in_use

    @property
    def in_use(self) -> int:
        """Invocations that were admitted and have not ended."""
        return len(self._admitted)

    def admit(
        self, request: InvocationRequest, function_arn: str, timeout_seconds: float
    ) -> Invocation:
        """Occupy a slot; the invocation waits for the next worker that polls."""
        start_seconds = 0 if self.worker_polled.is_set() else MAX_START_SECONDS
        invocation = Invocation(
            request, function_arn, timeout_seconds, self._on_abandon, start_seconds
        )
        self._admitted[request.request_id] = invocation
        self._peak = max(self._peak, len(self._admitted))
        self._idle.clear()
        self._busy.set()
        self._waiting.put_nowait(invocation)
        return invocation

    def take_peak(self) -> int:
        """Return the most invocations at once since the last call."""
        peak, self._peak = self._peak, len(self._admitted)
        return peak

    async def next(self) -> Invocation:
        """Wait for an invocation for a worker."""
        self.worker_polled.set()
        while True:
            invocation = await self._waiting.get()
            if invocation.request.request_id in self._admitted:
                self._running.add(invocation.request.request_id)
                invocation.begin()
                return invocation

    def running(self, request_id: str) -> Invocation | None:
        """Return an invocation that a worker has taken and not ended."""
        return self._admitted[request_id] if request_id in self._running else None

    def end(self, invocation: Invocation) -> None:
        """Free an invocation's slot; does nothing if it is free."""
        self._admitted.pop(invocation.request.request_id, None)
        self._running.discard(invocation.request.request_id)
        if not self._admitted:
            self._idle.set()
            self._busy.clear()

    def fail_all(self, reason: str, error_type: str = EXIT_ERROR) -> None:
        """Fail every invocation, because the environment has ended."""
        for invocation in list(self._admitted.values()):
            self.end(invocation)
            invocation.fail(InvocationError(reason, error_type))

    async def idle(self) -> None:
        """Wait until every slot is free."""
        await self._idle.wait()

    async def unused(self, seconds: float) -> None:
        """Wait until every slot has been free for this long."""
        while True:
            await self._idle.wait()
            try:
                await asyncio.wait_for(self._busy.wait(), seconds)
            except TimeoutError:
                return

    def _on_abandon(self, invocation: Invocation) -> None:
        if invocation.request.request_id not in self._running:
            self.end(invocation)
            invocation.withdraw()
