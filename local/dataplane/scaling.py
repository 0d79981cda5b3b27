"""How the number of execution environments follows their load.

Lambda adds some when slots or vCPUs are nearly used up, so that traffic may double within five
minutes. It publishes no formula; this one keeps half of the slots and of the vCPUs free
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html).
"""

import math
from collections.abc import Collection, Iterable
from typing import Final

from local.dataplane.environment import ExecutionEnvironment
from local.dataplane.metrics import CpuUsage

_TARGET: Final = 0.5
"""Share of slots and vCPUs to be used."""


class Load:
    """The highest load of a group of execution environments between two decisions."""

    def __init__(self) -> None:
        self._highest = 0.0
        self._cpu_usage = CpuUsage()

    def note(self, environments: Iterable[ExecutionEnvironment]) -> None:
        """Note the slots in use, after an admission."""
        slots = [environment.slots for environment in environments]
        if limit := sum(each.limit for each in slots):
            self._highest = max(self._highest, sum(each.in_use for each in slots) / limit)

    def take(self, environments: Collection[ExecutionEnvironment], vcpus: int) -> float:
        """Return the highest share of slots or vCPUs in use since the last call.

        ``vcpus`` are those of one environment.
        """
        cpus = self._cpu_usage.measure(pid for each in environments for pid in each.pids)
        highest, self._highest = self._highest, 0.0
        self.note(environments)
        all_vcpus = len(environments) * vcpus
        return max(highest, cpus / all_vcpus) if all_vcpus else highest


def environments_for(running: int, load: float, minimum: int, maximum: int) -> int:
    """Return the number of environments for a load.

    It grows as far as it has to at once, and shrinks by one. The load is the share of slots or
    vCPUs of the running environments that was in use, from 0 to 1.
    """
    needed = math.ceil(running * load / _TARGET)
    return max(minimum, min(maximum, max(needed, running - 1)))
