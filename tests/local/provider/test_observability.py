"""Create, read, update and delete of what watches a service, by what AWS then holds."""

import json
from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from tests.local.provider.engine import REGION, Deployed, FakeEngine
from tests.local.provider.samples import (
    DASHBOARD,
    KEY,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    METRIC_ALARM,
    POLICY,
    QUERY_DEFINITION,
    TOPIC,
    TOPIC_ARN,
    TOPIC_POLICY,
)
from tests.local.provider.test_lifecycle import assert_gone, assert_settled

PER_FUNCTION = {"namespace": "AWS/Lambda", "metricName": "Errors"}
SHARE = [
    {
        "id": "errors",
        "metric": {
            **PER_FUNCTION,
            "dimensions": {"FunctionName": "demo"},
            "period": 300,
            "stat": "Sum",
        },
        "returnData": False,
    },
    {"id": "share", "expression": "100 * errors", "returnData": True},
]


@pytest.fixture
def cloudwatch(endpoint: ServedEndpoint) -> Any:
    return AwsClients(endpoint.url).get("cloudwatch", REGION)


@pytest.fixture
def topic(engine: FakeEngine) -> Deployed:
    return engine.deploy(TOPIC, {})


def test_alarm_on_one_metric(engine: FakeEngine, cloudwatch: Any) -> None:
    wanted = {
        **PER_FUNCTION,
        "dimensions": {"FunctionName": "demo"},
        "statistic": "Sum",
        "period": 300,
        "evaluationPeriods": 3,
        "threshold": 1.5,
        "comparisonOperator": "GreaterThanThreshold",
        "alarmActions": [TOPIC_ARN],
        "okActions": [TOPIC_ARN],
        "tags": {"a": "1"},
    }
    alarm = engine.deploy(METRIC_ALARM, wanted)
    assert alarm.id == alarm.outputs["name"]
    assert alarm.outputs["arn"] == (f"arn:aws:cloudwatch:{REGION}:{ACCOUNT_ID}:alarm:{alarm.id}")
    (found,) = cloudwatch.describe_alarms(AlarmNames=[alarm.id])["MetricAlarms"]
    assert found["Dimensions"] == [{"Name": "FunctionName", "Value": "demo"}]
    assert found["OKActions"] == [TOPIC_ARN]
    assert_settled(engine, alarm, wanted)
    wanted |= {"threshold": 2, "treatMissingData": "breaching", "tags": {"b": "2"}}
    alarm = engine.update(alarm, wanted)
    assert alarm.outputs["tagsAll"] == {"b": "2"}
    assert_settled(engine, alarm, wanted)
    assert_gone(engine, alarm)


def test_alarm_on_an_expression(engine: FakeEngine, cloudwatch: Any) -> None:
    wanted = {
        "metricQueries": SHARE,
        "evaluationPeriods": 3,
        "datapointsToAlarm": 2,
        "threshold": 1,
        "comparisonOperator": "GreaterThanThreshold",
    }
    alarm = engine.deploy(METRIC_ALARM, wanted)
    (found,) = cloudwatch.describe_alarms(AlarmNames=[alarm.id])["MetricAlarms"]
    assert found["Metrics"][0]["MetricStat"] == {
        "Metric": {
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": "demo"}],
        },
        "Period": 300,
        "Stat": "Sum",
    }
    assert_settled(engine, alarm, wanted)
    watched = {"id": "share", "expression": "200 * errors", "returnData": True}
    wanted |= {"metricQueries": [SHARE[0], watched]}
    alarm = engine.update(alarm, wanted)
    assert_settled(engine, alarm, wanted)
    assert_gone(engine, alarm)


def test_dashboard(engine: FakeEngine) -> None:
    wanted = {"dashboardName": "demo-board", "dashboardBody": '{"widgets":  []}'}
    board = engine.deploy(DASHBOARD, wanted)
    assert board.outputs["dashboardArn"].endswith(":dashboard/demo-board")
    assert_settled(engine, board, wanted)
    wanted |= {"dashboardBody": json.dumps({"widgets": [{"type": "text"}]})}
    board = engine.update(board, wanted)
    assert_settled(engine, board, wanted)
    assert_gone(engine, board)


def test_metric_of_log_lines(engine: FakeEngine) -> None:
    group = engine.deploy(LOG_GROUP, {})
    metric = {"name": "FirstByte", "namespace": "demo", "value": "$.ms", "unit": "Milliseconds"}
    wanted = {
        "logGroupName": group.id,
        "pattern": '{ $.type = "platform.report" }',
        "metricTransformation": metric,
    }
    counted = engine.deploy(LOG_METRIC_FILTER, wanted)
    assert_settled(engine, counted, wanted)
    wanted |= {"metricTransformation": {**metric, "value": "$.seconds", "unit": "Seconds"}}
    counted = engine.update(counted, wanted)
    assert_settled(engine, counted, wanted)
    assert_gone(engine, counted)


def test_saved_query(engine: FakeEngine) -> None:
    wanted = {"name": "demo/errors", "queryString": "fields @message", "logGroupNames": ["demo"]}
    query = engine.deploy(QUERY_DEFINITION, wanted)
    assert query.id == query.outputs["queryDefinitionId"]
    assert_settled(engine, query, wanted)
    wanted |= {"name": "demo/failures", "queryString": "fields @timestamp"}
    query = engine.update(query, wanted)
    assert_settled(engine, query, wanted)
    assert_gone(engine, query)


def test_key(engine: FakeEngine) -> None:
    wanted = {"enableKeyRotation": True, "policy": POLICY, "deletionWindowInDays": 7}
    key = engine.deploy(KEY, wanted)
    assert key.outputs["arn"] == f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/{key.id}"
    assert_settled(engine, key, wanted)
    wanted |= {"enableKeyRotation": False, "description": "of the demo", "tags": {"a": "1"}}
    key = engine.update(key, wanted)
    assert key.outputs["enableKeyRotation"] is False
    assert_settled(engine, key, wanted)
    assert_gone(engine, key)


def test_topic(engine: FakeEngine) -> None:
    key = engine.deploy(KEY, {})
    wanted = {"kmsMasterKeyId": key.outputs["arn"], "tags": {"a": "1"}}
    topic = engine.deploy(TOPIC, wanted)
    assert topic.id == topic.outputs["arn"]
    assert topic.outputs["owner"] == ACCOUNT_ID
    assert_settled(engine, topic, wanted)
    wanted |= {"displayName": "demo", "tags": {"b": "2"}}
    topic = engine.update(topic, wanted)
    assert topic.outputs["tagsAll"] == {"b": "2"}
    assert_settled(engine, topic, wanted)
    assert_gone(engine, topic)


def test_topic_policy(engine: FakeEngine, topic: Deployed) -> None:
    wanted = {"arn": topic.id, "policy": POLICY}
    policy = engine.deploy(TOPIC_POLICY, wanted)
    assert policy.id == topic.id
    assert_settled(engine, policy, wanted)
    wanted |= {"policy": POLICY.replace("logs:PutLogEvents", "sns:Publish")}
    policy = engine.update(policy, wanted)
    assert_settled(engine, policy, wanted)
    assert_gone(engine, policy)
    assert engine.refresh(topic) is not None


def test_the_policy_of_a_topic_goes_with_it(engine: FakeEngine, topic: Deployed) -> None:
    policy = engine.deploy(TOPIC_POLICY, {"arn": topic.id, "policy": POLICY})
    engine.destroy(topic)
    assert engine.refresh(policy) is None
    engine.destroy(policy)
