"""What functions leave in CloudWatch, and the alarms of the stack that watch it."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.aws_client import AwsClients
from local.cloudwatch.monitoring import Monitoring
from local.endpoint import ServedEndpoint
from local.provider.operations import ResourceType
from local.provider.tables import RESOURCES
from tests.infra.declared import declare
from tests.local.dataplane.harness import NewPlane, deploy, deployment, status_of
from tests.waiting import wait_until

REGION = "eu-west-1"
FUNCTION = "lmi-streaming-1a2b3c4"  # the name in the declared program
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
SCHEDULE = {"name": "peak", "cron": "0 19 ? * * *", "minimum": 6, "maximum": 9}


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    seconds: float

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clients(endpoint: ServedEndpoint) -> AwsClients:
    return AwsClients(endpoint.url)


def put_declared_alarms(clients: AwsClients) -> list[str]:
    """Put the alarms of the stack with all its options; gives their names."""
    declared = declare(observability=True, schedules=[SCHEDULE]).all(ALARM)
    alarm_type = RESOURCES[ALARM]
    assert isinstance(alarm_type, ResourceType)
    for alarm in declared:
        request = alarm_type.request({**alarm.inputs, "name": alarm.name})
        clients.get("cloudwatch", REGION).put_metric_alarm(
            **{name: value for name, value in request.items() if value is not None}
        )
    return [alarm.name for alarm in declared]


def states(clients: AwsClients, names: list[str]) -> Mapping[str, str]:
    found = clients.get("cloudwatch", REGION).describe_alarms(AlarmNames=names)["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found}


def published(clients: AwsClients, topic: str) -> Any:
    """Return a function that takes the oldest message of a topic."""
    sns, sqs = clients.get("sns", REGION), clients.get("sqs", REGION)
    queue = sqs.create_queue(QueueName="alarms")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=sns.create_topic(Name=topic)["TopicArn"],
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )

    def take() -> Any:
        (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])

    return take


def test_an_overload_fires_the_stacks_alarm_and_quiet_ends_it(
    clients: AwsClients,
    new_plane: NewPlane,
    function_zip: Path,
    gate: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock(1_900_000_000)
    plane = new_plane(now=clock)
    url = deploy(plane, deployment(function_zip, name=FUNCTION, concurrency=1))
    names = put_declared_alarms(clients)
    take_message = published(clients, "lmi-streaming-alarms-1a2b3c4")
    monitoring = Monitoring(clients, plane.measure, clock)
    with httpx.stream("GET", f"{url}stream", params={"gate": str(gate)}, timeout=30):
        seen: list[str] = []
        for _ in range(3):
            assert status_of(url) == 429
            clock.seconds += 60
            monitoring.run_once()
            seen.append(states(clients, names)["lmi-streaming-throttles"])
            clock.seconds += 240
        assert seen == ["OK", "OK", "ALARM"]
        message = take_message()
        for reason, count in (("Concurrency", 3), ("CPU", 0), ("Disk", 0), ("Memory", 0)):
            name = f"{reason}Throttles"
            assert sum(values(clients, clock, name, "Sum", FunctionName=FUNCTION)) == count
        assert message["AlarmName"] == "lmi-streaming-throttles"
        assert (message["OldStateValue"], message["NewStateValue"]) == ("OK", "ALARM")
        Path(f"{gate}.1").touch()

    clock.seconds += 60
    monitoring.run_once()

    assert set(states(clients, names).values()) == {"OK"}
    assert take_message()["NewStateValue"] == "OK"
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


def test_nothing_that_reports_fires_an_alarm(clients: AwsClients) -> None:
    names = put_declared_alarms(clients)

    Monitoring(clients, dict, Clock(2_000_000_000)).run_once()

    fired = {name for name, state in states(clients, names).items() if state == "ALARM"}
    assert fired == {"lmi-streaming-nothing-runs"}


def test_messages_in_a_dead_letter_queue_fire_an_alarm(clients: AwsClients) -> None:
    sqs, cloudwatch = clients.get("sqs", REGION), clients.get("cloudwatch", REGION)
    queue = sqs.create_queue(QueueName="failed")["QueueUrl"]
    cloudwatch.put_metric_alarm(
        AlarmName="failed",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "failed"}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    clock = Clock(1_950_000_000)
    monitoring = Monitoring(clients, dict, clock)
    seen: list[str] = []
    for body in ("", "a call that failed"):
        if body:
            sqs.send_message(QueueUrl=queue, MessageBody=body)
        monitoring.run_once()
        clock.seconds += 60
        monitoring.run_once()
        seen.append(states(clients, ["failed"])["failed"])
    assert seen == ["OK", "ALARM"]
    sqs.delete_queue(QueueUrl=queue)
    cloudwatch.delete_alarms(AlarmNames=["failed"])


@pytest.mark.parametrize(("stat", "state"), [("p50", "OK"), ("p99", "ALARM")])
def test_a_percentile_of_statistic_sets_is_that_of_their_greatest_values(
    clients: AwsClients, stat: str, state: str
) -> None:
    cloudwatch = clients.get("cloudwatch", REGION)
    clock = Clock(1_900_000_000)
    sets = [{"SampleCount": 2, "Sum": most, "Minimum": 0, "Maximum": most} for most in (1, 2, 3, 9)]
    data = [{"MetricName": stat, "Timestamp": clock(), "StatisticValues": each} for each in sets]
    cloudwatch.put_metric_data(Namespace="Sets", MetricData=data)
    cloudwatch.put_metric_alarm(
        AlarmName=stat,
        Namespace="Sets",
        MetricName=stat,
        ExtendedStatistic=stat,
        Period=60,
        EvaluationPeriods=1,
        Threshold=8,
        ComparisonOperator="GreaterThanThreshold",
    )

    Monitoring(clients, dict, clock).run_once()

    assert states(clients, [stat]) == {stat: state}
    cloudwatch.delete_alarms(AlarmNames=[stat])


def test_an_alarm_that_cannot_be_evaluated_is_named_once(
    clients: AwsClients, caplog: pytest.LogCaptureFixture
) -> None:
    cloudwatch = clients.get("cloudwatch", REGION)
    cloudwatch.put_metric_alarm(
        AlarmName="band",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[{"Id": "x", "Expression": "RATE(METRICS())", "Period": 60}],
    )
    monitoring = Monitoring(clients, dict, Clock(1_900_000_000))

    monitoring.run_once()
    monitoring.run_once()

    (warning,) = [each.getMessage() for each in caplog.records if "alarm band" in each.getMessage()]
    assert "the expression 'RATE(METRICS())'" in warning
    cloudwatch.delete_alarms(AlarmNames=["band"])


def values(
    clients: AwsClients, clock: Clock, name: str, statistic: str, **dimensions: str
) -> list[float]:
    """Read a metric of the last minutes."""
    found = clients.get("cloudwatch", REGION).get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=clock.seconds - 960,
        EndTime=clock.seconds + 60,
        Period=300,
        Statistics=[statistic],
    )
    return [each[statistic] for each in found["Datapoints"]]


def test_invocations_and_errors_of_a_function(
    clients: AwsClients, new_plane: NewPlane, function_zip: Path
) -> None:
    clock = Clock(1_950_000_000)
    plane = new_plane(now=clock)
    url = deploy(plane, deployment(function_zip, name="failing"))
    assert status_of(url) == 200
    assert status_of(f"{url}exit") == 502

    clock.seconds += 60
    Monitoring(clients, plane.measure, clock).run_once()

    assert values(clients, clock, "Invocations", "Sum", FunctionName="failing") == [2]
    assert values(clients, clock, "Errors", "Sum", FunctionName="failing") == [1]
    assert values(clients, clock, "Duration", "SampleCount", FunctionName="failing") == [2]
    assert values(clients, clock, "Throttles", "Sum", FunctionName="failing") == []


def test_an_invocation_that_times_out_is_an_error(
    clients: AwsClients, new_plane: NewPlane, function_zip: Path, gate: Path
) -> None:
    clock = Clock(1_950_000_000)
    plane = new_plane(now=clock)
    url = deploy(plane, deployment(function_zip, name="slow", timeout_seconds=1))
    assert httpx.get(f"{url}wait", params={"gate": str(gate)}).status_code >= 500
    gate.touch()
    monitoring = Monitoring(clients, plane.measure, clock)

    def invocations() -> list[float]:
        monitoring.run_once()
        return values(clients, clock, "Invocations", "Sum", FunctionName="slow")

    # The client may have its answer before the invocation counts.
    assert wait_until(invocations) == [1]
    assert values(clients, clock, "Errors", "Sum", FunctionName="slow") == [1]


def test_metrics_of_environments_and_of_their_capacity_provider(
    clients: AwsClients, new_plane: NewPlane, function_zip: Path
) -> None:
    clock = Clock(1_950_000_000)
    plane = new_plane(now=clock)
    deploy(plane, deployment(function_zip, name="measured", concurrency=4), environments=2)

    Monitoring(clients, plane.measure, clock).run_once()

    environment = {
        "CapacityProviderName": "instances",
        "FunctionName": "measured",
        "Resource": "measured:$LATEST.PUBLISHED",
    }
    for name, statistic, expected in (
        ("Concurrency", "Maximum", 0),
        ("ConcurrencyLimit", "Maximum", 4),
        ("MemoryUtilization", "SampleCount", 2),
        ("CPUUtilization", "SampleCount", 2),
    ):
        found = values(clients, clock, f"ExecutionEnvironment{name}", statistic, **environment)
        assert found == [expected], name
    memory = "ExecutionEnvironmentMemoryUtilization"
    assert 0 < values(clients, clock, memory, "Minimum", **environment)[0] < 100
    provider = {"CapacityProviderName": "instances", "InstanceType": "local"}
    assert values(clients, clock, "vCPUAllocated", "Maximum", **provider) == [2]
