"""Faults of the disk: it is full before an ``up``, or becomes full in a phase of one."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from testing.checkout import Checkout
from tests.e2e.faults import kills
from tests.e2e.faults.outcome import SKIP, Fault, start_from_nothing

_SIZE = "280m"
"""Above what ``local.cli.up`` asks for."""


def faults(checkout: Checkout) -> Iterator[Fault]:
    """Yield the faults; the workspace is a small disk while they are tried."""
    start_from_nothing(checkout)
    with _small_disk(checkout.folder / ".local") as refusal:
        filler = checkout.folder / ".local/filler"
        remove = lambda: filler.unlink(missing_ok=True)  # noqa: E731
        if not refusal:
            checkout.up()
        yield Fault("the disk is full before the up", lambda: refusal or _fill(filler), remove)
        for phase in kills.PHASES:
            yield Fault(
                f"the disk is full when the up {phase}",
                lambda phase=phase: refusal or _during_up(checkout, phase, filler),
                remove,
            )
        remove()
        checkout.local("down")


def _during_up(checkout: Checkout, phase: str, filler: Path) -> str:
    filler.unlink(missing_ok=True)
    checkout.configure(timeoutSeconds=100 + int(time.time()) % 100)  # something to do
    with tempfile.TemporaryFile() as output, checkout.start("up", output) as up:
        if kills.reached(checkout, up, phase):
            _fill(filler)
        return kills.end_of(up, output)


def _fill(filler: Path) -> str:
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return ""


@contextmanager
def _small_disk(folder: Path) -> Generator[str]:
    """Mount a disk in memory; yields why that was not possible, else an empty text."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, check=False).returncode != 0:
        yield f"{SKIP}only root on Linux can mount a small disk"
        return
    try:
        yield ""
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
