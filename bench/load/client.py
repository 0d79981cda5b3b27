"""A client that opens many streams, in a closed loop or an open one, and checks every event.

Load generators of the package registries report the first byte at best: neither the gaps between
events, nor whether a stream is whole.
"""

import asyncio
import random
import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Final, Literal
from urllib.parse import urlsplit

from bench.load.application import EVENTS, SECONDS_BETWEEN

End = Literal["whole", "refused", "failed", "marked", "cut", "silent", "lost", "duplicated"]
"""How a request ended; refused: with 429; failed: with another status; marked: with Lambda's error
in place of its last events; cut: the connection ended in the middle; silent: without its last
events or the completion marker, and with no sign of it; lost: without an answer; duplicated: with
an event twice or out of order."""

_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
_EVENT_ID: Final = re.compile(rb"^id: (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Stream:
    """One finished request, with the seconds from when it was due to each event.

    The completion marker is the last of them.
    """

    end: End
    arrivals: list[float]


Loop = Callable[[str, int, int], Coroutine[None, None, list[Stream]]]
"""Requests a URL, with so many clients, so many times in all."""


async def closed_loop(url: str, clients: int, streams: int) -> list[Stream]:
    """Let each client ask again as soon as its stream has ended."""

    async def ask_again(delay: float) -> list[Stream]:
        await asyncio.sleep(delay)
        return [await _ask(url, time.monotonic()) for _ in range(streams // clients)]

    # Clients that start together would ask together ever after, since all streams last as long.
    delays = (EVENTS * SECONDS_BETWEEN * client / clients for client in range(clients))
    return list(chain.from_iterable(await asyncio.gather(*map(ask_again, delays))))


async def open_loop(url: str, clients: int, streams: int) -> list[Stream]:
    """Ask at random times, so often that on average as many streams are open as clients."""
    rate = clients / (EVENTS * SECONDS_BETWEEN)
    chance = random.Random(streams)  # noqa: S311 - the same times in every run
    pauses = [chance.expovariate(rate) for _ in range(streams)]
    began = time.monotonic()

    async def ask_when_due(due: float) -> Stream:
        await asyncio.sleep(due - time.monotonic())
        return await _ask(url, due)

    return await asyncio.gather(*(ask_when_due(began + after) for after in accumulate(pauses)))


async def _ask(url: str, due: float) -> Stream:
    address = urlsplit(url)
    status, body, arrivals = 0, b"", list[float]()
    try:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
    except OSError:
        return Stream("lost", [])
    writer.write(f"GET / HTTP/1.1\r\nhost: {address.netloc}\r\nconnection: close\r\n\r\n".encode())
    try:
        status = int((await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1])
        while True:
            body += await reader.readuntil(b"\n\n")
            arrivals.append(time.monotonic() - due)
    except asyncio.IncompleteReadError as error:
        return Stream(_end(status, body + error.partial), arrivals)
    except OSError:
        return Stream(_end(status, body), arrivals)
    finally:
        writer.close()


def _end(status: int, body: bytes) -> End:
    if status != 200:
        return "lost" if status == 0 else "refused" if status == 429 else "failed"
    events = [int(number) for number in _EVENT_ID.findall(body)]
    if events != list(range(len(events))):
        return "duplicated"
    if len(events) == EVENTS and b"event: complete" in body:
        return "whole"
    if b"Runtime.StreamError" in body:
        return "marked"
    return "silent" if body.endswith(_LAST_CHUNK) else "cut"
