"""A client that opens many streams at once and notes when each chunk arrives."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

MESSAGE = "] This is streaming from Lambda Managed Instances!"


@dataclass(frozen=True)
class Stream:
    """One finished response.

    Attributes
    ----------
    status
        HTTP status code.
    chunks
        Each chunk as it came off the wire.
    arrivals
        Seconds from the request to each chunk.
    seconds
        Seconds from the request to the end of the response.
    """

    status: int
    chunks: list[bytes]
    arrivals: list[float]
    seconds: float

    @property
    def text(self) -> str:
        """The whole body."""
        return b"".join(self.chunks).decode()

    @property
    def comes_as_it_is_written(self) -> bool:
        """Whether it began to arrive in the first half of its time; a buffered one comes whole."""
        return self.arrivals[0] < self.seconds / 2

    @property
    def request_id(self) -> str:
        """The eight hex digits in front of the message."""
        return self.text[1:9]


def open_streams(url: str, count: int) -> list[Stream]:
    """Open so many streams at once, and read them all to their ends."""
    # Where a browser runs, this thread has an event loop already.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _open_all(url, count)).result()


async def _open_all(url: str, count: int) -> list[Stream]:
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
        return await asyncio.gather(*(_open_one(client, url) for _ in range(count)))


async def _open_one(client: httpx.AsyncClient, url: str) -> Stream:
    began = time.monotonic()
    chunks: list[bytes] = []
    arrivals: list[float] = []
    async with client.stream("GET", url) as response:
        async for chunk in response.aiter_raw():
            chunks.append(chunk)
            arrivals.append(time.monotonic() - began)
    return Stream(response.status_code, chunks, arrivals, time.monotonic() - began)
