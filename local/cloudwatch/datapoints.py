"""Datapoints of metrics, and of Metrics Insights queries over them.

They are read from moto's own store, because its API computes neither percentiles nor queries.
"""

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
from local.cloudwatch.metric_math import Series, UnsupportedExpressionError

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
