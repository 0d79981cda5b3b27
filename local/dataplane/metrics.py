"""What the data plane measures, as the metrics that LMI publishes (docs/facts/lmi.md#metrics)."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psutil

from local.dataplane.invocation import InvocationReport
from local.dataplane.model import Deployment

_MB = 1024 * 1024

Datum = Mapping[str, Any]
"""A ``MetricDatum`` of CloudWatch's API."""

_INSTANCE_TYPE = "local"  # The local AWS has no instances, so that none has a type.
_MINUTE = 60
_THROTTLES = ("Throttles", "ConcurrencyThrottles")
_NO_THROTTLES = ("CPUThrottles", "DiskThrottles", "MemoryThrottles")
"""What a refused request does not count in: none is refused here but for want of a slot."""


class CpuUsage:
    """Measures the CPUs that processes use, with all their children."""

    def __init__(self) -> None:
        self._seconds: dict[psutil.Process, float] = {}
        self._measured = time.monotonic()

    def measure(self, pids: Iterable[int]) -> float:
        """Return the CPUs in use on average since the last call."""
        elapsed, self._measured = time.monotonic() - self._measured, time.monotonic()
        before, self._seconds = self._seconds, {}
        for process in _with_children(pids):
            with suppress(psutil.Error):  # it has ended meanwhile
                times = process.cpu_times()
                self._seconds[process] = times.user + times.system
        return sum(now - before.get(each, 0) for each, now in self._seconds.items()) / elapsed


def memory_mb(pids: Iterable[int], most: float = math.inf) -> float:
    """Return the resident memory of processes and their children, in MB.

    What they share is counted once, if the system tells and the memory is above ``most``: to find
    that out takes long.
    """
    processes = list(_with_children(pids))
    resident = shared = 0
    for process in processes:
        with suppress(psutil.Error):
            resident += process.memory_info().rss
    if resident / _MB <= most or not psutil.LINUX:
        return resident / _MB
    for process in processes:
        with suppress(psutil.Error):
            shared += process.memory_full_info().pss
    return shared / _MB


def _with_children(pids: Iterable[int]) -> Iterable[psutil.Process]:
    for pid in pids:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            yield from (process, *process.children(recursive=True))


@dataclass(frozen=True, kw_only=True)
class EnvironmentUsage:
    """What one execution environment used since it was last asked.

    That is the most invocations at once, the vCPUs in use on average, and the memory in use now.
    """

    deployment: Deployment
    concurrency: int
    vcpus: float
    memory_mb: float


class FunctionMetrics:
    """Counts invocations until they are taken; ``now`` returns seconds since 1970."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._counts: dict[tuple[str, str, str, float], list[float]] = defaultdict(list)

    def add_throttle(self, deployment: Deployment) -> None:
        """Count a request that found no free slot."""
        for name in (*_THROTTLES, *_NO_THROTTLES):
            self._add(deployment, name, float(name in _THROTTLES), self._now())

    def add_invocation(self, deployment: Deployment, report: InvocationReport) -> None:
        """Count an invocation that has ended, at the time when it began."""
        began = self._now() - report.seconds
        self._add(deployment, "Invocations", 1, began)
        self._add(deployment, "Errors", float(report.status != "success"), began)
        self._add(deployment, "Duration", report.seconds * 1000, began)

    def take(self, usages: Iterable[EnvironmentUsage]) -> dict[str, list[Datum]]:
        """Return, for each region, what was counted, and what environments used."""
        counts, self._counts = self._counts, defaultdict(list)
        data: dict[str, list[Datum]] = defaultdict(list)
        for (region, function_name, name, minute), values in counts.items():
            unit = "Milliseconds" if name == "Duration" else "Count"
            data[region].append(_datum(name, unit, values, minute, FunctionName=function_name))
        by_provider: dict[tuple[str, str], list[EnvironmentUsage]] = defaultdict(list)
        for usage in usages:
            deployment = usage.deployment
            if deployment.capacity_provider is None:
                continue
            data[deployment.region] += _of_environment(usage, self._now())
            by_provider[deployment.region, deployment.capacity_provider].append(usage)
        for (region, provider), those in by_provider.items():
            data[region] += _of_provider(provider, those, self._now())
        return data

    def _add(self, deployment: Deployment, name: str, value: float, at: float) -> None:
        minute = at - at % _MINUTE
        self._counts[deployment.region, deployment.function_name, name, minute].append(value)


def _of_environment(usage: EnvironmentUsage, at: float) -> Iterable[Datum]:
    deployment = usage.deployment
    for name, unit, value in (
        ("Concurrency", "Count", usage.concurrency),
        ("ConcurrencyLimit", "Count", deployment.max_concurrency),
        ("CPUUtilization", "Percent", 100 * usage.vcpus / deployment.vcpus),
        ("MemoryUtilization", "Percent", 100 * usage.memory_mb / deployment.memory_mb),
    ):
        yield _datum(
            f"ExecutionEnvironment{name}",
            unit,
            [value],
            at,
            CapacityProviderName=str(deployment.capacity_provider),
            FunctionName=deployment.function_name,
            Resource=f"{deployment.function_name}:{deployment.version}",
        )


def _of_provider(provider: str, usages: Sequence[EnvironmentUsage], at: float) -> Iterable[Datum]:
    """Yield the metrics of a capacity provider, whose instances have room for these alone."""
    vcpus = sum(usage.deployment.vcpus for usage in usages)
    memory_mb = sum(usage.deployment.memory_mb for usage in usages)
    used_vcpus = sum(usage.vcpus for usage in usages)
    used_mb = sum(usage.memory_mb for usage in usages)
    for name, unit, value in (
        ("vCPUAllocated", "Count", vcpus),
        ("CPUUtilization", "Percent", 100 * used_vcpus / vcpus),
        ("MemoryUtilization", "Percent", 100 * used_mb / memory_mb),
    ):
        yield _datum(
            name, unit, [value], at, CapacityProviderName=provider, InstanceType=_INSTANCE_TYPE
        )


def _datum(name: str, unit: str, values: Sequence[float], at: float, **dimensions: str) -> Datum:
    return {
        "MetricName": name,
        "Unit": unit,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Timestamp": datetime.fromtimestamp(at, UTC),
        "StatisticValues": {
            "SampleCount": len(values),
            "Sum": sum(values),
            "Minimum": min(values),
            "Maximum": max(values),
        },
    }
