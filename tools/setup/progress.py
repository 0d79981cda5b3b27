"""Progress messages of set-up: what it does, and how long that may take."""

import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tools.setup.errors import SetupError

_TERMINAL_SECONDS = 1
_LOG_SECONDS = 15
_TAIL_LINES = 15


class Progress:
    """Writes to standard error, since the shell evaluates the output of ``make -s env``."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out

    def say(self, line: str) -> None:
        """Write one line."""
        print(line, file=self._out, flush=True)

    @contextmanager
    def activity(self, what: str) -> Generator[None]:
        """Report the start of an activity, that it continues, and how long it took."""
        self.say(f"==> {what}")
        ended = threading.Event()
        begin = time.monotonic()
        ticker = threading.Thread(target=self._tick, args=(begin, ended), daemon=True)
        ticker.start()
        try:
            yield
        finally:
            ended.set()
            ticker.join()
        self.say(f"    done in {_duration(begin)}")

    def _tick(self, begin: float, ended: threading.Event) -> None:
        rewrite = self._out.isatty()
        while not ended.wait(_TERMINAL_SECONDS if rewrite else _LOG_SECONDS):
            still = f"    still at it after {_duration(begin)}"
            print(still, end="\r" if rewrite else "\n", file=self._out, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    remedies: Sequence[str] = (),
) -> str:
    """Run a command to its end and return its output.

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
        raise SetupError(f"`{_short(command)}` failed:\n{tail}", *remedies)
    return ended.stdout


def output(command: Sequence[str | Path], environment: Mapping[str, str]) -> str:
    """Return what a command prints, also where it fails."""
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    ).stdout


def _short(command: Sequence[str | Path]) -> str:
    program, *arguments = command
    return " ".join([Path(program).name, *map(str, arguments[:3])])


def _duration(begin: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - begin), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
