"""The output of functions is delivered, whatever happens to that of another one."""

import json
from pathlib import Path

import pytest
from moto.cloudwatch.models import MetricDatum, cloudwatch_backends

from infra.observability.component import FIRST_BYTE_PATTERN
from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.dataplane.model import LogStream
from local.endpoint import ServedEndpoint
from local.function_logs import FunctionLogs, log_file

REGION = "eu-west-1"


def test_a_file_that_cannot_be_written_stops_no_other_log(
    endpoint: ServedEndpoint, tmp_path: Path
) -> None:
    client = AwsClients(endpoint.url).get("logs", REGION)
    client.create_log_group(logGroupName="/two")
    log_file(tmp_path, "/one").mkdir()
    logs = FunctionLogs(tmp_path)

    logs.write(LogStream(REGION, "/one", "stream"), ["lost"])
    logs.write(LogStream(REGION, "/two", "stream"), ["kept"])
    logs.stop()

    assert log_file(tmp_path, "/two").read_text() == "stream  kept\n"
    found = client.get_log_events(logGroupName="/two", logStreamName="stream")["events"]
    assert [event["message"] for event in found] == ["kept"]


def test_a_function_without_a_log_group_gets_one(endpoint: ServedEndpoint, tmp_path: Path) -> None:
    logs = FunctionLogs(tmp_path)

    logs.write(LogStream(REGION, "/aws/lambda/plain", "stream"), ["kept"])
    logs.write(LogStream(REGION, "/declared-and-deleted", "stream"), ["lost"])
    logs.stop()

    found = AwsClients(endpoint.url).get("logs", REGION).describe_log_groups()["logGroups"]
    names = {group["logGroupName"] for group in found}
    assert "/aws/lambda/plain" in names
    assert "/declared-and-deleted" not in names


def report(milliseconds: float, span: str = "responseLatency") -> str:
    spans = [{"name": span, "durationMs": milliseconds}]
    return json.dumps({"type": "platform.report", "record": {"spans": spans}})


def put_filter(endpoint: ServedEndpoint, group: str, pattern: str) -> None:
    """Make a log group with a filter that counts into the namespace of the group's name."""
    logs = AwsClients(endpoint.url).get("logs", REGION)
    logs.create_log_group(logGroupName=group)
    logs.put_metric_filter(
        logGroupName=group,
        filterName="first-byte",
        filterPattern=pattern,
        metricTransformations=[
            {
                "metricName": "FirstByte",
                "metricNamespace": group,
                "metricValue": "$.record.spans[0].durationMs",
                "unit": "Milliseconds",
            }
        ],
    )


@pytest.mark.parametrize(
    ("pattern", "lines", "expected"),
    [
        (FIRST_BYTE_PATTERN, [report(40), "no JSON", report(2), report(9, "other")], [40, 2]),
        ("{ $.type = * }", [report(40)], []),
        ("ERROR", ["ERROR"], []),
        ("{ $.type = }", [report(40)], []),
        ('{ $type = "platform.report" }', [report(40)], []),
        ('{ $.record.spans[0].durationMs >= 9.5 || $.type = "x" }', [report(40), report(9)], [40]),
    ],
)
def test_metric_filters_count(
    endpoint: ServedEndpoint, tmp_path: Path, pattern: str, lines: list[str], expected: list[float]
) -> None:
    group = namespace = f"/filtered/{tmp_path.name}"
    put_filter(endpoint, group, pattern)
    logs = FunctionLogs(tmp_path)

    logs.write(LogStream(REGION, group, "stream"), lines)
    logs.stop()

    found = cloudwatch_backends[ACCOUNT_ID][REGION].metric_data
    values = [
        each.value
        for each in found
        if isinstance(each, MetricDatum) and each.namespace == namespace
    ]
    assert values == expected


def test_a_value_that_cloudwatch_refuses_stops_no_other_log(
    endpoint: ServedEndpoint, tmp_path: Path
) -> None:
    put_filter(endpoint, "/refused", FIRST_BYTE_PATTERN)
    logs = FunctionLogs(tmp_path)

    logs.write(LogStream(REGION, "/refused", "stream"), [report(float("nan"))])
    logs.write(LogStream(REGION, "/aws/lambda/after", "stream"), ["kept"])
    logs.stop()

    kept = {"logGroupName": "/aws/lambda/after", "logStreamName": "stream"}
    found = AwsClients(endpoint.url).get("logs", REGION).get_log_events(**kept)["events"]
    assert [event["message"] for event in found] == ["kept"]
