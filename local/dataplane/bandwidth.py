"""The bandwidth of a streamed response: 6 MB as fast as they are written, then 2 MB/s.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html.
"""

from asyncio import sleep
from time import monotonic
from typing import Final

UNCAPPED_BYTES: Final = 6 * 1024 * 1024
BYTES_PER_SECOND: Final = 2 * 1024 * 1024


class Bandwidth:
    """Delays what a response has above its first 6 MB.

    Parameters
    ----------
    bytes_per_second
        The rate; that of Lambda is ``BYTES_PER_SECOND``.
    """

    def __init__(self, bytes_per_second: float) -> None:
        self._bytes_per_second = bytes_per_second
        self._uncapped = UNCAPPED_BYTES
        self._free_at = 0.0

    async def take(self, size: int) -> None:
        """Wait until so many more bytes may be passed on."""
        capped = max(0, size - self._uncapped)
        self._uncapped -= size - capped
        if capped:
            now = monotonic()
            self._free_at = max(self._free_at, now) + capped / self._bytes_per_second
            await sleep(self._free_at - now)
