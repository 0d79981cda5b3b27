"""The dashboard: requests and latency first, then environments, then instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .alarms import PERIOD, Limits, Metric, first_byte, of_environments, of_function, of_provider

Json = dict[str, object]

_WIDTH: Final = 12
_HEIGHT: Final = 6
_COLUMNS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Graph:
    """One graph."""

    title: str
    lines: Sequence[Metric] | Mapping[str, str]  # metrics, or queries by their labels
    limit: tuple[str, float] | None = None  # a horizontal line, and its label


def graphs(limits: Limits) -> Sequence[Graph]:
    """Return the graphs of the dashboard, in their order."""
    return (
        Graph(
            title="Requests",
            lines=[of_function(name, "Sum") for name in ("Invocations", "Errors", "Throttles")],
        ),
        Graph(
            title="Throttles by reason",
            lines=[
                of_function(f"{reason}Throttles", "Sum")
                for reason in ("Concurrency", "CPU", "Memory", "Disk")
            ],
        ),
        Graph(title="First byte, ms", lines=[first_byte("p50"), first_byte("p99")]),
        Graph(
            title="Requests in the busiest environment",
            lines={"requests": of_environments("MAX", "ExecutionEnvironmentConcurrency")},
            limit=("concurrency limit", limits.max_concurrency),
        ),
        Graph(
            title="Busiest environment, %",
            lines={
                "CPU": of_environments("MAX", "ExecutionEnvironmentCPUUtilization"),
                "memory": of_environments("MAX", "ExecutionEnvironmentMemoryUtilization"),
            },
        ),
        Graph(
            title="Busiest instance, %",
            lines={
                "CPU": of_provider("MAX", "CPUUtilization"),
                "memory": of_provider("MAX", "MemoryUtilization"),
            },
        ),
        Graph(
            title="vCPUs that are paid for",
            lines={"": of_provider("MAX", "vCPUAllocated") + " GROUP BY InstanceType"},
            limit=None if limits.max_vcpu is None else ("maximum", limits.max_vcpu),
        ),
    )


def body(
    shown: Sequence[Graph], region: str, names: Mapping[str, str], alarm_arns: Sequence[str]
) -> Json:
    """Return the body of the dashboard: two graphs in each row, and the alarms below.

    Parameters
    ----------
    names
        Values of ``{function}``, ``{provider}`` and ``{metrics}``.
    """
    widgets = [_widget(graph, region, names) for graph in shown]
    alarms: Json = {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarm_arns)}}
    return {
        "widgets": [
            {
                **widget,
                "x": index % _COLUMNS * _WIDTH,
                "y": index // _COLUMNS * _HEIGHT,
                "width": _WIDTH,
                "height": _HEIGHT,
            }
            for index, widget in enumerate([*widgets, alarms])
        ]
    }


def _widget(graph: Graph, region: str, names: Mapping[str, str]) -> Json:
    lines = graph.lines
    properties: Json = {
        "title": graph.title,
        "region": region,
        "period": PERIOD,
        "metrics": [_query(label, lines[label], names) for label in lines]
        if isinstance(lines, Mapping)
        else [_metric(metric, names) for metric in lines],
    }
    if graph.limit is not None:
        label, value = graph.limit
        properties["annotations"] = {"horizontal": [{"label": label, "value": value}]}
    return {"type": "metric", "properties": properties}


def _metric(metric: Metric, names: Mapping[str, str]) -> list[object]:
    dimensions = [
        text for name, value in metric.dimensions.items() for text in (name, value.format(**names))
    ]
    namespace = metric.namespace.format(**names)
    return [namespace, metric.name, *dimensions, {"stat": metric.stat}]


def _query(label: str, query: str, names: Mapping[str, str]) -> list[Json]:
    line: Json = {"expression": query.format(**names)}
    return [{**line, "label": label}] if label else [line]
