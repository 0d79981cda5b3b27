"""CloudWatch's resource types: alarms and dashboards.

Source: docs/facts/aws-provider.md#alarms-and-dashboards.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.documents import same_document
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    Failure,
    ResourceType,
    block,
    boolean,
    integer,
    listing,
    mapping,
    number,
    output,
    string,
    unordered,
)
from local.provider.tagging import CLOUDWATCH, tag_map
from local.provider.validators import (
    arn,
    at_least,
    at_most_items,
    json_document,
    length,
    one_of,
    one_of_enum,
    pattern,
)
from local.provider.values import Props, Value

_GONE = ("ResourceNotFound", "ResourceNotFoundException")
_OF_ONE_METRIC = ("dimensions", "extendedStatistic", "metricName", "namespace", "period")
_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60
_MAX_ACTIONS = 5


def _metrics_exclude_one_another(inputs: Props) -> Iterable[Failure]:
    if inputs.get("metricQueries"):
        for name in (*_OF_ONE_METRIC, "statistic"):
            if inputs.get(name):
                yield name, f'"{name}": conflicts with metric_query'
    if inputs.get("statistic") and inputs.get("extendedStatistic"):
        yield "statistic", '"statistic": conflicts with extended_statistic'


def _period(name: str, value: Value) -> str | None:
    if value in _SHORT_PERIODS or (isinstance(value, int) and value > 0 and value % _MINUTE == 0):
        return None
    return f'"{name}" must be 10, 20, 30, or a multiple of 60, got {value}'


_STATISTIC = string(validators=(one_of_enum("cloudwatch", "Statistic"),))
_UNIT = string(validators=(one_of_enum("cloudwatch", "StandardUnit"),))
_METRIC = block(
    fields={
        "dimensions": mapping(),
        "metricName": string(required=True, validators=(length(1, 255),)),
        "namespace": string(validators=(length(1, 255),)),
        "period": integer(required=True, validators=(_period,)),
        "stat": string(required=True),
        "unit": _UNIT,
    }
)
_QUERY = block(
    fields={
        "accountId": string(),
        "expression": string(validators=(length(1, 1024),)),
        "id": string(
            required=True,
            validators=(pattern(r"[a-z][a-zA-Z0-9_]{0,254}", "must begin with a small letter"),),
        ),
        "label": string(),
        "metric": _METRIC,
        "period": integer(validators=(_period,)),
        "returnData": boolean(),
    }
)


class MetricAlarm(ResourceType):
    """An alarm on a metric, or on an expression. CloudWatch keeps the order of its queries."""

    pulumi_type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    auto_name = AutoName()
    rules = (_metrics_exclude_one_another,)
    properties = MappingProxyType(
        {
            "actionsEnabled": boolean(default=True),
            "alarmActions": unordered(item=string(validators=(arn,))),
            "alarmDescription": string(validators=(length(0, 1024),)),
            "comparisonOperator": string(
                validators=(one_of_enum("cloudwatch", "ComparisonOperator"),)
            ),
            "datapointsToAlarm": integer(validators=(at_least(1),)),
            "dimensions": mapping(sent=False),
            "evaluateLowSampleCountPercentiles": string(
                computed=True,
                member="EvaluateLowSampleCountPercentile",
                validators=(one_of("evaluate", "ignore"),),
            ),
            "evaluationPeriods": integer(validators=(at_least(1),)),
            "extendedStatistic": string(),
            "insufficientDataActions": unordered(
                item=string(validators=(arn,)), validators=(at_most_items(_MAX_ACTIONS),)
            ),
            "metricName": string(validators=(length(1, 255),)),
            "metricQueries": listing(item=_QUERY, sent=False),
            "name": string(replaces=True, member="AlarmName", validators=(length(1, 255),)),
            "namespace": string(validators=(length(1, 255),)),
            "okActions": unordered(
                item=string(validators=(arn,)),
                member="OKActions",
                validators=(at_most_items(_MAX_ACTIONS),),
            ),
            "period": integer(validators=(_period,)),
            "statistic": _STATISTIC,
            "threshold": number(),
            "thresholdMetricId": string(),
            "treatMissingData": string(
                default="missing",
                validators=(one_of("missing", "notBreaching", "breaching", "ignore"),),
            ),
            "unit": _UNIT,
            "region": REGION,
            **TAGS,
            "arn": output(member="AlarmArn"),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the alarm, with its tags."""
        self._put(aws, inputs, **CLOUDWATCH.creation(inputs))
        return inputs["name"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the alarm."""
        found = aws.call("cloudwatch", "describe_alarms", AlarmNames=[existing.id])["MetricAlarms"]
        if not found:
            return None
        alarm = found[0]
        tags = aws.call("cloudwatch", "list_tags_for_resource", ResourceARN=alarm["AlarmArn"])
        return {
            **from_api(self.properties, alarm),
            "dimensions": _dimension_map(alarm.get("Dimensions", [])),
            "metricQueries": [_query_from_api(query) for query in alarm.get("Metrics", [])],
            "tagsAll": tag_map(tags["Tags"]),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Put the alarm again, which keeps its tags, and update the tags."""
        self._put(aws, change.new)
        CLOUDWATCH.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the alarm."""
        aws.find("cloudwatch", "delete_alarms", _GONE, AlarmNames=[existing.id])

    def _put(self, aws: Aws, inputs: Props, **more: object) -> None:
        queries = [_query_to_api(query) for query in inputs.get("metricQueries", [])]
        aws.call(
            "cloudwatch",
            "put_metric_alarm",
            **to_api(self.properties, inputs),
            Dimensions=_dimension_list(inputs.get("dimensions", {})) or None,
            Metrics=queries or None,
            **more,
        )


class Dashboard(ResourceType):
    """A dashboard. The program names it, since the provider does not."""

    pulumi_type = "aws:cloudwatch/dashboard:Dashboard"
    properties = MappingProxyType(
        {
            "dashboardBody": string(required=True, same=same_document, validators=(json_document,)),
            "dashboardName": string(
                required=True,
                replaces=True,
                validators=(
                    length(1, 255),
                    pattern(r"[-_a-zA-Z0-9]+", "only letters, digits, hyphens and underscores"),
                ),
            ),
            "region": REGION,
            "dashboardArn": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the dashboard."""
        aws.call("cloudwatch", "put_dashboard", **to_api(self.properties, inputs))
        return inputs["dashboardName"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the dashboard."""
        answer = aws.find("cloudwatch", "get_dashboard", _GONE, DashboardName=existing.id)
        return answer and from_api(self.properties, answer)

    def update(self, aws: Aws, change: Change) -> None:
        """Put the new body."""
        aws.call("cloudwatch", "put_dashboard", **to_api(self.properties, change.new))

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the dashboard."""
        aws.find("cloudwatch", "delete_dashboards", _GONE, DashboardNames=[existing.id])


def _query_to_api(query: Props) -> dict[str, Any]:
    """Return a query as the API spells it, which separates the metric from its statistic."""
    members = to_api(_QUERY.fields, {**query, "metric": None})
    if metric := query.get("metric"):
        asked = to_api(_METRIC.fields, metric, "period", "stat", "unit")
        named = to_api(_METRIC.fields, metric, "metricName", "namespace")
        dimensions = _dimension_list(metric.get("dimensions", {}))
        members["MetricStat"] = {**asked, "Metric": {**named, "Dimensions": dimensions}}
    return members


def _query_from_api(members: Mapping[str, Any]) -> dict[str, Any]:
    query = from_api(_QUERY.fields, members)
    if stat := members.get("MetricStat"):
        query["metric"] = {
            **from_api(_METRIC.fields, stat, "period", "stat", "unit"),
            **from_api(_METRIC.fields, stat["Metric"], "metricName", "namespace"),
            "dimensions": _dimension_map(stat["Metric"].get("Dimensions", [])),
        }
    return query


def _dimension_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _dimension_map(dimensions: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in dimensions}
