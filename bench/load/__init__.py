"""Load: 20,000 streams through function URL, Lambda and adapter, and straight from uvicorn."""

import asyncio
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Final, get_args

import psutil

from bench.load.application import EVENTS
from bench.load.client import End, Loop, Stream, closed_loop, open_loop
from bench.load.deployment import deployed
from bench.streaming import serve_straight

STREAMS: Final[Mapping[int, int]] = {16: 400, 64: 1600, 100: 3000}
"""Streams by clients, for each loop and each side: 20,000 in all."""
ROUNDS: Final = 2
"""In how many parts they are opened, so that what else the machine does meets both sides."""
_FAILURES: Final = [end for end in get_args(End) if end != "whole"]


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
        return sum(
            sum(process.cpu_times()[:2])
            for process in psutil.process_iter(["cmdline", "cwd"])
            if "app.serve" in (process.info["cmdline"] or ())
            and Path(process.info["cwd"] or "/").is_relative_to(self.folder)
        )

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


def run() -> None:
    """Open streams in closed and open loops, on both sides in turn."""
    with deployed() as (url, checkout), TemporaryDirectory(prefix="lmi-bench-") as name:
        folder = Path(name).resolve()
        archive = next((checkout.folder / ".build").rglob("function.zip"))
        with serve_straight(archive, folder) as straight:
            _compare({straight: folder, url: checkout.folder})


def _compare(sides: Mapping[str, Path]) -> None:
    print("                        first event, ms     gap, ms      CPU of an")
    print("clients                   p50       p99         p99      event, us  ", *_FAILURES)
    for name, loop in {"closed loop": closed_loop, "open loop": open_loop}.items():
        for clients, count in STREAMS.items():
            servers = [_Side(url, folder) for url, folder in sides.items()]
            for _ in range(ROUNDS):
                for server in servers:
                    server.open(loop, clients, count // ROUNDS)
            print(f"{clients}, {name}")
            _print(*servers)
    print("Aims: ratio of the first event's p99 at most 1.5, of the CPU at most 1.15.")


def _print(straight: _Side, through_lambda: _Side) -> None:
    for name, side in {"uvicorn": straight, "LMI": through_lambda}.items():
        first, late, gap, cpu = side.figures()
        ends = Counter(stream.end for stream in side.streams)
        failures = "".join(f"{ends[end]:{len(end) + 1}}" for end in _FAILURES)
        print(f"  {name:16}{first:11.1f}{late:10.1f}{gap:12.1f}{cpu:15.1f}  {failures}")
    both = zip(through_lambda.figures(), straight.figures(), strict=True)
    first, late, gap, cpu = (here / alone for here, alone in both)
    print(f"  {'ratio':16}{first:11.2f}{late:10.2f}{gap:12.2f}{cpu:15.2f}", flush=True)
