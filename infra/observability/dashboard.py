"""The dashboard: requests and latency first, then environments, then instances."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from .alarms import PERIOD, Limits, Metric, first_byte, of_environments, of_function, of_provider

Json = dict[str, object]

_WIDTH: Final = 12
_HEIGHT: Final = 6
_COLUMNS: Final = 2


def body(limits: Limits, region: str, names: Mapping[str, str], alarm_arns: Sequence[str]) -> str:
    """Return the body of the dashboard: two graphs in each row, and the alarms below."""
    widgets: list[Json] = [
        {"type": "metric", "properties": {**graph, "region": region, "period": PERIOD}}
        for graph in _graphs(limits)
    ]
    alarms = {"title": "Alarms", "alarms": list(alarm_arns)}
    places = [
        {
            **widget,
            "x": index % _COLUMNS * _WIDTH,
            "y": index // _COLUMNS * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
        }
        for index, widget in enumerate([*widgets, {"type": "alarm", "properties": alarms}])
    ]
    text = json.dumps({"widgets": places})
    for name in ("function", "provider", "metrics"):
        text = text.replace(f"{{{name}}}", names[name])
    return text


def _graphs(limits: Limits) -> Iterator[Json]:
    counts = [of_function(name) for name in ("Invocations", "Errors", "Throttles")]
    yield {"title": "Requests", "metrics": _lines(counts)}
    reasons = ("Concurrency", "CPU", "Memory", "Disk")
    throttles = [of_function(f"{reason}Throttles") for reason in reasons]
    yield {"title": "Throttles by reason", "metrics": _lines(throttles)}
    yield {"title": "First byte, ms", "metrics": _lines([first_byte("p50"), first_byte("p99")])}
    yield {
        "title": "Requests in the busiest environment",
        "metrics": _queries(requests=of_environments("MAX", "ExecutionEnvironmentConcurrency")),
        "annotations": _limit("concurrency limit", limits.max_concurrency),
    }
    yield {
        "title": "Busiest environment, %",
        "metrics": _queries(
            CPU=of_environments("MAX", "ExecutionEnvironmentCPUUtilization"),
            memory=of_environments("MAX", "ExecutionEnvironmentMemoryUtilization"),
        ),
    }
    yield {
        "title": "Busiest instance, %",
        "metrics": _queries(
            CPU=of_provider("CPUUtilization"), memory=of_provider("MemoryUtilization")
        ),
    }
    by_type = of_provider("vCPUAllocated") + " GROUP BY InstanceType"
    vcpus: Json = {"title": "vCPUs that are paid for", "metrics": [[{"expression": by_type}]]}
    if limits.max_vcpu is not None:
        vcpus["annotations"] = _limit("maximum", limits.max_vcpu)
    yield vcpus


def _lines(metrics: Sequence[Metric]) -> list[list[object]]:
    return [
        [
            metric.namespace,
            metric.name,
            *chain.from_iterable(metric.dimensions.items()),
            {"stat": metric.stat},
        ]
        for metric in metrics
    ]


def _queries(**by_label: str) -> list[list[Json]]:
    return [[{"expression": query, "label": label}] for label, query in by_label.items()]


def _limit(label: str, value: int) -> Json:
    """Return a horizontal line."""
    return {"horizontal": [{"label": label, "value": value}]}
