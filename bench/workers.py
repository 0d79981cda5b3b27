"""What a second worker brings an application that computes, on two cores."""

import asyncio
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from bench.results import Table, beside
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


def run() -> Iterator[Table]:
    """Serve the same requests by one worker and by two, in turn."""
    with TemporaryDirectory(prefix="lmi-bench-") as name:
        folder, one, two = Path(name), free_port(), free_port()
        shutil.copytree(PROJECT / "app", folder / "app")
        (folder / "app/main.py").write_text(_MAIN)
        with _serving(folder, one, 1) as first, _serving(folder, two, 2) as second:
            rounds = [(asyncio.run(_rate(one)), asyncio.run(_rate(two))) for _ in range(ROUNDS)]
            memory = _megabytes(first), _megabytes(second)
    alone, together, ratio = beside(rounds)
    yield Table(
        "One worker and two",
        ("workers", "requests a second", "memory, MB"),
        {"1": [alone, memory[0]], "2": [together, memory[1]], "ratio": [ratio, ""]},
    )


async def _rate(port: int) -> float:
    """Return how many requests are served a second."""
    free = asyncio.Semaphore(CLIENTS)

    async def ask() -> None:
        async with free:
            await read(port, "/")

    began = time.monotonic()
    await asyncio.gather(*(ask() for _ in range(REQUESTS)))
    return REQUESTS / (time.monotonic() - began)


def _megabytes(server: psutil.Process) -> float:
    """Return the memory of all its processes, with what they share counted once."""
    family = [server, *server.children()]
    return sum(process.memory_full_info().pss for process in family) / 1e6


def _serving(folder: Path, port: int, workers: int) -> AbstractContextManager[psutil.Process]:
    command = (sys.executable, "-m", "app.serve")
    variables = {"AWS_LWA_PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    return serving(command, port, "/", folder, **variables)
