"""What streams cost: the CPU of a chunk, and the time through function URL, Lambda and adapter."""

import os
import sys
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

from bench import chunk_cost
from bench.engine import compiling_checkout
from bench.results import Cell, Curves, Result, Spread, Table
from bench.servers import serving
from local.dataplane.ports import free_port
from testing.checkout import Checkout
from testing.streams import Stream, open_streams

CLIENTS: Final = (1, 16, 64)
ARRIVAL: Final = ("seconds since the request", "characters that have arrived")
"""The axes of a plot of such streams."""


def run() -> Iterator[Result]:
    """Measure chunks beside a bare protocol; then stream from the local AWS and from uvicorn."""
    yield from chunk_cost.compare()
    with compiling_checkout() as checkout:
        through_lambda = checkout.up().url
        with serve_straight(checkout) as straight:
            yield from _compare(straight, through_lambda)


def _compare(straight: str, through_lambda: str) -> Iterator[Result]:
    rows: dict[str, list[Cell]] = {}
    arrivals: dict[str, list[tuple[float, float]]] = {}
    for clients in CLIENTS:
        for name, url in {"uvicorn": straight, "LMI": through_lambda}.items():
            streams = open_streams(url, clients)
            rows[f"{clients}, {name}"] = [
                Spread.of(stream.arrivals[0] * 1e3 for stream in streams),
                Spread.of(_longest_gap(stream) * 1e3 for stream in streams),
                Spread.of(stream.seconds for stream in streams),
            ]
            if name == "LMI":
                arrivals[f"{clients} at a time"] = arrival_of_the_slowest(streams)
    yield Table(
        "Streams of the message through Lambda and straight from uvicorn",
        ("clients", "first byte, ms", "longest gap, ms", "whole stream, s"),
        rows,
    )
    yield Curves("Arrival of the message's characters on LMI", ARRIVAL, arrivals)


def _longest_gap(stream: Stream) -> float:
    return max(later - earlier for earlier, later in pairwise(stream.arrivals))


def arrival_of_the_slowest(streams: Sequence[Stream]) -> list[tuple[float, float]]:
    """Return when how many characters of the slowest stream had arrived."""
    stream = max(streams, key=lambda stream: stream.seconds)
    characters = accumulate(map(float, map(len, stream.chunks)))
    return [(stream.arrivals[0], 0.0), *zip(stream.arrivals, characters, strict=True)]


@contextmanager
def serve_straight(checkout: Checkout) -> Generator[str]:
    """Run ``run.sh`` of the copy's zip alone, in the folder ``task`` beside the copy."""
    archive = next((checkout.folder / ".build").rglob("function.zip"))
    task_root = checkout.folder.with_name("task")
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(task_root)
    (task_root / "run.sh").chmod(0o755)  # zipfile drops the mode that the archive carries
    port = free_port()
    # The machine's Python, since this one has a virtual environment's packages.
    path = f"{Path(sys.base_exec_prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    variables = {"PATH": path, "AWS_LWA_PORT": str(port)}
    with serving([task_root / "run.sh"], port, folder=task_root, **variables):
        yield f"http://127.0.0.1:{port}/"
