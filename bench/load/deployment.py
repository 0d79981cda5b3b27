"""A copy of the project that serves the application of these benchmarks on a local AWS."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from testing.checkout import Checkout
from testing.project import PROJECT

ENVIRONMENTS: Final = 3
"""Enough slots for 100 clients, also where an open loop has more streams open for a while."""


@contextmanager
def deployed() -> Generator[tuple[str, Checkout]]:
    """Bring the stack up, yield its URL and the copy, and take it down."""
    with TemporaryDirectory(prefix="lmi-bench-") as name:
        checkout = Checkout.make(Path(name).resolve() / "checkout")
        shutil.copy(PROJECT / "bench/load/application.py", checkout.folder / "app/main.py")
        try:
            up = checkout.up(minEnvironments=ENVIRONMENTS, maxEnvironments=ENVIRONMENTS)
            yield up.url, checkout
        finally:
            checkout.local("down")
