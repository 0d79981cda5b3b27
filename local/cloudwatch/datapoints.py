"""What alarms watch: datapoints of metrics, Metrics Insights queries, and metric math over them.

Datapoints are read from moto's own store, because its API computes neither percentiles nor queries.
An expression of metric math that the local AWS evaluates, with arithmetic, FILL and SUM, is also
one of Python, whose parser reads it
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
"""

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from math import ceil
from typing import Any, Final, cast

from moto.cloudwatch.models import (
    MetricAggregatedDatum,
    MetricDatum,
    MetricDatumBase,
    Statistics,
    cloudwatch_backends,
)

from local.account import ACCOUNT_ID

Series = list[float | None]
"""Datapoints, one for each period, oldest first; ``None`` is a period without data."""

_Metric = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions of a metric."""

_OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float | None]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right if right else None,
}

_QUERY: Final = re.compile(
    r"""SELECT\ (?P<aggregate>[A-Z]+)\((?P<metric>\w+)\)
    \ FROM\ SCHEMA\("(?P<namespace>[^"]+)",\ (?P<dimensions>[\w, ]+)\)
    (\ WHERE\ (?P<name>\w+)\ =\ '(?P<value>[^']*)')?
    (\ GROUP\ BY\ (?P<group>\w+))?""",
    re.VERBOSE,
)
"""The queries that the local AWS evaluates
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html)."""

_STATISTIC_OF: Final = {
    "AVG": "Average",
    "COUNT": "SampleCount",
    "MAX": "Maximum",
    "MIN": "Minimum",
    "SUM": "Sum",
}


class UnsupportedExpressionError(Exception):
    """An expression or a statistic that the local AWS does not evaluate."""


def evaluate(expression: str, known: Mapping[str, Sequence[Series]], periods: int) -> Series:
    """Evaluate an expression over the results of other queries, by their ids.

    A query with ``GROUP BY`` has several results. Every series has a value for each period.
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise UnsupportedExpressionError(f"the expression {expression!r}") from None
    return _value(tree, known, periods)


def _value(node: ast.expr, known: Mapping[str, Sequence[Series]], periods: int) -> Series:
    match node:
        case ast.Constant(value=int() | float() as number):
            return [float(number)] * periods
        case ast.Name(id=name) if len(known.get(name, ())) == 1:
            return known[name][0]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            pairs = zip(_value(left, known, periods), _value(right, known, periods), strict=True)
            apply = _OPERATORS[type(op)]
            return [None if a is None or b is None else apply(a, b) for a, b in pairs]
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, ast.Constant(value=int() as number)]):
            series = _value(filled, known, periods)
            return [number if value is None else value for value in series]
        case ast.Call(func=ast.Name(id="SUM"), args=[ast.Name(id=name)]) if name in known:
            return [_sum(values) for values in zip(*known[name], strict=True)] or [None] * periods
        case _:
            raise UnsupportedExpressionError(f"the expression {ast.unparse(node)!r}")


def _sum(values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return sum(present) if present else None


class Datapoints:
    """Reads the metrics of a region over periods of which the newest ends at ``end``.

    ``end`` and the lengths of periods are in seconds, the former since 1970.
    """

    def __init__(self, region: str, end: float) -> None:
        self._end = end
        self._data: dict[_Metric, list[MetricDatumBase]] = defaultdict(list)
        for datum in list(cloudwatch_backends[ACCOUNT_ID][region].get_all_metrics()):
            dimensions = frozenset((str(each.name), str(each.value)) for each in datum.dimensions)
            self._data[datum.namespace, datum.name, dimensions].append(datum)

    def of_metric(self, metric: Mapping[str, Any], stat: str, period: int, periods: int) -> Series:
        """Return a statistic of one metric, which is given as the API does."""
        named = metric.get("Dimensions", [])
        dimensions = frozenset((each["Name"], each["Value"]) for each in named)
        data = self._data.get((metric["Namespace"], metric["MetricName"], dimensions), [])
        return self._series(data, stat, period, periods)

    def of_query(self, query: str, period: int, periods: int) -> list[Series]:
        """Return the results of a Metrics Insights query, one for each group."""
        match = _QUERY.fullmatch(query)
        if match is None or match["aggregate"] not in _STATISTIC_OF:
            raise UnsupportedExpressionError(f"the query {query!r}")
        wanted = (match["namespace"], match["metric"], set(match["dimensions"].split(", ")))
        groups: dict[str | None, list[MetricDatumBase]] = defaultdict(list)
        for (namespace, name, dimensions), data in self._data.items():
            own = dict(dimensions)
            if (namespace, name, set(own)) == wanted and own.get(match["name"]) == match["value"]:
                groups[own.get(match["group"])] += data
        stat = _STATISTIC_OF[match["aggregate"]]
        found = [self._series(data, stat, period, periods) for data in groups.values()]
        return found or [[None] * periods]

    def _series(
        self, data: Sequence[MetricDatumBase], stat: str, period: int, periods: int
    ) -> Series:
        by_period: list[list[MetricDatumBase]] = [[] for _ in range(periods)]
        for datum in data:
            age = self._end - datum.timestamp.replace(tzinfo=UTC).timestamp()
            if 0 <= age < period * periods:
                by_period[-1 - int(age // period)].append(datum)
        return [_statistic(stat, each) if each else None for each in by_period]


def _statistic(stat: str, data: list[MetricDatumBase]) -> float:
    if percentile := re.fullmatch(r"p(\d+(?:\.\d+)?)", stat):
        # Of a statistic set, such as each minute's of Duration, the greatest value counts.
        ranked = sorted(_greatest(datum) for datum in data)
        return ranked[max(0, ceil(len(ranked) * float(percentile[1]) / 100) - 1)]
    statistics = Statistics([stat], data[0].timestamp)
    statistics.metric_data = data
    value = statistics.get_statistics_for_type(stat)
    if value is None:
        raise UnsupportedExpressionError(f"the statistic {stat}")
    return float(value)


def _greatest(datum: MetricDatumBase) -> float:
    is_set = isinstance(datum, MetricAggregatedDatum)
    return datum.max if is_set else cast("MetricDatum", datum).value
