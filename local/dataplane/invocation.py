"""An invocation, between the caller that reads the response and the worker that writes it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Literal

from local.dataplane.failures import TIMEOUT_ERROR, InvocationError
from local.dataplane.prelude import PayloadFormat, ResponseHead


@dataclass(frozen=True, kw_only=True)
class InvocationRequest:
    """A caller's request to invoke a function.

    Attributes
    ----------
    request_id
        The request id, a UUID.
    trace_id
        Value of the ``X-Amzn-Trace-Id`` header.
    event
        The event, as JSON.
    payload_format
        Format of a response to a front; ``None`` passes the response on byte by byte.
    function_arn
        ARN of the function as the caller invoked it, with the qualifier if it had one; ``None`` is
        the ARN of the version.
    client_context
        A JSON document about the client; empty for none.
    wants_log
        Whether the caller asks for the end of the log.
    """

    request_id: str
    trace_id: str
    event: bytes
    payload_format: PayloadFormat | None = "2.0"
    function_arn: str | None = None
    client_context: str = ""
    wants_log: bool = False


@dataclass(frozen=True, kw_only=True)
class EventPolicy:
    """How long and how often an asynchronous invocation is tried; by default as Lambda does.

    Attributes
    ----------
    retries
        How often a function that fails is tried again, 0 to 2.
    max_age_seconds
        How old an event may become before it is discarded.
    """

    retries: int = 2
    max_age_seconds: float = 6 * 3600.0


@dataclass(frozen=True, kw_only=True)
class InvocationReport:
    """What became of an invocation.

    Attributes
    ----------
    request_id
        The request id.
    status
        ``timeout`` when the function did not end in time; it may go on.
    error_type
        Of a failure, the name that the function or the data plane gives.
    seconds
        From the admission to the end.
    first_byte_seconds
        From the admission to the first byte of the response, ``None`` without a response.
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

    Attributes
    ----------
    request
        The caller's request.
    function_arn
        ARN of the invoked function.
    deadline
        When the invocation times out, in seconds since 1970. The timeout begins when a worker takes
        the invocation; until then an environment that has not started may take its time.
    log_tail
        Returns the end of the invocation's log, if the request wants it.
    on_end
        Called once, when the function has ended the response, failed or timed out.
    """

    def __init__(
        self,
        request: InvocationRequest,
        function_arn: str,
        timeout_seconds: float,
        on_abandon: Callable[["Invocation"], None],
        start_seconds: float = 0.0,
    ) -> None:
        self.request = request
        self.function_arn = function_arn
        self.log_tail: Callable[[], bytes] = bytes
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
        self._timeout = asyncio.get_running_loop().call_later(
            seconds, self._end, "timeout", TIMEOUT_ERROR
        )

    # The worker's side.

    def begin(self) -> None:
        """Begin the timeout anew: the start of an environment is not part of it."""
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

    @property
    def timeout_reason(self) -> str:
        """What Lambda says of an invocation that timed out."""
        return (
            f"RequestId: {self.request.request_id} Error: Task timed out after "
            f"{self._timeout_seconds:.2f} seconds"
        )

    async def head(self) -> ResponseHead:
        """Wait for the head of the response.

        Raises
        ------
        InvocationError
            When the function sends no response.
        """
        return await asyncio.shield(self._head)

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Yield the chunks of the body.

        Raises
        ------
        InvocationError
            When the response breaks off.
        """
        while (chunk := await self._chunks.get()) is not None:
            if isinstance(chunk, InvocationError):
                raise chunk
            yield chunk
            self._room.release()

    async def chunks_until_deadline(self) -> AsyncGenerator[bytes]:
        """Yield the chunks of the body; after the deadline discard the rest.

        Raises
        ------
        InvocationError
            When the response breaks off, or is not complete in time.
        """
        chunks = self.chunks()
        try:
            while True:
                async with asyncio.timeout(self.deadline - time.time()):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield chunk
        except TimeoutError:
            raise InvocationError(self.timeout_reason, TIMEOUT_ERROR) from None
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Discard the rest of the response; does nothing after its end."""
        if not self._abandoned:
            self._abandoned = True
            self._room.release()
            self._on_abandon(self)
