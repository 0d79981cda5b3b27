"""CPU of one chunk: the toolkit's streams beside a bare protocol, all paced alike.

It is the CPU of the server's process for 64 whole streams, divided by their chunks, so that a
request's share is in it. Floor and stream run at the same time, so that what else the machine does
meets both.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

import psutil

from app import message
from bench.paced import CHUNKS, EVENT, SECONDS_BETWEEN
from bench.results import Spread, Table, beside
from bench.servers import read, serving
from local.dataplane.ports import free_port

STREAMS: Final = 64
_MANY: Final = 512
ROUNDS: Final = 3

_FLOOR: Final = (sys.executable, "-m", "bench.floor")
_UVICORN: Final = (
    sys.executable, "-m", "uvicorn", "bench.paced:app", "--host", "127.0.0.1",
    "--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning",
)  # fmt: skip


class _Case(NamedTuple):
    """A stream of the application, and what the floor is asked for to send as many such chunks."""

    path: str
    chunk: str
    chunks: int = CHUNKS
    seconds_between: float = SECONDS_BETWEEN

    @property
    def floor(self) -> str:
        return f"/{self.chunks}/{round(self.seconds_between * 1000)}/{quote(self.chunk, safe='')}"


_MESSAGE_CHUNKS: Final = len("[01234567] ") + len(message.TEXT)
_CASES: Final[Mapping[str, _Case]] = {
    "the message": _Case("/message", "x", _MESSAGE_CHUNKS, message.SECONDS_BETWEEN_CHARACTERS),
    "plain text": _Case("/text", "token"),
    "JSON lines": _Case("/json-lines", EVENT),
    "server-sent events": _Case("/events", EVENT),
    "uvicorn alone": _Case("/asgi", EVENT),
    "FastAPI, server-sent events": _Case("/fastapi-events", EVENT),
}


def compare() -> Iterator[Table]:
    """Measure what a chunk costs the application, and the floor at the same time."""
    floor_port, port = free_port(), free_port()
    with (
        serving([*_FLOOR, str(floor_port)], floor_port, "/cpu"),
        serving([*_UVICORN, "--port", str(port)], port, "/cpu"),
    ):
        costs = {
            name: [asyncio.run(_round(case, floor_port, port)) for _ in range(ROUNDS)]
            for name, case in _CASES.items()
        }
    yield Table(
        f"CPU of a chunk, {STREAMS} streams at a time",
        ("stream", "floor, us", "server, us", "ratio"),
        {name: beside(rounds) for name, rounds in costs.items()},
        bars=("floor, us", "server, us"),
    )
    yield Table(
        "Memory of an open stream",
        ("stream", "kB"),
        {"the message": [Spread.of(_kilobytes_of_a_stream() for _ in range(ROUNDS))]},
    )


def _kilobytes_of_a_stream() -> float:
    """Return what an open stream takes in a new server, which has no freed memory to use again."""
    port = free_port()
    with serving([*_UVICORN, "--port", str(port)], port, "/cpu") as server:
        few, many = (asyncio.run(_peak(server, port, streams)) for streams in (STREAMS, _MANY))
    return (many - few) / (_MANY - STREAMS) / 1e3


async def _peak(server: psutil.Process, port: int, streams: int) -> int:
    """Return the most memory of the server while so many streams are open, in bytes."""
    reading = asyncio.gather(*(read(port, "/message") for _ in range(streams)))
    peak = 0
    while not reading.done():
        peak = max(peak, server.memory_info().rss)
        await asyncio.sleep(0.1)
    await reading
    return peak


async def _round(case: _Case, floor_port: int, port: int) -> tuple[float, float]:
    return await asyncio.gather(
        _cost(floor_port, case.floor, case.chunks), _cost(port, case.path, case.chunks)
    )


async def _cost(port: int, path: str, chunks: int) -> float:
    """Return microseconds of CPU for each chunk, once all streams are read."""
    before = float(await read(port, "/cpu"))
    await asyncio.gather(*(read(port, path) for _ in range(STREAMS)))
    return (float(await read(port, "/cpu")) - before) / (STREAMS * chunks) * 1e6
