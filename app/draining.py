"""How the application learns that it has to stop, early enough to say so in its streams."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class Draining:
    """Says whether the execution environment is shutting down.

    uvicorn ends an application's lifespan only after its streams have ended, which is too late to
    end them with a verdict. So this listens to the same signal, before uvicorn.
    """

    def __init__(self) -> None:
        self._started = asyncio.Event()

    def start(self) -> None:
        """Ask every stream to end."""
        self._started.set()

    async def wait(self) -> None:
        """Wait until the streams have to end."""
        await self._started.wait()

    @contextmanager
    def on_termination(self) -> Generator[None]:
        """Start with SIGTERM, and pass the signal on to who listened to it before."""
        loop = asyncio.get_running_loop()
        listener = signal.getsignal(signal.SIGTERM)

        def start_and_pass_on(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.start)
            if callable(listener):
                listener(number, frame)

        signal.signal(signal.SIGTERM, start_and_pass_on)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, listener)
