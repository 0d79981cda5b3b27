"""The alarms that mean something on LMI, as data: what each watches, and when it fires.

Metrics of environments and of the provider carry a version or an instance type among their
dimensions, which a publish or Lambda's own choice changes; a Metrics Insights query over all of
them keeps watching (docs/facts/lmi.md#metrics). Editions of AWS's guide disagree
whether LMI publishes every minute or every five, so a period of 300 s is right under both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Missing = Literal["notBreaching", "breaching"]
Comparison = Literal["GreaterThanThreshold", "LessThanThreshold"]

NAMESPACE: Final = "AWS/Lambda"
PERIOD: Final = 300
"""Seconds of one datapoint."""

FIRST_BYTE_METRIC: Final = "FirstByte"
FIRST_BYTE_MS: Final = 2000
"""What a caller may have to wait for the first byte: p99, in milliseconds."""
NEAR: Final = 0.8
"""The share of a limit that counts as near it: enough is left to act in."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric with dimensions that are known beforehand.

    Attributes
    ----------
    namespace
        May hold ``{metrics}``, the namespace of the stack's own metrics.
    dimensions
        Values may hold ``{function}`` or ``{provider}``.
    """

    namespace: str = NAMESPACE
    name: str
    stat: str
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Query:
    """One line of an alarm: a metric, or an expression that may hold what dimensions may."""

    id: str
    source: Metric | str


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm.

    Attributes
    ----------
    name
        Ends its name, and is how the documentation calls it.
    meaning
        What it means, for whoever it wakes.
    queries
        What it reckons with; the last one is what it watches.
    periods, datapoints
        It fires when so many of the last periods are beyond the threshold.
    missing
        What a period without data counts as.
    """

    name: str
    meaning: str
    queries: Sequence[Query]
    threshold: float
    comparison: Comparison = "GreaterThanThreshold"
    periods: int = 3
    datapoints: int = 3
    missing: Missing = "notBreaching"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the alarms measure against.

    Attributes
    ----------
    max_concurrency
        Requests that one environment serves at once.
    max_vcpu
        vCPUs that the capacity provider may run; None where it is not the stack's to say.
    timeout_seconds
        The longest stream.
    always_runs
        Whether there is an execution environment at any time.
    """

    max_concurrency: int
    max_vcpu: int | None
    timeout_seconds: int
    always_runs: bool


def alarms(limits: Limits) -> Sequence[Alarm]:
    """Return the alarms of one service."""
    return (
        *_of_requests(limits),
        *_of_environments(limits),
        *_of_provider(limits),
        *([_NOTHING_RUNS] if limits.always_runs else []),
    )


def of_function(name: str, stat: str) -> Metric:
    """Return a metric of the function as a whole, whatever its versions."""
    return Metric(name=name, stat=stat, dimensions={"FunctionName": "{function}"})


def of_environments(aggregate: str, metric: str) -> str:
    """Query a metric over all execution environments of the function, whatever their version."""
    return (
        f'SELECT {aggregate}({metric}) FROM SCHEMA("{NAMESPACE}", CapacityProviderName, '  # noqa: S608
        "FunctionName, Resource) WHERE FunctionName = '{function}'"
    )


def of_provider(aggregate: str, metric: str) -> str:
    """Query a metric over all instances of the capacity provider, whatever their type."""
    return (
        f'SELECT {aggregate}({metric}) FROM SCHEMA("{NAMESPACE}", CapacityProviderName, '  # noqa: S608
        "InstanceType) WHERE CapacityProviderName = '{provider}'"
    )


def first_byte(stat: str) -> Metric:
    """Return the stack's own metric of the time to the first byte, in milliseconds."""
    return Metric(namespace="{metrics}", name=FIRST_BYTE_METRIC, stat=stat)


def _share(part: str, of: str, more: str = "") -> str:
    """Return a percentage. A series that is missing counts as 0, and 0 of 0 as no data."""
    whole = f"(FILL({of}, 0) + FILL({more}, 0))" if more else of
    return f"100 * FILL({part}, 0) / {whole}"


def _of_requests(limits: Limits) -> Sequence[Alarm]:
    throttles = Query(id="throttles", source=of_function("Throttles", "Sum"))
    invocations = Query(id="invocations", source=of_function("Invocations", "Sum"))
    errors = Query(id="errors", source=of_function("Errors", "Sum"))
    return (
        Alarm(
            name="throttles",
            meaning="More than 1 % of the requests were refused with 429 for a quarter of an hour",
            # Throttled requests are no invocations.
            queries=(
                throttles,
                invocations,
                Query(id="share", source=_share("throttles", "invocations", "throttles")),
            ),
            threshold=1,
        ),
        Alarm(
            name="errors",
            meaning="More than 1 % of the invocations failed or timed out",
            queries=(
                errors,
                invocations,
                Query(id="share", source=_share("errors", "invocations")),
            ),
            threshold=1,
            # A failed stream counts at the time it began, as long ago as the longest one lasts.
            periods=ceil(limits.timeout_seconds / PERIOD) + 2,
            datapoints=2,
        ),
        Alarm(
            name="first-byte",
            meaning=f"One caller in a hundred waits more than {FIRST_BYTE_MS} ms for the first "
            "byte; Duration would only tell how long streams are",
            queries=(Query(id="wait", source=first_byte("p99")),),
            threshold=FIRST_BYTE_MS,
        ),
    )


def _of_environments(limits: Limits) -> Sequence[Alarm]:
    return (
        Alarm(
            name="concurrency",
            meaning="An execution environment is near its concurrency limit; requests will be "
            "refused before the function scales",
            queries=(
                Query(
                    id="requests",
                    source=of_environments("MAX", "ExecutionEnvironmentConcurrency"),
                ),
            ),
            threshold=NEAR * limits.max_concurrency,
        ),
        Alarm(
            name="environment-cpu",
            meaning="An execution environment's CPU is nearly used up; its one event loop lags, "
            "and every stream with it",
            queries=(
                Query(
                    id="cpu",
                    source=of_environments("MAX", "ExecutionEnvironmentCPUUtilization"),
                ),
            ),
            threshold=80,
        ),
        Alarm(
            name="environment-memory",
            meaning="An execution environment's memory is nearly used up; it will be killed with "
            "all of its streams",
            queries=(
                Query(
                    id="memory",
                    source=of_environments("MAX", "ExecutionEnvironmentMemoryUtilization"),
                ),
            ),
            threshold=90,
        ),
    )


def _of_provider(limits: Limits) -> Sequence[Alarm]:
    return (
        Alarm(
            name="provider-cpu",
            meaning="The instances' CPU is nearly used up; scaling does not keep up",
            queries=(Query(id="cpu", source=of_provider("MAX", "CPUUtilization")),),
            threshold=90,
        ),
        Alarm(
            name="provider-memory",
            meaning="The instances' memory is nearly used up",
            queries=(Query(id="memory", source=of_provider("MAX", "MemoryUtilization")),),
            threshold=90,
        ),
        *([_vcpu(limits.max_vcpu)] if limits.max_vcpu is not None else []),
    )


def _vcpu(maximum: int) -> Alarm:
    by_type = of_provider("MAX", "vCPUAllocated") + " GROUP BY InstanceType"
    return Alarm(
        name="vcpu",
        meaning="The capacity provider is near the vCPUs that it may run; it stops scaling there, "
        "and publishing fails",
        queries=(Query(id="types", source=by_type), Query(id="vcpu", source="SUM(types)")),
        threshold=NEAR * maximum,
    )


_NOTHING_RUNS: Final = Alarm(
    name="nothing-runs",
    meaning="No execution environment reports; the function serves nothing",
    queries=(
        Query(
            id="reports",
            source=of_environments("COUNT", "ExecutionEnvironmentMemoryUtilization"),
        ),
    ),
    threshold=1,
    comparison="LessThanThreshold",
    missing="breaching",
)
