"""Alarms, topic, dashboard and saved queries: there when they are asked for, and what they say."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from infra import program
from infra.observability import Limits, billed
from infra.observability.alarms import alarms
from infra.observability.component import FIRST_BYTE_PATTERN, LOG_QUERIES
from tests.infra.declared import (
    ACCOUNT,
    PROJECT_FILE,
    REGION,
    Program,
    Resource,
    declare,
    declare_by,
    defaults,
)

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
KEY = "aws:kms/key:Key"
OBSERVABILITY = "lmi-streaming:infra:Observability"
QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition"
TOPIC = "aws:sns/topic:Topic"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:lmi-streaming-alarms-1a2b3c4"
FUNCTION = PROVIDER = "lmi-streaming-1a2b3c4"

LIMITS = Limits(max_concurrency=64, max_vcpu=20, timeout_seconds=120, always_runs=True)


@pytest.fixture(scope="module")
def watched() -> Program:
    """Declare the program with its observability on. Tests only read it."""
    return declare(observability=True)


def alarm(program: Program, name: str) -> Resource:
    (found,) = [each for each in program.all(ALARM) if each.name == f"lmi-streaming-{name}"]
    return found


def last_query(alarm: Resource) -> Any:
    """Return the one query that an alarm watches."""
    (query,) = [query for query in alarm.inputs["metricQueries"] if query["returnData"]]
    return query


def test_observability_is_off_by_default(default: Program) -> None:
    assert not default.all(OBSERVABILITY)
    assert not default.all(ALARM)
    assert "alarm_topic_arn" not in default.outputs


def test_everything_belongs_to_the_component(watched: Program) -> None:
    parents = {
        resource.type: resource.parent
        for type_ in (ALARM, DASHBOARD, FILTER, KEY, QUERY, TOPIC)
        for resource in watched.all(type_)
    }

    assert len(parents) == 6
    assert set(parents.values()) == {OBSERVABILITY}
    assert watched.outputs["alarm_topic_arn"] == TOPIC_ARN
    assert watched.outputs["dashboard"] == f"lmi-streaming-dev-{REGION}"


@pytest.mark.parametrize(
    ("name", "threshold", "comparison"),
    [
        ("throttles", 1, "GreaterThanThreshold"),
        ("errors", 1, "GreaterThanThreshold"),
        ("first-byte", 2000, "GreaterThanThreshold"),
        ("concurrency", pytest.approx(51.2), "GreaterThanThreshold"),  # 80 % of 64
        ("environment-cpu", 80, "GreaterThanThreshold"),
        ("environment-memory", 90, "GreaterThanThreshold"),
        ("provider-cpu", 90, "GreaterThanThreshold"),
        ("provider-memory", 90, "GreaterThanThreshold"),
        ("vcpu", 16, "GreaterThanThreshold"),  # 80 % of 20
        ("nothing-runs", 1, "LessThanThreshold"),
    ],
)
def test_each_alarm_has_its_threshold_and_publishes_to_the_topic(
    watched: Program, name: str, threshold: float, comparison: str
) -> None:
    inputs = alarm(watched, name).inputs

    assert inputs["threshold"] == threshold
    assert inputs["comparisonOperator"] == comparison
    assert inputs["alarmActions"] == inputs["okActions"] == [TOPIC_ARN]
    assert last_query(alarm(watched, name)) == inputs["metricQueries"][-1]


def test_there_are_no_other_alarms(watched: Program) -> None:
    assert len(watched.all(ALARM)) == 10


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        (
            "throttles",
            "100 * FILL(throttles, 0) / (FILL(invocations, 0) + FILL(throttles, 0))",
        ),
        ("errors", "100 * FILL(errors, 0) / invocations"),
        ("vcpu", "SUM(types)"),
        (
            "concurrency",
            'SELECT MAX(ExecutionEnvironmentConcurrency) FROM SCHEMA("AWS/Lambda", '  # noqa: S608
            f"CapacityProviderName, FunctionName, Resource) WHERE FunctionName = '{FUNCTION}'",
        ),
        (
            "provider-cpu",
            'SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/Lambda", CapacityProviderName, '  # noqa: S608
            f"InstanceType) WHERE CapacityProviderName = '{PROVIDER}'",
        ),
    ],
)
def test_what_an_alarm_watches(watched: Program, name: str, expression: str) -> None:
    assert last_query(alarm(watched, name))["expression"] == expression


def test_vcpus_are_summed_over_instance_types(watched: Program) -> None:
    by_type = alarm(watched, "vcpu").inputs["metricQueries"][0]

    assert by_type["expression"].startswith("SELECT MAX(vCPUAllocated) FROM SCHEMA")
    assert by_type["expression"].endswith(
        f"WHERE CapacityProviderName = '{PROVIDER}' GROUP BY InstanceType"
    )


def test_metrics_are_read_every_five_minutes(watched: Program) -> None:
    periods = {
        query["metric"]["period"] if "metric" in query else query.get("period")
        for found in watched.all(ALARM)
        for query in found.inputs["metricQueries"]
    }

    # Only an expression over other queries has no period of its own.
    assert periods == {300, None}


@pytest.mark.parametrize("name", ["throttles", "concurrency", "provider-cpu", "first-byte"])
def test_missing_data_does_not_fire_an_alarm(watched: Program, name: str) -> None:
    assert alarm(watched, name).inputs["treatMissingData"] == "notBreaching"


def test_missing_data_of_all_environments_fires_an_alarm(watched: Program) -> None:
    assert alarm(watched, "nothing-runs").inputs["treatMissingData"] == "breaching"


NIGHTS = [
    {"name": "evening", "cron": "0 19 ? * * *", "minimum": 0, "maximum": 0},
    {"name": "morning", "cron": "0 7 ? * * *"},
]


def test_a_schedule_that_parks_the_function_fires_no_alarm() -> None:
    parked = declare(observability=True, schedules=NIGHTS)

    assert "lmi-streaming-nothing-runs" not in {each.name for each in parked.all(ALARM)}
    # Nothing fires for a lack of data, and without invocations no share has data.
    for each in parked.all(ALARM):
        assert each.inputs["treatMissingData"] == "notBreaching"
    for name in ("throttles", "errors"):
        assert "FILL(invocations" not in last_query(alarm(parked, name))["expression"]


def test_schedules_that_never_park_leave_the_alarms_as_they_are(watched: Program) -> None:
    peaks = declare(observability=True, schedules=[{**NIGHTS[0], "minimum": 6, "maximum": 9}])

    assert {each.name for each in peaks.all(ALARM)} - {"lmi-streaming-schedule-failed"} == {
        each.name for each in watched.all(ALARM)
    }
    assert last_query(alarm(peaks, "throttles")) == last_query(alarm(watched, "throttles"))


def test_a_call_of_a_schedule_that_fails_fires_an_alarm() -> None:
    watched = declare(observability=True, schedules=NIGHTS)
    failed = alarm(watched, "schedule-failed")

    queue = "lmi-streaming-failed-schedules-1a2b3c4"
    assert last_query(failed)["metric"]["namespace"] == "AWS/SQS"
    assert last_query(failed)["metric"]["dimensions"] == {"QueueName": queue}
    assert (failed.inputs["threshold"], failed.inputs["evaluationPeriods"]) == (0, 1)
    items = watched.outputs["idle_cost"]["items"]
    assert items["alarm"].startswith(f"{len(watched.all(ALARM))} x ")


def test_a_parked_function_has_no_alarm_for_missing_data() -> None:
    parked = Limits(max_concurrency=64, max_vcpu=20, timeout_seconds=120, always_runs=False)

    names = {each.name for each in alarms(parked)}

    assert names == {each.name for each in alarms(LIMITS)} - {"nothing-runs"}
    assert billed(parked)["alarm"] == billed(LIMITS)["alarm"] - 1


def test_an_existing_provider_has_no_alarm_for_its_vcpus() -> None:
    provider = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"
    program = declare(observability=True, capacityProviderArn=provider)

    assert "lmi-streaming-vcpu" not in {found.name for found in program.all(ALARM)}
    assert "= 'shared'" in last_query(alarm(program, "provider-cpu"))["expression"]


@pytest.mark.parametrize(
    ("timeout", "periods"),
    # A failed stream counts at its beginning: 900 s ago is three periods back.
    [(1, 3), (300, 3), (301, 4), (900, 5)],
)
def test_the_alarm_for_errors_covers_the_longest_stream(timeout: int, periods: int) -> None:
    inputs = alarm(declare(observability=True, timeoutSeconds=timeout), "errors").inputs

    assert inputs["evaluationPeriods"] == periods
    assert inputs["datapointsToAlarm"] == 2


def test_every_alarm_says_what_it_means(watched: Program) -> None:
    for found in watched.all(ALARM):
        assert len(found.inputs["alarmDescription"]) > 30


def test_every_alarm_has_its_row_in_the_documentation() -> None:
    page = (PROJECT_FILE.parent / "docs/operations.md").read_text()
    section = page.partition("## Alarms")[2].partition("## From error to fix")[0]

    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.M) == [
        each.name for each in alarms(replace(LIMITS, has_schedules=True))
    ]


def test_the_topic_is_encrypted_with_a_key_that_cloudwatch_may_use(watched: Program) -> None:
    key = watched.one(KEY)
    account, cloudwatch = json.loads(key.inputs["policy"])["Statement"]

    assert watched.one(TOPIC).inputs["kmsMasterKeyId"].startswith(f"arn:aws:kms:{REGION}")
    assert key.inputs["enableKeyRotation"] is True
    assert account["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert cloudwatch["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert cloudwatch["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_only_alarms_of_the_account_may_publish(watched: Program) -> None:
    policy = watched.one("aws:sns/topicPolicy:TopicPolicy").inputs
    (statement,) = json.loads(policy["policy"])["Statement"]

    assert policy["arn"] == statement["Resource"] == TOPIC_ARN
    assert statement["Action"] == ["sns:Publish"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_alarms_come_after_the_topics_policy(watched: Program) -> None:
    policy = watched.one("aws:sns/topicPolicy:TopicPolicy")

    for found in watched.all(ALARM):
        assert policy.urn in watched.before(found)


def test_first_bytes_are_measured_from_the_functions_log(watched: Program) -> None:
    inputs = watched.one(FILTER).inputs
    metric = last_query(alarm(watched, "first-byte"))["metric"]

    assert inputs["logGroupName"] == "lmi-streaming-1a2b3c4"
    assert inputs["pattern"] == FIRST_BYTE_PATTERN
    assert inputs["metricTransformation"]["value"] == "$.record.spans[0].durationMs"
    assert inputs["metricTransformation"]["namespace"] == metric["namespace"] == "lmi-streaming/dev"
    assert inputs["metricTransformation"]["name"] == metric["metricName"]


def test_the_dashboard_shows_the_alarms_and_what_they_watch(watched: Program) -> None:
    inputs = watched.one(DASHBOARD).inputs
    widgets = json.loads(inputs["dashboardBody"])["widgets"]
    (shown,) = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]

    assert len(shown) == 10
    assert len({(widget["x"], widget["y"]) for widget in widgets}) == len(widgets)
    for metric in ("Throttles", "ConcurrencyThrottles", "FirstByte", "vCPUAllocated"):
        assert metric in inputs["dashboardBody"]
    assert not re.search(r"\{(function|provider|metrics)\}", inputs["dashboardBody"])


def test_queries_are_saved_in_a_folder_of_the_stack(watched: Program) -> None:
    saved = {query.inputs["name"]: query.inputs for query in watched.all(QUERY)}

    assert saved.keys() == {f"lmi-streaming/dev/{name}" for name in LOG_QUERIES}
    for inputs in saved.values():
        assert inputs["logGroupNames"] == ["lmi-streaming-1a2b3c4"]


def test_observability_is_part_of_the_cost(watched: Program) -> None:
    assert watched.outputs["idle_cost"]["items"] == {
        "interface_endpoint_in_a_zone": "6 x 7.30: 43.80 USD",
        "alarm": "10 x 0.10: 1.00 USD",
        "custom_metric": "1 x 0.30: 0.30 USD",
        "dashboard": "1 x 3.00: 3.00 USD",
        "kms_key": "1 x 1.00: 1.00 USD",
    }


def test_a_stack_may_have_a_dot_in_its_name() -> None:
    config = {**defaults(), "lmi-streaming:observability": True}
    declared = declare_by(program.main, config, stack="v1.2")

    assert declared.one(DASHBOARD).inputs["dashboardName"] == f"lmi-streaming-v1-2-{REGION}"
