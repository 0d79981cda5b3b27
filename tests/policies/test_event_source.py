"""FN rules about event source mappings, and the queues that they read."""

import pytest

from testing.policies.support import ALIAS, UNKNOWN, Json, Res
from tests.policies.judging import SILENT, message, names
from tests.policies.native import NATIVE_MAPPING, native_function
from tests.policies.stacks import FUNCTION_ARN, function

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:work"
BROKER_ARN = "arn:aws:mq:eu-west-1:123456789012:broker:orders:b-1"
STREAM_ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"


def mapping(made_from: dict[str, list[str]] | None = None, /, **changes: object) -> Res:
    inputs = {"functionName": "api:live", "eventSourceArn": QUEUE_ARN, **changes}
    return Res(MAPPING, "mapping", inputs, made_from=made_from or {})


def queue(visibility: object, name: object = "work") -> Res:
    inputs: Json = {"name": name, "arn": QUEUE_ARN, "visibilityTimeoutSeconds": visibility}
    kept = {key: value for key, value in inputs.items() if value is not None}
    return Res("aws:sqs/queue:Queue", "work", kept)


BROKERS: list[Json] = [
    {"eventSourceArn": BROKER_ARN},
    {"eventSourceArn": UNKNOWN, "queues": "orders"},
    {"eventSourceArn": UNKNOWN, "documentDbEventSourceConfig": {"databaseName": "orders"}},
]


@pytest.mark.parametrize(
    ("timeout", "rules"),
    [
        (900, SILENT),
        (901, {"fn-19"}),
        (5401, SILENT),  # FN-07
        (UNKNOWN, SILENT),
        (None, SILENT),
    ],
)
@pytest.mark.parametrize("broker", BROKERS)
def test_brokers_wait_15_minutes(broker: Json, timeout: object, rules: set[str]) -> None:
    worker = function(timeout=timeout)
    assert names(worker, mapping(**broker)) & {"fn-19"} == rules
    assert names(worker, mapping(eventSourceArn=STREAM_ARN)) & {"fn-19"} == SILENT
    assert names(worker, mapping(eventSourceArn=UNKNOWN)) & {"fn-19"} == SILENT


@pytest.mark.parametrize(
    ("of", "rules"),
    [
        ("api", SILENT),
        ("api:live", SILENT),
        ("api:1", SILENT),
        (f"{FUNCTION_ARN}:$LATEST.PUBLISHED", SILENT),
        ("api:$LATEST", {"fn-21"}),
        (f"{FUNCTION_ARN}:$LATEST", {"fn-21"}),
        (UNKNOWN, SILENT),
        ("other:$LATEST", SILENT),
    ],
)
def test_mappings_invoke_published_code(of: object, rules: set[str]) -> None:
    assert names(function(), mapping(functionName=of)) == rules
    assert names(function(capacityProviderConfig=None), mapping(functionName=of)) == SILENT


@pytest.mark.parametrize(
    ("most", "rules"),
    [
        (2, SILENT),
        (1, {"fn-22"}),
        (1000, SILENT),
        (1001, {"fn-22"}),
        (UNKNOWN, SILENT),
        (None, SILENT),
    ],
)
def test_concurrency_of_a_mapping(most: object, rules: set[str]) -> None:
    assert names(mapping(scalingConfig={"maximumConcurrency": most})) == rules


@pytest.mark.parametrize(
    ("timeout", "visibility", "rules"),
    [
        (10, 60, SILENT),
        (10, 59, {"fn-25"}),
        (None, 18, SILENT),  # 3 seconds by default
        (None, 17, {"fn-25"}),
        (5, None, SILENT),  # 30 seconds by default
        (6, None, {"fn-25"}),
        (5400, 32400, SILENT),
        (5400, 32399, {"fn-25"}),
        (UNKNOWN, 1, SILENT),
        (10, UNKNOWN, SILENT),
    ],
)
def test_messages_stay_hidden(timeout: object, visibility: object, rules: set[str]) -> None:
    found = names(function(timeout=timeout), mapping(), queue(visibility))
    assert found & {"fn-25"} == rules


def test_how_long_messages_stay_hidden_can_be_configured() -> None:
    config = {"fn-25-messages-stay-hidden-long-enough": {"visibilityTimes": 1.0}}
    assert names(function(timeout=60), mapping(), queue(60), config=config) == SILENT
    assert names(function(timeout=60), mapping(), queue(59), config=config) == {"fn-25"}
    assert names(function(timeout=30), mapping(), queue(None), config=config) == SILENT
    assert names(function(timeout=31), mapping(), queue(None), config=config) == {"fn-25"}
    config["fn-25-messages-stay-hidden-long-enough"]["visibilityTimes"] = 10.0  # SQS has a most
    assert "fn-25" not in names(function(timeout=5400), mapping(), queue(43200), config=config)


def test_a_new_queue_is_linked_by_dependency() -> None:
    reading = mapping({"eventSourceArn": ["work"]}, eventSourceArn=UNKNOWN)
    assert names(function(timeout=10), reading, queue(59, UNKNOWN)) == {"fn-25"}
    assert names(function(timeout=10), mapping(eventSourceArn=UNKNOWN), queue(59)) == SILENT
    assert names(function(timeout=10), mapping()) == SILENT  # the queue is elsewhere


def test_a_new_function_is_linked_through_its_alias() -> None:
    live = Res(
        ALIAS,
        "live",
        {"name": "live", "functionName": UNKNOWN, "functionVersion": "$LATEST.PUBLISHED"},
        made_from={"functionName": ["api"]},
    )
    reading = mapping({"functionName": ["live"]}, functionName=UNKNOWN)
    assert names(function(timeout=10), live, reading, queue(59)) == {"fn-25"}


def test_lambda_refuses_less_than_the_timeout() -> None:
    policy = "fn-25-messages-stay-hidden-long-enough"
    assert "Lambda refuses" in message(policy, function(timeout=10), mapping(), queue(9))
    assert "Lambda refuses" not in message(policy, function(timeout=10), mapping(), queue(10))


@pytest.mark.parametrize(
    ("source", "duration", "rules"),
    [
        (STREAM_ARN, 5400, SILENT),
        (STREAM_ARN, 5401, {"fn-27"}),
        (BROKER_ARN, 900, SILENT),
        (BROKER_ARN, 901, {"fn-27"}),
        (UNKNOWN, 5400, SILENT),
        (UNKNOWN, 5401, {"fn-27"}),  # more than any source allows
        (STREAM_ARN, UNKNOWN, SILENT),
    ],
)
def test_durable_functions_behind_a_source(
    source: object, duration: object, rules: set[str]
) -> None:
    durable = function(durableConfig={"executionTimeout": duration})
    assert names(durable, mapping(eventSourceArn=source)) == rules
    assert names(durable) == SILENT


def test_aws_native_mappings_are_judged_alike() -> None:
    inputs = {"functionName": "api:$LATEST", "scalingConfig": {"maximumConcurrency": 1}}
    assert names(native_function(), Res(NATIVE_MAPPING, "mapping", inputs)) == {"fn-21", "fn-22"}
    good = {"functionName": "api:live", "scalingConfig": {"maximumConcurrency": 2}}
    assert names(native_function(), Res(NATIVE_MAPPING, "mapping", good)) == SILENT
