"""20,000 streams through Lambda and straight from uvicorn, and 1,024 while servers are killed."""

import asyncio
import math
import random
import shutil
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Final, get_args

import psutil

from bench.engine import compiling_checkout, cpu_of
from bench.load.application import EVENTS
from bench.load.client import End, Loop, Stream, closed_loop, open_loop
from bench.results import Cell, Table
from bench.streaming import serve_straight
from testing.checkout import Checkout
from testing.project import PROJECT

STREAMS: Final[Mapping[int, int]] = {16: 400, 64: 1600, 100: 2400, 256: 1024}
"""Streams by clients, for each loop and each side: above 20,000 in all."""
ROUNDS: Final = 2
"""In how many parts they are opened, so that what else the machine does meets both sides."""
_FIGURES: Final = (
    "first event p50, ms",
    "first event p99, ms",
    "gap p99, ms",
    "CPU of an event, us",
)
ENVIRONMENTS: Final = 3
"""Enough slots for 100 clients, also where an open loop has more streams open for a while."""
_KILLED_CLIENTS: Final = 64
_KILLED_STREAMS: Final = 1024
_SECONDS_BETWEEN_KILLS: Final = 2.0
"""Long enough for an environment to be replaced."""
_KILLED: Final = {"function": "app.serve", "adapter": "lambda-adapter"}


@dataclass
class _Side:
    """One server, where its application runs, and what it did under one load."""

    url: str
    folder: Path
    streams: list[Stream] = field(default_factory=list[Stream])
    cpu_seconds: float = 0

    def open(self, loop: Loop, clients: int, count: int) -> None:
        servers = _processes_of("app.serve", self.folder)
        before = sum(map(cpu_of, servers))
        self.streams += asyncio.run(loop(self.url, clients, count))
        self.cpu_seconds += sum(map(cpu_of, servers)) - before

    def figures(self) -> tuple[float, ...]:
        """Return the first event's median and 99th percentile, that of gaps, and an event's CPU.

        They are not numbers where fewer than two streams were whole.
        """
        whole = [stream.arrivals for stream in self.streams if stream.end == "whole"]
        if len(whole) < 2:
            return (math.nan,) * len(_FIGURES)
        first = quantiles([arrivals[0] * 1e3 for arrivals in whole], n=100)
        gaps = [(b - a) * 1e3 for arrivals in whole for a, b in pairwise(arrivals[:EVENTS])]
        cpu = self.cpu_seconds / (len(whole) * EVENTS) * 1e6
        return first[49], first[98], quantiles(gaps, n=100)[98], cpu

    def row(self) -> list[Cell]:
        """Return the figures, and how many streams ended in which way."""
        ends = Counter(stream.end for stream in self.streams)
        return [*self.figures(), *(ends[end] for end in get_args(End))]


def run() -> Iterator[Table]:
    """Open streams in closed and open loops, on both sides in turn."""
    rows: dict[str, Sequence[Cell]] = {}
    with _deployed() as (url, checkout), serve_straight(checkout) as straight:
        for name, loop in {"closed loop": closed_loop, "open loop": open_loop}.items():
            for clients, count in STREAMS.items():
                alone = _Side(straight, checkout.folder.with_name("task"))
                lmi = _Side(url, checkout.folder)
                for _ in range(ROUNDS):
                    for side in (alone, lmi):
                        side.open(loop, clients, count // ROUNDS)
                both = zip(lmi.figures(), alone.figures(), strict=True)
                ratios = [here / there for here, there in both]
                rows[f"{clients}, {name}: uvicorn"] = alone.row()
                rows[f"{clients}, {name}: LMI"] = lmi.row()
                rows[f"{clients}, {name}: ratio"] = [*ratios, *("" for _ in get_args(End))]
    yield Table("Streams of six events, 0.1 s apart", ("clients", *_FIGURES, *get_args(End)), rows)


def run_kills() -> Iterator[Table]:
    """Open streams in a closed loop, and kill a random process every two seconds."""
    with _deployed() as (url, checkout):
        streams, killed = asyncio.run(_open_and_kill(url, checkout.folder))
    ends = Counter(stream.end for stream in streams)
    kills = Counter(killed)
    yield Table(
        f"{_KILLED_STREAMS} streams of {_KILLED_CLIENTS} clients under kills",
        ("", "number"),
        {f"killed: {victim}": [count] for victim, count in kills.items()}
        | {f"streams that ended {end}": [ends[end]] for end in get_args(End)},
    )


async def _open_and_kill(url: str, folder: Path) -> tuple[list[Stream], list[str]]:
    chance = random.Random(1)  # noqa: S311 - the same choices in every run
    killed: list[str] = []
    opening = asyncio.create_task(closed_loop(url, _KILLED_CLIENTS, _KILLED_STREAMS))
    while not (await asyncio.wait({opening}, timeout=_SECONDS_BETWEEN_KILLS))[0]:
        name, victim = chance.choice(
            [
                (name, process)
                for name, program in _KILLED.items()
                for process in _processes_of(program, folder)
            ]
        )
        killed.append(name)
        victim.kill()
    return opening.result(), killed


@contextmanager
def _deployed() -> Generator[tuple[str, Checkout]]:
    """Bring the stack up, yield its URL and the copy, and take it down."""
    with compiling_checkout() as checkout:
        shutil.copy(PROJECT / "bench/load/application.py", checkout.folder / "app/main.py")
        up = checkout.up(minEnvironments=ENVIRONMENTS, maxEnvironments=ENVIRONMENTS)
        yield up.url, checkout


def _processes_of(program: str, folder: Path) -> list[psutil.Process]:
    """Return the processes below a folder that run a program, in the order of their start."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if any(part.endswith(program) for part in process.info["cmdline"] or ())
        and Path(process.info["cwd"] or "/").is_relative_to(folder)
    ]
