"""What streams cost: the CPU of a chunk, and the time through function URL, Lambda and adapter."""

import os
import sys
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from operator import sub
from pathlib import Path
from typing import Final

from bench import chunk_cost
from bench.engine import compiling_checkout
from bench.results import Cell, Curves, Result, Spread, Table
from bench.servers import serving
from local.dataplane.ports import free_port
from testing.checkout import Checkout
from testing.streams import Stream, open_streams

CLIENTS = (1, 16, 64)


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
        sides = {"uvicorn": straight, "LMI": through_lambda}
        streams = {name: open_streams(url, clients) for name, url in sides.items()}
        for name, opened in streams.items():
            rows[f"{clients}, {name}"] = [
                Spread.of(measure(stream) for stream in opened) for measure in _MEASURES.values()
            ]
        last = max(streams["LMI"], key=lambda stream: stream.seconds)
        arrivals[f"{clients} at a time"] = [
            (seconds, float(number)) for number, seconds in enumerate(last.arrivals, start=1)
        ]
    yield Table(
        "Streams of the message through Lambda and straight from uvicorn",
        ("clients", *_MEASURES),
        rows,
    )
    yield Curves(
        "Arrival of the message's characters on LMI",
        ("seconds since the request", "chunks that have arrived"),
        arrivals,
    )


_MEASURES: Final[Mapping[str, Callable[[Stream], float]]] = {
    "first byte, ms": lambda stream: stream.arrivals[0] * 1e3,
    "longest gap, ms": lambda stream: max(map(sub, stream.arrivals[1:], stream.arrivals)) * 1e3,
    "whole stream, s": lambda stream: stream.seconds,
}


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
