"""The first minute of a new checkout, on a machine whose tool cache is filled."""

import re
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from testing.checkout import environment_without_pulumi
from testing.project import PROJECT


def run() -> None:
    """Time from ``make up`` in a fresh clone to the first streamed byte."""
    with TemporaryDirectory(prefix="lmi-bench-") as folder:
        clone = Path(folder) / "lmi-streaming"
        _make(Path(folder), "git", "clone", "--quiet", str(PROJECT), str(clone))
        try:
            began = time.monotonic()
            _make(clone, "make", "setup")
            print(f"make setup             {time.monotonic() - began:6.1f} s", flush=True)
            url = _printed_url(_make(clone, "make", "up"))
            print(f"... and make up        {time.monotonic() - began:6.1f} s")
            _first_byte(url)
            print(f"... and the first byte {time.monotonic() - began:6.1f} s")
            again = time.monotonic()
            _make(clone, "make", "up")
            print(f"make up again          {time.monotonic() - again:6.1f} s")
        finally:
            _make(clone, "make", "down")


def _make(folder: Path, *command: str) -> str:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment_without_pulumi(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def _printed_url(output: str) -> str:
    return re.findall(r"http://\S+/", output)[-1]


def _first_byte(url: str) -> None:
    with httpx.stream("GET", url, trust_env=False) as response:
        next(response.iter_raw())
