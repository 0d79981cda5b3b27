"""Draining: the execution environment shuts down, and every stream has to end."""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import TypedDict


class Draining:
    """Tells streams that the execution environment is shutting down.

    uvicorn ends the application's lifespan only after its streams have ended, which is too late
    for a completion marker. So this listens to the same signal, before uvicorn.
    """

    def __init__(self) -> None:
        self.has_started = False
        self._callbacks: set[Callable[[], None]] = set()

    def start(self) -> None:
        """Ask every stream to end."""
        self.has_started = True
        for callback in tuple(self._callbacks):
            callback()

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Generator[None]:
        """Call back when draining starts, or at once where it has started."""
        self._callbacks.add(callback)
        try:
            if self.has_started:
                callback()
            yield
        finally:
            self._callbacks.discard(callback)

    @contextmanager
    def on_termination(self) -> Generator[None]:
        """Start with SIGTERM, and pass the signal on to its earlier handler.

        Python takes signals in the main thread only. In another one, as under Starlette's
        ``TestClient``, nothing is changed.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        earlier = signal.getsignal(signal.SIGTERM)

        def start_and_pass_on(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.start)
            if callable(earlier):
                earlier(number, frame)

        signal.signal(signal.SIGTERM, start_and_pass_on)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, earlier)


class State(TypedDict):
    """The ``state`` of every request."""

    draining: Draining


@asynccontextmanager
async def lifespan(_: object) -> AsyncGenerator[State]:
    """Add the state of draining to every request; the ``lifespan`` of an application."""
    draining = Draining()
    with draining.on_termination():
        yield {"draining": draining}
