"""The first minute of a new checkout, on a machine whose tool cache is filled."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.results import Table
from testing.checkout import Up, environment_without_pulumi
from testing.project import PROJECT


def run() -> Iterator[Table]:
    """Time from ``make up`` in a fresh clone to the first streamed byte."""
    with TemporaryDirectory(prefix="lmi-bench-") as folder:
        clone = Path(folder) / "lmi-streaming"
        _make(Path(folder), "git", "clone", "--quiet", str(PROJECT), str(clone))
        try:
            began = time.monotonic()
            _make(clone, "make", "setup")
            set_up = time.monotonic() - began
            url = Up(_make(clone, "make", "up")).url
            up = time.monotonic() - began
            _first_byte(url)
            streams = time.monotonic() - began
            again = time.monotonic()
            _make(clone, "make", "up")
            unchanged = time.monotonic() - again
        finally:
            _make(clone, "make", "down")
    yield Table(
        "A new checkout",
        ("until", "seconds"),
        {
            "make setup is done": [set_up],
            "make up is done": [up],
            "the first streamed byte": [streams],
            "make up again": [unchanged],
        },
    )


def _make(folder: Path, *command: str) -> str:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment_without_pulumi(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def _first_byte(url: str) -> None:
    with httpx.stream("GET", url, trust_env=False) as response:
        next(response.iter_raw())
