"""The response that all streams share: it is bounded, and ends with a completion marker."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Mapping,
)
from contextlib import asynccontextmanager
from typing import ClassVar, Final, Generic, TypeVar, cast

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.draining import Draining
from app.request_context import current
from app.streaming.bounds import Reason, StreamInterruptedError, bounded

UNBUFFERED: Final = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}
"""Keeps proxies from buffering the stream (docs/facts/web-adapter.md#headers-of-a-stream)."""
MAX_SILENCE_SECONDS: Final = 15.0
"""How long a stream may be silent
(https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes)."""
GRACE_SECONDS: Final = 0.3
"""How long an interrupted stream waits, for its client to take the completion marker and for its
source to end; Lambda leaves 0.6 s at a shutdown (docs/facts/lmi.md#execution-environment)."""
_CHUNKS_IN_A_ROW: Final = 16
"""How many chunks are sent before others have their turn, where neither source nor client waits."""

Item = TypeVar("Item")

_logger = logging.getLogger(__name__)


class StreamResponse(Response, Generic[Item]):
    """Streams the items of a source; subclasses say what they look like on the wire."""

    heartbeat: ClassVar[bytes | None] = None
    """What is sent after 15 seconds of silence; ``None`` where the format has nothing that clients
    ignore."""

    def __init__(
        self,
        source: AsyncIterable[Item],
        status_code: int = 200,  # FastAPI's OpenAPI reads the default from here
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Make a response, whose ``headers`` win over ``UNBUFFERED``.

        The source is first asked when the response is being sent.
        """
        self.status_code = status_code
        self.background: BackgroundTask | None = None
        self.init_headers({**UNBUFFERED, **(headers or {})})
        self._source = source
        self._tasks: list[asyncio.Task[None]] = []
        self._is_interrupted = False
        self._sent_chunks = 0

    @abstractmethod
    def encode(self, item: Item) -> bytes:
        """Return an item as it is sent."""

    @abstractmethod
    def completion_marker(self, reason: Reason | None) -> bytes:
        """Return the end of a stream: of a whole one, or of one that is incomplete."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, and return when its source has ended."""
        draining = scope.get("state", {}).get("draining") or Draining()
        try:
            async with bounded(current.get(None), draining):
                status, headers = self.status_code, self.raw_headers
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await self._stream(receive, send)
        except StreamInterruptedError as interruption:
            self._interrupt()
            await _send_marker(send, interruption.reason, self.completion_marker)
        finally:
            self._interrupt()
            await _wait_for_end(self._tasks)
        if self.background is not None:
            await self.background()

    async def _stream(self, receive: Receive, send: Send) -> None:
        """Deliver until all is sent or the client has left."""
        departure = self._begin(_departure(receive))
        # Before any work: has the client left, or the stream to end?
        await asyncio.sleep(0)
        if departure.done():
            return
        delivery = self._begin(self._deliver(send))
        while not await self._is_over(delivery, departure):
            await send(_chunk(self.heartbeat or b""))
        if delivery.cancelled():
            raise StreamInterruptedError("error")  # by itself, since nothing here cancelled it
        if delivery.done():
            delivery.result()

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.append(task)
        return task

    async def _is_over(self, *tasks: asyncio.Task[None]) -> bool:
        """Wait until one task is done, or until a heartbeat is due."""
        # Two looks in the time allowed: no clock has to be read for each chunk.
        timeout = None if self.heartbeat is None else MAX_SILENCE_SECONDS / 2
        while True:
            sent = self._sent_chunks
            done, _ = await asyncio.wait(
                tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if done or sent == self._sent_chunks:
                return bool(done)

    async def _deliver(self, send: Send) -> None:
        """Send every item, and how it ended."""
        reason: Reason | None = None
        try:
            async with _closing(self._source) as items:
                encode = self.encode
                async for item in items:
                    if self._is_interrupted:
                        return
                    body = encode(item)
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                    self._sent_chunks += 1
                    if not self._sent_chunks % _CHUNKS_IN_A_ROW:
                        await asyncio.sleep(0)  # else neither a deadline nor a departure is noticed
        except Exception:
            _logger.exception("stream failed")
            reason = "error"
        if not self._is_interrupted:
            await send(_chunk(self.completion_marker(reason), more=False))

    def _interrupt(self) -> None:
        self._is_interrupted = True
        for task in self._tasks:
            task.cancel()


def _chunk(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def _departure(receive: Receive) -> None:
    """Wait until the client is known to have left."""
    while (await receive())["type"] != "http.disconnect":
        pass


@asynccontextmanager
async def _closing(source: AsyncIterable[Item]) -> AsyncGenerator[AsyncIterator[Item]]:
    """Iterate over a source, and close it afterwards where it can be closed."""
    items = aiter(source)
    try:
        yield items
    finally:
        if isinstance(items, AsyncGenerator):
            await cast("AsyncGenerator[Item]", items).aclose()


async def _send_marker(
    send: Send, reason: Reason, completion_marker: Callable[[Reason], bytes]
) -> None:
    """Send the marker of an incomplete stream, unless its client does not read."""
    _logger.warning("stream interrupted", extra={"fields": {"reason": reason}})
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await send(_chunk(completion_marker(reason), more=False))
    except TimeoutError:
        # The server closes the connection of a response that ends without its last chunk.
        _logger.warning("client does not read: its connection is closed")


async def _wait_for_end(tasks: Collection[asyncio.Task[None]]) -> None:
    running = [task for task in tasks if not task.done()]
    if running:
        _, running = await asyncio.wait(running, timeout=GRACE_SECONDS)
    if running:
        _logger.error("stream source does not end although it was cancelled")
