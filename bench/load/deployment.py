"""The local AWS that serves the application of these benchmarks, and the processes of both."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from bench.engine import compiling_checkout
from testing.checkout import Checkout
from testing.project import PROJECT

ENVIRONMENTS: Final = 3
"""Enough slots for 100 clients, also where an open loop has more streams open for a while."""


@contextmanager
def deployed() -> Generator[tuple[str, Checkout]]:
    """Bring the stack up, yield its URL and the copy, and take it down."""
    with compiling_checkout() as checkout:
        shutil.copy(PROJECT / "bench/load/application.py", checkout.folder / "app/main.py")
        up = checkout.up(minEnvironments=ENVIRONMENTS, maxEnvironments=ENVIRONMENTS)
        yield up.url, checkout


def processes_of(program: str, folder: Path) -> list[psutil.Process]:
    """Return the processes below a folder that run a program, in the order of their start."""
    found = [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if any(part.endswith(program) for part in process.info["cmdline"] or ())
        and Path(process.info["cwd"] or "/").is_relative_to(folder)
    ]
    return sorted(found, key=lambda process: process.pid)
