"""CloudWatch's resource types: alarms and dashboards.

Source: docs/facts/aws-provider.md#alarms-and-dashboards.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.choices import choice
from local.provider.resources.documents import document
from local.provider.tagging import CLOUDWATCH
from local.provider.validators import arn, at_least, at_most_items, length, one_of, pattern
from local.provider.values import Props, Value

_OF_ONE_METRIC = ("dimensions", "extendedStatistic", "metricName", "namespace", "period")
_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60
_MAX_ACTIONS = 5


def _metrics_exclude_one_another(inputs: Props) -> Iterable[schema.Failure]:
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


_STATISTIC = choice("cloudwatch", "Statistic")
_UNIT = choice("cloudwatch", "StandardUnit")
_METRIC = schema.table(
    dimensions=schema.mapping(),
    metricName=schema.string(required=True, validators=(length(1, 255),)),
    namespace=schema.string(validators=(length(1, 255),)),
    period=schema.integer(required=True, validators=(_period,)),
    stat=schema.string(required=True),
    unit=_UNIT,
)
_QUERY = schema.table(
    accountId=schema.string(),
    expression=schema.string(validators=(length(1, 1024),)),
    id=schema.string(
        required=True,
        validators=(pattern(r"[a-z][a-zA-Z0-9_]{0,254}", "must begin with a small letter"),),
    ),
    label=schema.string(),
    metric=schema.block(fields=_METRIC),
    period=schema.integer(validators=(_period,)),
    returnData=schema.boolean(),
)


class MetricAlarm(OrdinaryResource):
    """An alarm on a metric, or on an expression. CloudWatch keeps the order of its queries."""

    pulumi_type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    id_layout = "{name}"
    auto_name = schema.AutoName()
    rules = (_metrics_exclude_one_another,)
    properties = schema.regional(
        actionsEnabled=schema.boolean(default=True),
        alarmActions=schema.unordered(item=schema.string(validators=(arn,))),
        alarmDescription=schema.string(validators=(length(0, 1024),)),
        comparisonOperator=choice("cloudwatch", "ComparisonOperator"),
        datapointsToAlarm=schema.integer(validators=(at_least(1),)),
        dimensions=schema.mapping(sent=False),
        evaluateLowSampleCountPercentiles=schema.string(
            computed=True,
            member="EvaluateLowSampleCountPercentile",
            validators=(one_of("evaluate", "ignore"),),
        ),
        evaluationPeriods=schema.integer(validators=(at_least(1),)),
        extendedStatistic=schema.string(),
        insufficientDataActions=schema.unordered(
            item=schema.string(validators=(arn,)), validators=(at_most_items(_MAX_ACTIONS),)
        ),
        metricName=schema.string(validators=(length(1, 255),)),
        metricQueries=schema.listing(item=schema.block(fields=_QUERY), sent=False),
        name=schema.string(replaces=True, member="AlarmName", validators=(length(1, 255),)),
        namespace=schema.string(validators=(length(1, 255),)),
        okActions=schema.unordered(
            item=schema.string(validators=(arn,)),
            member="OKActions",
            validators=(at_most_items(_MAX_ACTIONS),),
        ),
        period=schema.integer(validators=(_period,)),
        statistic=_STATISTIC,
        threshold=schema.number(),
        thresholdMetricId=schema.string(),
        treatMissingData=schema.string(
            default="missing",
            validators=(one_of("missing", "notBreaching", "breaching", "ignore"),),
        ),
        unit=_UNIT,
        arn=schema.output(member="AlarmArn"),
    )

    operations = Operations(
        service="cloudwatch",
        create="put_metric_alarm",
        read="describe_alarms",
        read_key={"AlarmNames": "[id]"},
        found="MetricAlarms",
        update="put_metric_alarm",
        delete="delete_alarms",
        delete_key={"AlarmNames": "[id]"},
        tagging=CLOUDWATCH,
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the alarm as the API spells it, with lists of dimensions and of queries."""
        queries = [_query_to_api(query) for query in inputs.get("metricQueries", [])]
        return {
            **super().request(inputs, *names),
            "Dimensions": _dimension_list(inputs.get("dimensions", {})) or None,
            "Metrics": queries or None,
        }

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the dimensions and queries of the alarm."""
        return {
            "dimensions": _dimension_map(found.get("Dimensions", [])),
            "metricQueries": [_query_from_api(query) for query in found.get("Metrics", [])],
        }


class Dashboard(OrdinaryResource):
    """A dashboard. The program names it, since the provider does not."""

    pulumi_type = "aws:cloudwatch/dashboard:Dashboard"
    id_layout = "{dashboardName}"
    properties = schema.regional(
        dashboardBody=document(required=True),
        dashboardName=schema.string(
            required=True,
            replaces=True,
            validators=(
                length(1, 255),
                pattern(r"[-_a-zA-Z0-9]+", "only letters, digits, hyphens and underscores"),
            ),
        ),
        dashboardArn=schema.output(),
    )

    operations = Operations(
        service="cloudwatch",
        create="put_dashboard",
        read="get_dashboard",
        update="put_dashboard",
        delete="delete_dashboards",
        delete_key={"DashboardNames": "[id]"},
        key={"DashboardName": "id"},
    )


def _query_to_api(query: Props) -> dict[str, Any]:
    """Return a query as the API spells it, which separates the metric from its statistic."""
    members = to_api(_QUERY, {**query, "metric": None})
    if metric := query.get("metric"):
        asked = to_api(_METRIC, metric, "period", "stat", "unit")
        named = to_api(_METRIC, metric, "metricName", "namespace")
        dimensions = _dimension_list(metric.get("dimensions", {}))
        members["MetricStat"] = {**asked, "Metric": {**named, "Dimensions": dimensions}}
    return members


def _query_from_api(members: Mapping[str, Any]) -> dict[str, Any]:
    query = from_api(_QUERY, members)
    if stat := members.get("MetricStat"):
        query["metric"] = {
            **from_api(_METRIC, stat, "period", "stat", "unit"),
            **from_api(_METRIC, stat["Metric"], "metricName", "namespace"),
            "dimensions": _dimension_map(stat["Metric"].get("Dimensions", [])),
        }
    return query


def _dimension_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _dimension_map(dimensions: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in dimensions}
