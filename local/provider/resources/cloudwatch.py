"""What is odd about CloudWatch's alarms, metric filters and saved queries."""

from collections.abc import Iterable, Mapping
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.operations import OrdinaryResource
from local.provider.schema import Change, Existing, Property
from local.provider.values import Props, Value

_METRIC = {"MetricName", "Namespace"}
_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60


def valid_period(name: str, value: Value) -> str | None:
    """Validate a period of a metric, in seconds."""
    if value in _SHORT_PERIODS or (isinstance(value, int) and value > 0 and value % _MINUTE == 0):
        return None
    return f'"{name}" must be 10, 20, 30, or a multiple of 60, got {value}'


class MetricAlarm(OrdinaryResource):
    """An alarm on a metric, or on an expression. CloudWatch keeps the order of its queries."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the alarm as the API spells it, with lists of dimensions and of queries."""
        queries = [self._query_to_api(query) for query in inputs.get("metricQueries", [])]
        return {
            **super().request(inputs, *names),
            "Dimensions": _dimension_list(inputs.get("dimensions", {})) or None,
            "Metrics": queries or None,
        }

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the dimensions and queries of the alarm."""
        return {
            "dimensions": _dimension_map(found.get("Dimensions", [])),
            "metricQueries": [self._query_from_api(query) for query in found.get("Metrics", [])],
        }

    @property
    def _query(self) -> Mapping[str, Property]:
        item = self.properties["metricQueries"].item
        return item.fields if item else {}

    def _query_to_api(self, query: Props) -> dict[str, Any]:
        """Return a query as the API spells it, which separates the metric from its statistic."""
        members = to_api(self._query, {**query, "metric": None})
        if metric := query.get("metric"):
            asked = to_api(self._query["metric"].fields, {**metric, "dimensions": None})
            named = {name: asked.pop(name) for name in _METRIC & asked.keys()}
            dimensions = _dimension_list(metric.get("dimensions", {}))
            members["MetricStat"] = {**asked, "Metric": {**named, "Dimensions": dimensions}}
        return members

    def _query_from_api(self, members: Mapping[str, Any]) -> dict[str, Any]:
        query = from_api(self._query, members)
        if stat := members.get("MetricStat"):
            query["metric"] = {
                **from_api(self._query["metric"].fields, {**stat, **stat["Metric"]}),
                "dimensions": _dimension_map(stat["Metric"].get("Dimensions", [])),
            }
        return query


def _dimension_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _dimension_map(dimensions: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in dimensions}


class LogMetricFilter(OrdinaryResource):
    """A metric filter of a log group. Its id is its name."""

    def update(self, aws: Aws, change: Change) -> None:
        """Replace the filter: moto would keep the old one beside the new."""
        self.delete(aws, Existing(change.id, change.old))
        super().update(aws, change)


class QueryDefinition(OrdinaryResource):
    """A saved query. A slash in its name makes a folder; its id is one that CloudWatch gives."""

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take the ARN, which ends in the id."""
        return Existing(import_id.rpartition(":")[2], {})
