"""Processes of this machine, as far as these tests look at them: psutil with types."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psutil


class OsProcess:
    """A process that runs, or ran when the test found it."""

    def __init__(self, process: psutil.Process) -> None:
        self.pid: int = process.pid
        self.handle: Any = process

    @property
    def runs(self) -> bool:
        return self.handle.is_running()

    @property
    def command(self) -> str:
        """Its command line; empty when it has ended."""
        with suppress(psutil.NoSuchProcess):
            return " ".join(self.handle.cmdline())
        return ""

    @property
    def variables(self) -> dict[str, str]:
        """Its environment variables; none when it has ended."""
        # Those of a process that has ended, but was not waited for, are nobody's to read.
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            return self.handle.environ()
        return {}

    @property
    def group(self) -> int | None:
        """Its process group, when it has not ended."""
        with suppress(ProcessLookupError):
            return os.getpgid(self.pid)
        return None

    def kill(self) -> None:
        self.handle.kill()


def children(of: int | None = None) -> list[OsProcess]:
    """List the children of a process, by default of this one; some may have ended meanwhile."""
    parent: Any = psutil.Process(os.getpid() if of is None else of)
    return [OsProcess(child) for child in parent.children()]


def everything() -> list[OsProcess]:
    """List all processes of this machine."""
    return [OsProcess(process) for process in psutil.process_iter()]


def all_end(processes: Iterable[OsProcess]) -> bool:
    """Wait for the end of processes; tells whether it came."""
    untyped: Any = psutil
    _, alive = untyped.wait_procs([process.handle for process in processes], timeout=120)
    return not alive
