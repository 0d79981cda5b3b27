"""The alarms for LMI, as data: what each watches, and when it fires.

Metrics of environments and of the capacity provider have a version or an instance type among their
dimensions, which change with each publish or by Lambda's choice. A Metrics Insights query over all
of them does not depend on these values (docs/facts/lmi.md#metrics). Editions of AWS's guide
disagree whether LMI publishes every minute or every five, so a period of 300 s is right under both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final, Literal

from ..settings.checked import Checked

Missing = Literal["notBreaching", "breaching"]
Comparison = Literal["GreaterThanThreshold", "LessThanThreshold"]

NAMESPACE: Final = "AWS/Lambda"
PERIOD: Final = 300
"""Period of a datapoint, in seconds."""

FIRST_BYTE_METRIC: Final = "FirstByte"
FIRST_BYTE_MS: Final = 2000
"""Longest time to the first byte, p99, in milliseconds."""
NEAR: Final = 0.8
"""The share of a limit at which an alarm fires, so that time is left to act."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric with known dimensions."""

    # May contain ``{metrics}``, the namespace of the stack's own metrics.
    namespace: str = NAMESPACE
    name: str
    stat: str
    # Values may contain ``{function}``, ``{provider}`` or ``{queue}``.
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm."""

    name: str  # last part of the alarm's name, and its name in the documentation
    meaning: str  # what it means, for the person on call
    # Its queries by their ids, each a metric, or an expression with the same placeholders; the last
    # one is compared with the threshold.
    queries: Mapping[str, Metric | str]
    threshold: float
    comparison: Comparison = "GreaterThanThreshold"
    # It fires when so many datapoints of the last periods are beyond the threshold.
    periods: int = 3
    datapoints: int = 3
    missing: Missing = "notBreaching"  # how a period without data is treated


class Limits(Checked):
    """The limits that the alarms compare with."""

    max_concurrency: int
    """Requests that one environment serves at once."""
    max_vcpu: int | None
    """vCPUs that the capacity provider may run; None if the stack did not create it."""
    timeout_seconds: int
    """The longest stream, in seconds."""
    always_runs: bool
    """Whether at least one execution environment always runs."""
    has_schedules: bool = False
    """Whether schedules change the number of execution environments."""


def of_function(name: str) -> Metric:
    """Return the sum of a metric of the function over all versions."""
    return Metric(name=name, stat="Sum", dimensions={"FunctionName": "{function}"})


def of_environments(aggregate: str, metric: str) -> str:
    """Return a query of a metric over all execution environments of the function."""
    return (
        f'SELECT {aggregate}({metric}) FROM SCHEMA("{NAMESPACE}", CapacityProviderName, '  # noqa: S608
        "FunctionName, Resource) WHERE FunctionName = '{function}'"
    )


def of_provider(metric: str) -> str:
    """Return a query of the maximum of a metric over all instances of the capacity provider."""
    return (
        f'SELECT MAX({metric}) FROM SCHEMA("{NAMESPACE}", CapacityProviderName, '  # noqa: S608
        "InstanceType) WHERE CapacityProviderName = '{provider}'"
    )


def first_byte(stat: str) -> Metric:
    """Return the stack's metric of the time to the first byte, in milliseconds."""
    return Metric(namespace="{metrics}", name=FIRST_BYTE_METRIC, stat=stat)


def alarms(limits: Limits) -> Sequence[Alarm]:
    """Return the alarms of one service."""
    throttles, invocations, errors = map(of_function, ("Throttles", "Invocations", "Errors"))
    # A missing part of a share counts as 0. A parked function has no invocations, and its share
    # then has no data.
    accepted = "FILL(invocations, 0)" if limits.always_runs else "invocations"
    found = [
        Alarm(
            name="throttles",
            meaning="More than 1 % of the requests were refused with 429 for a quarter of an hour",
            # Throttled requests are no invocations.
            queries={
                "throttles": throttles,
                "invocations": invocations,
                "share": f"100 * FILL(throttles, 0) / ({accepted} + FILL(throttles, 0))",
            },
            threshold=1,
        ),
        Alarm(
            name="errors",
            meaning="More than 1 % of the invocations failed or timed out",
            queries={
                "errors": errors,
                "invocations": invocations,
                "share": "100 * FILL(errors, 0) / invocations",
            },
            threshold=1,
            # A failed stream counts at the time it began, as long ago as the longest one lasts.
            periods=ceil(limits.timeout_seconds / PERIOD) + 2,
            datapoints=2,
        ),
        Alarm(
            name="first-byte",
            meaning=f"One caller in a hundred waits more than {FIRST_BYTE_MS} ms for the first "
            "byte; Duration would only show how long streams are",
            queries={"wait": first_byte("p99")},
            threshold=FIRST_BYTE_MS,
        ),
        Alarm(
            name="concurrency",
            meaning="An execution environment is near its concurrency limit; requests will be "
            "refused before the function scales",
            queries={"requests": of_environments("MAX", "ExecutionEnvironmentConcurrency")},
            threshold=NEAR * limits.max_concurrency,
        ),
        Alarm(
            name="environment-cpu",
            meaning="An execution environment's CPU is nearly used up; its event loop delays every "
            "stream",
            queries={"cpu": of_environments("MAX", "ExecutionEnvironmentCPUUtilization")},
            threshold=80,
        ),
        Alarm(
            name="environment-memory",
            meaning="An execution environment's memory is nearly used up; without memory all of "
            "its streams end",
            queries={"memory": of_environments("MAX", "ExecutionEnvironmentMemoryUtilization")},
            threshold=90,
        ),
        Alarm(
            name="provider-cpu",
            meaning="The instances' CPU is nearly used up; Lambda does not start instances fast "
            "enough",
            queries={"cpu": of_provider("CPUUtilization")},
            threshold=90,
        ),
        Alarm(
            name="provider-memory",
            meaning="The instances' memory is nearly used up",
            queries={"memory": of_provider("MemoryUtilization")},
            threshold=90,
        ),
    ]
    if limits.max_vcpu is not None:
        by_type = of_provider("vCPUAllocated") + " GROUP BY InstanceType"
        vcpu = Alarm(
            name="vcpu",
            meaning="The capacity provider is near the vCPUs that it may run; it stops scaling "
            "there, and publishing fails",
            queries={"types": by_type, "vcpu": "SUM(types)"},
            threshold=NEAR * limits.max_vcpu,
        )
        found.append(vcpu)
    if limits.always_runs:
        found.append(_NOTHING_RUNS)
    if limits.has_schedules:
        found.append(_SCHEDULE_FAILED)
    return found


_NOTHING_RUNS: Final = Alarm(
    name="nothing-runs",
    meaning="No execution environment reports; the function serves nothing",
    queries={"reports": of_environments("COUNT", "ExecutionEnvironmentMemoryUtilization")},
    threshold=1,
    comparison="LessThanThreshold",
    missing="breaching",
)

_SCHEDULE_FAILED: Final = Alarm(
    name="schedule-failed",
    meaning="A schedule could not change the number of execution environments",
    queries={
        "calls": Metric(
            namespace="AWS/SQS",
            name="ApproximateNumberOfMessagesVisible",
            stat="Maximum",
            dimensions={"QueueName": "{queue}"},
        )
    },
    threshold=0,
    periods=1,
    datapoints=1,
)
