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
        before, self._cpu_seconds = self._cpu_seconds, {}
        memory = 0
        for process in _with_children(pids):
            try:
                times = process.cpu_times()
                memory += process.memory_info().rss
            except psutil.Error:  # it has ended meanwhile
                continue
            self._cpu_seconds[process] = times.user + times.system
        used = sum(
            seconds - before.get(process, 0) for process, seconds in self._cpu_seconds.items()
        )
        return used / elapsed, memory / _MB


def memory_mb(pids: Iterable[int], most: float) -> float:
    """Return the memory that processes and their children have, in MB.

    What they share is counted once, if the system tells and the memory is above ``most``: to find
    that out takes long.
    """
    processes = list(_with_children(pids))
    resident = sum(_bytes_of(process, "memory_info", "rss") for process in processes)
    if resident / _MB <= most or not psutil.LINUX:
        return resident / _MB
    return sum(_bytes_of(process, "memory_full_info", "pss") for process in processes) / _MB


def _bytes_of(process: psutil.Process, method: str, member: str) -> int:
    try:
        return getattr(getattr(process, method)(), member)
    except psutil.Error:  # it has ended meanwhile
        return 0


def _with_children(pids: Iterable[int]) -> Iterable[psutil.Process]:
    for pid in pids:
        try:
            process = psutil.Process(pid)
            yield from (process, *process.children(recursive=True))
        except psutil.Error:
            continue
