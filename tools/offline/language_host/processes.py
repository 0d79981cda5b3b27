"""Child processes whose output is passed on while they run."""

import os
import selectors
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class CommandError(Exception):
    """A command failed. Its output has been passed on."""

    def __init__(self, command: Sequence[str | Path], exit_code: int) -> None:
        super().__init__(f"`{shlex.join(map(str, command))}` ended with {exit_code}")


@dataclass(frozen=True)
class Output:
    """A part of a process's output; the last one has its exit code."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int | None = None


def stream(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    started: Callable[[subprocess.Popen[bytes]], object] = lambda _: None,
) -> Iterator[Output]:
    """Run a command and yield its output while it runs, and its exit code last.

    ``started`` is called with the process, so that the caller can end it.
    """
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        started(process)
        yield from _pieces(process)
    yield Output(exit_code=process.returncode)


def _pieces(process: subprocess.Popen[bytes]) -> Iterator[Output]:
    with selectors.DefaultSelector() as pipes:
        for pipe in filter(None, (process.stdout, process.stderr)):
            pipes.register(pipe, selectors.EVENT_READ)
        while pipes.get_map():
            for key, _ in pipes.select():
                piece = os.read(key.fd, 65536)
                if not piece:
                    pipes.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    yield Output(stdout=piece)
                else:
                    yield Output(stderr=piece)
