"""What alarms watch: datapoints of metrics, Metrics Insights queries, and metric math over them.

Datapoints are read from moto's own store, because its API computes neither percentiles nor queries.
An expression of metric math that the local AWS evaluates, with arithmetic, FILL and SUM, is also
one of Python, whose parser reads it
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
"""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from math import ceil
from typing import Final, cast

from moto.cloudwatch.models import (
    MetricAggregatedDatum,
    MetricDatum,
    MetricDatumBase,
    cloudwatch_backends,
)

from local.account import ACCOUNT_ID

Series = list[float | None]
"""Datapoints, one for each period, oldest first; ``None`` is a period without data."""

_OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float | None]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right if right else None,
}

Dimensions = Mapping[str, str]

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
    """Reads the metrics of a region over a number of periods.

    The newest one ends at ``end``, in seconds since 1970.
    """

    def __init__(self, region: str, end: float, periods: int) -> None:
        self._data = list(cloudwatch_backends[ACCOUNT_ID][region].get_all_metrics())
        self._end = end
        self._periods = periods

    def of_metric(
        self, namespace: str, name: str, dimensions: Dimensions, *, stat: str, period: int
    ) -> Series:
        """Return a statistic of one metric."""
        found = self._find(namespace, name, lambda own: own == dimensions)
        return self._series(found, stat, period)

    def of_query(self, query: str, period: int) -> list[Series]:
        """Return the results of a Metrics Insights query, one for each group."""
        match = _QUERY.fullmatch(query)
        if match is None or match["aggregate"] not in _STATISTIC_OF:
            raise UnsupportedExpressionError(f"the query {query!r}")
        names = set(match["dimensions"].split(", "))

        def fits(own: Dimensions) -> bool:
            return set(own) == names and (
                match["name"] is None or own.get(match["name"]) == match["value"]
            )

        groups: dict[str | None, list[MetricDatumBase]] = defaultdict(list)
        for datum in self._find(match["namespace"], match["metric"], fits):
            groups[_dimensions(datum).get(match["group"])].append(datum)
        stat = _STATISTIC_OF[match["aggregate"]]
        series = [self._series(data, stat, period) for data in groups.values()]
        return series or [[None] * self._periods]

    def _find(
        self, namespace: str, name: str, fits: Callable[[Dimensions], bool]
    ) -> list[MetricDatumBase]:
        return [
            datum
            for datum in self._data
            if datum.namespace == namespace and datum.name == name and fits(_dimensions(datum))
        ]

    def _series(self, data: Sequence[MetricDatumBase], stat: str, period: int) -> Series:
        by_period: list[list[MetricDatumBase]] = [[] for _ in range(self._periods)]
        for datum in data:
            age = self._end - datum.timestamp.replace(tzinfo=UTC).timestamp()
            if 0 <= age < period * self._periods:
                by_period[-1 - int(age // period)].append(datum)
        return [_statistic(stat, each) if each else None for each in by_period]


def _dimensions(datum: MetricDatumBase) -> dict[str, str]:
    return {str(dimension.name): str(dimension.value) for dimension in datum.dimensions}


def _statistic(stat: str, data: Sequence[MetricDatumBase]) -> float:
    sets = [_statistic_set(datum) for datum in data]
    lowest, highest, totals, counts = zip(*sets, strict=True)
    match stat:
        case "Minimum":
            return min(lowest)
        case "Maximum":
            return max(highest)
        case "Sum":
            return sum(totals)
        case "SampleCount":
            return sum(counts)
        case "Average":
            return sum(totals) / sum(counts)
        case _ if percentile := re.fullmatch(r"p(\d+(?:\.\d+)?)", stat):
            # Of single values alone: as on CloudWatch, statistic sets have no percentiles.
            ranked = sorted(highest)
            return ranked[max(0, ceil(len(ranked) * float(percentile[1]) / 100) - 1)]
        case _:
            raise UnsupportedExpressionError(f"the statistic {stat}")


def _statistic_set(datum: MetricDatumBase) -> tuple[float, float, float, float]:
    """Return minimum, maximum, sum and number of values."""
    if isinstance(datum, MetricAggregatedDatum):
        return datum.min, datum.max, datum.sum, datum.sample_count
    value = cast("MetricDatum", datum).value
    return value, value, value, 1
