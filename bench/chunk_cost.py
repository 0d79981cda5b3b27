"""CPU of one chunk: the toolkit's streams beside a bare protocol, all paced alike.

It is the CPU of the server's process for 64 whole streams, divided by their chunks, so that a
request's share is in it. Floor and stream run at the same time, so that what else the machine does
meets both.
"""

import asyncio
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final
from urllib.parse import quote

from app import message
from bench.client import read
from bench.paced import CHUNKS, EVENT, SECONDS_BETWEEN
from local.dataplane.ports import free_port
from testing.project import PROJECT

STREAMS: Final = 64
ROUNDS: Final = 3

_UVICORN: Final = (
    *("-m", "uvicorn", "bench.paced.application:app", "--host", "127.0.0.1"),
    *("--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning"),
)
_MESSAGE_CHUNKS: Final = len("[01234567] ") + len(message.TEXT)


@dataclass(frozen=True)
class _Case:
    """A stream to measure.

    Attributes
    ----------
    path
        Where the application serves it.
    floor
        What the floor is asked for, to send as many chunks of the same size and pace.
    chunks
        How many they are.
    aim
        How much a chunk should cost at most, as a multiple of the floor.
    """

    path: str
    floor: str
    chunks: int = CHUNKS
    aim: float | None = None


def _paced(text: str) -> str:
    return f"/{CHUNKS}/{round(SECONDS_BETWEEN * 1000)}/{quote(text, safe='')}"


_MESSAGE_FLOOR: Final = f"/{_MESSAGE_CHUNKS}/{round(message.SECONDS_BETWEEN_CHARACTERS * 1000)}/x"
_CASES: Final[Mapping[str, _Case]] = {
    "the message": _Case("/message", _MESSAGE_FLOOR, _MESSAGE_CHUNKS, aim=1.5),
    "plain text": _Case("/text", _paced("token")),
    "JSON lines": _Case("/json-lines", _paced(EVENT)),
    "server-sent events": _Case("/events", _paced(EVENT), aim=1.3),
    "uvicorn alone": _Case("/asgi", _paced(EVENT)),
    "FastAPI, plain text": _Case("/fastapi-text", _paced("token")),
    "FastAPI, server-sent events": _Case("/fastapi-events", _paced(EVENT)),
}


def compare() -> None:
    """Print what a chunk costs the application, and the floor at the same time."""
    floor_port, port = free_port(), free_port()
    with (
        _running("-m", "bench.paced.floor", str(floor_port)),
        _running(*_UVICORN, "--port", str(port)),
    ):
        print(f"CPU of a chunk, us, {STREAMS} streams at a time   floor   here  ratio   aim")
        for name, case in _CASES.items():
            rounds = [asyncio.run(_round(case, floor_port, port)) for _ in range(ROUNDS)]
            floor, here = (median(side) for side in zip(*rounds, strict=True))
            # What else the machine does changes between rounds, and both sides of one with it.
            ratio = median(here / floor for floor, here in rounds)
            aim = "" if case.aim is None else f"{case.aim:5.1f}"
            print(f"  {name:40} {floor:7.1f}{here:7.1f}  {ratio:5.2f} {aim}", flush=True)


async def _round(case: _Case, floor_port: int, port: int) -> tuple[float, float]:
    return await asyncio.gather(
        _cost(floor_port, case.floor, case.chunks), _cost(port, case.path, case.chunks)
    )


async def _cost(port: int, path: str, chunks: int) -> float:
    """Return microseconds of CPU for each chunk, once all streams are read."""
    before = await _cpu_seconds(port)
    await asyncio.gather(*(read(port, path) for _ in range(STREAMS)))
    return (await _cpu_seconds(port) - before) / (STREAMS * chunks) * 1e6


async def _cpu_seconds(port: int) -> float:
    body = (await read(port, "/cpu")).split(b"\r\n\r\n", 1)[1]
    # The floor's answer is chunked, the application's is not.
    return float(body.split(b"\r\n")[-4] if body.endswith(b"0\r\n\r\n") else body)


@contextmanager
def _running(*arguments: str) -> Generator[None]:
    port = int(arguments[-1])
    server = subprocess.Popen([sys.executable, *arguments], cwd=PROJECT)
    try:
        asyncio.run(_wait_for(port))
        yield
    finally:
        server.terminate()
        server.wait()


async def _wait_for(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await read(port, "/cpu")
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                return
