"""What a second worker brings an application that computes, on two cores."""

import asyncio
import shutil
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from bench.results import Spread, Table
from bench.servers import read, serving
from local.dataplane.ports import free_port
from testing.project import PROJECT

CLIENTS: Final = 16
REQUESTS: Final = 128
ROUNDS: Final = 5

_MAIN: Final = '''\
"""Streams pieces that take 5 ms of a processor each."""

import asyncio
import time

from fastapi import FastAPI

from app.draining import lifespan
from app.middleware import WebAdapterMiddleware
from app.streaming.text import PlainTextStream

api = FastAPI(lifespan=lifespan)
app = WebAdapterMiddleware(api)


@api.get("/")
async def compute() -> PlainTextStream:
    return PlainTextStream(pieces())


async def pieces():
    for _ in range(10):
        end = time.thread_time() + 0.005
        while time.thread_time() < end:
            pass
        yield "x"
        await asyncio.sleep(0)
'''


@dataclass(frozen=True)
class _Server:
    process: psutil.Process
    port: int

    def megabytes(self) -> float:
        """Return the memory of all its processes, with what they share counted once."""
        family = [self.process, *self.process.children()]
        return sum(process.memory_full_info().pss for process in family) / 1e6


def run() -> Iterator[Table]:
    """Serve the same requests by one worker and by two, in turn."""
    with TemporaryDirectory(prefix="lmi-bench-") as folder:
        shutil.copytree(PROJECT / "app", Path(folder) / "app")
        (Path(folder) / "app/main.py").write_text(_MAIN)
        with _serving(Path(folder), 1) as one, _serving(Path(folder), 2) as two:
            rounds = [
                (asyncio.run(_rate(one.port)), asyncio.run(_rate(two.port))) for _ in range(ROUNDS)
            ]
            memory = one.megabytes(), two.megabytes()
    alone, together = map(Spread.of, zip(*rounds, strict=True))
    ratio = Spread.of_ratios((first, second) for first, second in rounds)
    yield Table(
        "One worker and two",
        ("workers", "requests a second", "memory, MB"),
        {"1": [alone, memory[0]], "2": [together, memory[1]], "ratio": [ratio, ""]},
    )


async def _rate(port: int) -> float:
    """Return how many requests are served a second."""
    free = asyncio.Semaphore(CLIENTS)

    async def ask() -> bytes:
        async with free:
            return await read(port, "/")

    began = time.monotonic()
    answers = await asyncio.gather(*(ask() for _ in range(REQUESTS)))
    seconds = time.monotonic() - began
    assert all(b" 200 OK" in answer for answer in answers)
    return REQUESTS / seconds


@contextmanager
def _serving(folder: Path, workers: int) -> Generator[_Server]:
    port = free_port()
    command = (sys.executable, "-m", "app.serve")
    variables = {"AWS_LWA_PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    with serving(command, port, "/", folder, **variables) as process:
        yield _Server(process, port)
