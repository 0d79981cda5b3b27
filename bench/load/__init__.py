"""Load: 20,000 streams through function URL, Lambda and adapter, and straight from uvicorn."""

import asyncio
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Final, get_args

from bench.load.application import EVENTS
from bench.load.client import End, Loop, Stream, closed_loop, open_loop
from bench.load.deployment import deployed, processes_of
from bench.results import Cell, Table
from bench.streaming import serve_straight

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


@dataclass
class _Side:
    """One server, where its application runs, and what it did under one load."""

    url: str
    folder: Path
    streams: list[Stream] = field(default_factory=list[Stream])
    cpu_seconds: float = 0

    def open(self, loop: Loop, clients: int, count: int) -> None:
        before = self._used_so_far()
        self.streams += asyncio.run(loop(self.url, clients, count))
        self.cpu_seconds += self._used_so_far() - before

    def _used_so_far(self) -> float:
        servers = processes_of("app.serve", self.folder)
        return sum(sum(server.cpu_times()[:2]) for server in servers)

    def figures(self) -> tuple[float, ...]:
        """Return the first event's median and 99th percentile, that of gaps, and an event's CPU.

        They are not numbers where fewer than two streams were whole.
        """
        whole = [stream.arrivals for stream in self.streams if stream.end == "whole"]
        if len(whole) < 2:
            return (math.nan,) * 4
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
    with deployed() as (url, checkout), serve_straight(checkout) as straight:
        yield _compare({straight: checkout.folder.with_name("task"), url: checkout.folder})


def _compare(sides: Mapping[str, Path]) -> Table:
    rows: dict[str, Sequence[Cell]] = {}
    for name, loop in {"closed loop": closed_loop, "open loop": open_loop}.items():
        for clients, count in STREAMS.items():
            straight, through_lambda = (_Side(url, folder) for url, folder in sides.items())
            for _ in range(ROUNDS):
                for side in (straight, through_lambda):
                    side.open(loop, clients, count // ROUNDS)
            both = zip(through_lambda.figures(), straight.figures(), strict=True)
            rows[f"{clients}, {name}: uvicorn"] = straight.row()
            rows[f"{clients}, {name}: LMI"] = through_lambda.row()
            rows[f"{clients}, {name}: ratio"] = [
                *(here / alone for here, alone in both),
                *("" for _ in get_args(End)),
            ]
    return Table(
        "Streams of six events, 0.1 s apart",
        ("clients", *_FIGURES, *get_args(End)),
        rows,
    )
