"""CPU time and memory of process trees."""

import time
from collections.abc import Iterable

import psutil

_MB = 1024 * 1024


class ProcessUsage:
    """Measures processes with all their children."""

    def __init__(self) -> None:
        self._cpu_seconds: dict[psutil.Process, float] = {}
        self._measured = time.monotonic()

    def measure(self, pids: Iterable[int]) -> tuple[float, float]:
        """Return the CPUs in use on average since the last call, and the resident memory in MB."""
        elapsed, self._measured = time.monotonic() - self._measured, time.monotonic()
        before = self._cpu_seconds
        processes = list(_with_children(pids))
        self._cpu_seconds = {
            each: _asked(each, "cpu_times", "user", "system") for each in processes
        }
        # A process that has ended meanwhile has 0.
        used = sum(max(0, now - before.get(each, 0)) for each, now in self._cpu_seconds.items())
        memory = sum(_asked(process, "memory_info", "rss") for process in processes)
        return used / elapsed, memory / _MB


def memory_mb(pids: Iterable[int], most: float) -> float:
    """Return the memory that processes and their children have, in MB.

    What they share is counted once, if the system tells and the memory is above ``most``: to find
    that out takes long.
    """
    processes = list(_with_children(pids))
    resident = sum(_asked(process, "memory_info", "rss") for process in processes)
    if resident / _MB <= most or not psutil.LINUX:
        return resident / _MB
    return sum(_asked(process, "memory_full_info", "pss") for process in processes) / _MB


def _asked(process: psutil.Process, method: str, *members: str) -> float:
    """Return the sum of members of what a process is asked for."""
    try:
        answer = getattr(process, method)()
    except psutil.Error:  # it has ended meanwhile
        return 0
    return sum(getattr(answer, member) for member in members)


def _with_children(pids: Iterable[int]) -> Iterable[psutil.Process]:
    for pid in pids:
        try:
            process = psutil.Process(pid)
            yield from (process, *process.children(recursive=True))
        except psutil.Error:
            continue
