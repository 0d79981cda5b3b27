"""An admitted invocation, for a caller in another thread than the data plane's."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

from local.dataplane.invocation import Invocation

_T = TypeVar("_T")


class RunningInvocation:
    """Blocks the caller's thread until the function has written more of its response.

    Parameters
    ----------
    invocation
        The invocation.
    loop
        The data plane's event loop.
    """

    def __init__(self, invocation: Invocation, loop: asyncio.AbstractEventLoop) -> None:
        self._invocation = invocation
        self._loop = loop

    def chunks(self) -> Generator[bytes]:
        """Yield the chunks of the response; a caller that stops early discards the rest.

        Raises
        ------
        InvocationError
            When the function fails, or is not done within its timeout.
        """
        stream = self._invocation.chunks_until_deadline()

        async def next_chunk() -> bytes | None:
            return await anext(stream, None)

        try:
            while (chunk := self._wait(next_chunk())) is not None:
                yield chunk
        finally:
            self._wait(stream.aclose())

    def log_tail(self) -> bytes:
        """Return the end of the invocation's log, of at most 4 KB."""
        return self._invocation.log_tail()

    def _wait(self, waiting: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()
