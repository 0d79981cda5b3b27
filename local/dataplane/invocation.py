"""An invocation, between the caller that reads the response and the worker that writes it, and the
slots of an execution environment, which invocations occupy.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Final, Literal

from local.dataplane.failures import EXIT_ERROR, TIMEOUT_ERROR, InvocationError
from local.dataplane.prelude import PayloadFormat, ResponseHead

_LOG_LINES: Final = 20
_LOG_BYTES: Final = 4096


@dataclass(frozen=True, kw_only=True)
class InvocationRequest:
    """A caller's request to invoke a function; the event is JSON."""

    request_id: str
    trace_id: str
    """Value of the ``X-Amzn-Trace-Id`` header."""
    event: bytes
    payload_format: PayloadFormat | None = "2.0"
    """Format of a response to a front; ``None`` passes the response on byte by byte."""
    function_arn: str = ""
    """ARN of the function as the caller invoked it, with the qualifier if it had one."""
    wants_stream: bool = False
    """Whether the front expects a stream, and so reads no HTTP in a buffered response."""
    default_type: str = "application/json"
    """Content type of a buffered response that names none."""
    client_context: str = ""
    """A JSON document about the client; empty for none."""
    wants_log: bool = False
    """Whether the caller asks for the end of the log."""


@dataclass(frozen=True, kw_only=True)
class EventPolicy:
    """How often a failing asynchronous invocation is tried again, 0 to 2, and its greatest age.

    By default as Lambda does.
    """

    retries: int = 2
    max_age_seconds: float = 6 * 3600.0


@dataclass(frozen=True, kw_only=True)
class InvocationReport:
    """What became of an invocation; times are from its admission on.

    A function that did not end in time (``timeout``) may go on. The error's type is the name that
    the function or the data plane gives. Without a response there is no first byte.
    """

    request_id: str
    status: Literal["success", "error", "timeout"]
    error_type: str | None
    seconds: float
    first_byte_seconds: float | None


class Invocation:
    """An admitted invocation. It occupies a slot of its execution environment until it has ended.

    Chunks are passed one at a time, so a slow caller slows the function down. When a caller
    disconnects, the invocation goes on and the rest of its response is discarded.

    The ``deadline``, in seconds since 1970, begins to count when a worker takes the invocation;
    until then an environment that has not started may take its time. ``log_lines`` are the last of
    its environment's log, if the request wants them, without those that name another running
    invocation. ``on_end`` is called once, when the function has ended the response, failed or timed
    out.
    """

    def __init__(
        self,
        request: InvocationRequest,
        timeout_seconds: float,
        on_abandon: Callable[["Invocation"], None],
        start_seconds: float = 0.0,
    ) -> None:
        self.request = request
        self.is_taken = False
        self.log_lines: deque[str] = deque(maxlen=_LOG_LINES)
        self.on_end: Callable[[InvocationReport], None] = lambda _: None
        self._timeout_seconds = timeout_seconds
        self._first_byte_seconds: float | None = None
        self._timeout: asyncio.TimerHandle | None = None
        self._run_timeout(start_seconds + timeout_seconds)
        self._on_abandon = on_abandon
        self._abandoned = False
        self._head: asyncio.Future[ResponseHead] = asyncio.get_running_loop().create_future()
        # A failure that no caller waits for is not an error of the data plane.
        self._head.add_done_callback(lambda head: head.cancelled() or head.exception())
        self._room = asyncio.Semaphore(1)
        self._chunks: asyncio.Queue[bytes | InvocationError | None] = asyncio.Queue()

    def _run_timeout(self, seconds: float) -> None:
        self.deadline = time.time() + seconds
        self._began = time.monotonic()
        self._timeout = asyncio.get_running_loop().call_later(seconds, self._time_out)

    def _time_out(self) -> None:
        request_id, seconds = self.request.request_id, self._timeout_seconds
        reason = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
        self._break_off(InvocationError(reason, TIMEOUT_ERROR))
        self._end("timeout", TIMEOUT_ERROR)

    # The worker's side.

    def begin(self) -> None:
        """Begin the timeout anew: the start of an environment is not part of it."""
        self.is_taken = True
        if self._timeout is not None:
            self._timeout.cancel()
            self._run_timeout(self._timeout_seconds)

    def respond(self, head: ResponseHead) -> None:
        """Set the head of the response."""
        if not self._head.done():
            self._first_byte_seconds = time.monotonic() - self._began
            self._head.set_result(head)

    async def write(self, chunk: bytes) -> None:
        """Pass a chunk on, after the caller has taken the one before."""
        if self._abandoned:
            return
        await self._room.acquire()
        self._chunks.put_nowait(chunk)

    def finish(self) -> None:
        """Mark the response as complete."""
        self._end("success")
        self._chunks.put_nowait(None)

    def fail(self, failure: InvocationError) -> None:
        """Mark the response as failed: none follows, or no more of it."""
        self._end("error", failure.error_type)
        self._break_off(failure)

    def _break_off(self, failure: InvocationError) -> None:
        if not self._head.done():
            self._head.set_exception(failure)
        self._chunks.put_nowait(failure)

    def withdraw(self) -> None:
        """Report nothing, because no worker has taken the invocation."""
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None

    def _end(
        self, status: Literal["success", "error", "timeout"], error_type: str | None = None
    ) -> None:
        if self._timeout is None:  # a function that timed out may end later
            return
        self.withdraw()
        self.on_end(
            InvocationReport(
                request_id=self.request.request_id,
                status=status,
                error_type=error_type,
                seconds=time.monotonic() - self._began,
                first_byte_seconds=self._first_byte_seconds,
            )
        )

    # The caller's side.

    async def head(self) -> ResponseHead:
        """Wait for the head of the response; raise ``InvocationError`` if none comes."""
        return await asyncio.shield(self._head)

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Yield the chunks of the body; a caller that stops early discards the rest.

        Raise ``InvocationError`` when the response breaks off, or is not complete in time.
        """
        try:
            while (chunk := await self._chunks.get()) is not None:
                if isinstance(chunk, InvocationError):
                    raise chunk
                yield chunk
                self._room.release()
        finally:
            self.abandon()

    def log_tail(self) -> bytes:
        """Return at most 4 KB of the log."""
        return "".join(f"{line}\n" for line in self.log_lines).encode()[-_LOG_BYTES:]

    def abandon(self) -> None:
        """Discard the rest of the response; does nothing after its end."""
        if not self._abandoned:
            self._abandoned = True
            self._room.release()
            self._on_abandon(self)


MAX_START_SECONDS = 130.0
"""Longest start of an execution environment, unless the function's timeout is longer
(docs/facts/lmi.md#execution-environment)."""


class Slots:
    """The admitted invocations of an execution environment.

    A slot is occupied from admission until the function's response has ended, even if the caller
    disconnects. An invocation that no worker has taken yet ends when its caller disconnects. The
    limit shrinks by each worker that ends; ``worker_polled`` is set once one has asked for an
    invocation, and ``idle`` while every slot is free.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.worker_polled = asyncio.Event()
        self._admitted: dict[str, Invocation] = {}
        self._peak = 0
        self._waiting: asyncio.Queue[Invocation] = asyncio.Queue()
        self.idle = asyncio.Event()
        self.idle.set()
        self._busy = asyncio.Event()

    @property
    def free(self) -> int:
        """Invocations that can be admitted now."""
        return self.limit - self.in_use

    @property
    def in_use(self) -> int:
        """Invocations that were admitted and have not ended."""
        return len(self._admitted)

    def admit(self, request: InvocationRequest, timeout_seconds: float) -> Invocation:
        """Occupy a slot; the invocation waits for the next worker that polls."""
        start_seconds = 0 if self.worker_polled.is_set() else MAX_START_SECONDS
        invocation = Invocation(request, timeout_seconds, self._on_abandon, start_seconds)
        self._admitted[request.request_id] = invocation
        self._peak = max(self._peak, len(self._admitted))
        self.idle.clear()
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
                invocation.begin()
                return invocation

    def running(self, request_id: str) -> Invocation | None:
        """Return an invocation that a worker has taken and not ended."""
        invocation = self._admitted.get(request_id)
        return invocation if invocation is not None and invocation.is_taken else None

    def end(self, invocation: Invocation) -> None:
        """Free an invocation's slot; does nothing if it is free."""
        self._admitted.pop(invocation.request.request_id, None)
        if not self._admitted:
            self.idle.set()
            self._busy.clear()

    def fail_all(self, reason: str, error_type: str = EXIT_ERROR) -> None:
        """Fail every invocation, because the environment has ended."""
        for invocation in list(self._admitted.values()):
            self.end(invocation)
            invocation.fail(InvocationError(reason, error_type))

    async def unused(self, seconds: float) -> None:
        """Wait until every slot has been free for this long."""
        while True:
            await self.idle.wait()
            try:
                await asyncio.wait_for(self._busy.wait(), seconds)
            except TimeoutError:
                return

    def _on_abandon(self, invocation: Invocation) -> None:
        if not invocation.is_taken:
            self.end(invocation)
            invocation.withdraw()
