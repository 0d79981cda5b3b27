"""Messages of set-up, on standard error: the shell evaluates the output of ``make -s env``."""

import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.setup.errors import SetupError

_TICK_SECONDS = 15
_TAIL_LINES = 15


def say(line: str) -> None:
    """Write one line."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def activity(what: str) -> Generator[None]:
    """Report the start of an activity, every 15 seconds that it goes on, and how long it took."""
    began = time.monotonic()
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(_TICK_SECONDS):
            say(f"    still running after {time.monotonic() - began:.0f} s")

    say(f"==> {what}")
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        ended.set()
        ticker.join()
    say(f"    done in {time.monotonic() - began:.0f} s")


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    remedies: Sequence[str] = (),
) -> None:
    """Run a command to its end.

    A failure is a ``SetupError`` with the end of the output and the remedies.
    """
    ended = subprocess.run(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        tail = "\n".join(f"    {line}" for line in ended.stdout.splitlines()[-_TAIL_LINES:])
        short = " ".join([Path(command[0]).name, *map(str, command[1:4])])
        raise SetupError(f"`{short}` failed:\n{tail}", *remedies)


def version_of(*command: str | Path, env: Mapping[str, str] | None = None) -> str:
    """Return what a command prints of its version; nothing where it fails."""
    return subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    ).stdout
