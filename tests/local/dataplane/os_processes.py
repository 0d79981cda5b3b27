"""Processes of this machine, as far as these tests look at them: psutil with types."""

import os
from collections.abc import Iterable
from typing import Any

import psutil


class OsProcess:
    """A process that runs, or ran when the test found it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.handle: Any = psutil.Process(pid)

    @property
    def runs(self) -> bool:
        return self.handle.is_running()

    @property
    def command(self) -> str:
        return " ".join(self.handle.cmdline())

    @property
    def variables(self) -> dict[str, str]:
        return self.handle.environ()

    def kill(self) -> None:
        self.handle.kill()


def children(of: int | None = None) -> list[OsProcess]:
    """List the children of a process, by default of this one."""
    parent: Any = psutil.Process(os.getpid() if of is None else of)
    return [OsProcess(child.pid) for child in parent.children()]


def all_end(processes: Iterable[OsProcess]) -> bool:
    """Wait for the end of processes; tells whether it came."""
    untyped: Any = psutil
    _, alive = untyped.wait_procs([process.handle for process in processes], timeout=30)
    return not alive
