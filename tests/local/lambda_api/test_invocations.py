"""What the API refuses to invoke, and with which exception."""

from typing import Any

import pytest

from local.dataplane.invocation import EventPolicy
from local.dataplane.model import VersionStatus
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import function, refused

INVOKE_OPERATIONS = ("invoke", "invoke_with_response_stream")


@pytest.mark.parametrize(
    ("qualifier", "version"), [(None, "$LATEST"), ("$LATEST", "$LATEST"), ("1", "1"), ("live", "1")]
)
def test_every_version_of_an_ordinary_function_is_invoked(
    aws: Any, data_plane: FakeDataPlane, qualifier: str | None, version: str
) -> None:
    aws.create_function(**function(Publish=True))
    aws.create_alias(FunctionName="hello", Name="live", FunctionVersion="1")
    named = {"FunctionName": "hello"} | ({"Qualifier": qualifier} if qualifier else {})

    aws.invoke(**named, InvocationType="Event")

    assert data_plane.invoked == [("hello", version)]


@pytest.mark.parametrize("operation", INVOKE_OPERATIONS)
@pytest.mark.parametrize("qualifier", [None, "$LATEST"])
def test_a_function_without_a_published_version_is_not_invoked(
    aws: Any, managed_function: str, qualifier: str | None, operation: str
) -> None:
    named = {"FunctionName": managed_function} | ({"Qualifier": qualifier} if qualifier else {})

    with refused("NoPublishedVersionException", "publish it with PublishTo LATEST_PUBLISHED"):
        getattr(aws, operation)(**named)


def test_a_numbered_version_does_not_serve_unqualified_callers(
    aws: Any, managed_function: str
) -> None:
    aws.publish_version(FunctionName=managed_function)

    with refused("NoPublishedVersionException", "or invoke a version number or an alias"):
        aws.invoke(FunctionName=managed_function)
    answer = aws.invoke(FunctionName=managed_function, Qualifier="1", InvocationType="DryRun")
    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")


@pytest.mark.parametrize("qualifier", ["$LATEST", "newest"])
def test_latest_is_not_invoked(aws: Any, published: str, qualifier: str) -> None:
    aws.create_alias(FunctionName=published, Name="newest", FunctionVersion="$LATEST")

    with refused("InvalidParameterValueException", "can't be invoked with $LATEST qualifier"):
        aws.invoke(FunctionName=published, Qualifier=qualifier)


@pytest.mark.parametrize("state", ["Pending", "Deactivated"])
def test_a_version_that_does_not_serve_is_a_conflict_that_names_its_state(
    aws: Any, data_plane: FakeDataPlane, published: str, state: Any
) -> None:
    data_plane.statuses[published, "$LATEST.PUBLISHED"] = VersionStatus(state)

    with refused("ResourceConflictException", f"in the following state: {state}.") as response:
        aws.invoke(FunctionName=published)

    assert response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_an_event_keeps_the_request_id_and_the_arn(
    aws: Any, data_plane: FakeDataPlane, published: str, region: str
) -> None:
    answer = aws.invoke(
        FunctionName=published, Qualifier="live", InvocationType="Event", Payload=b'{"a": 1}'
    )

    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    (event,) = data_plane.events
    assert event.request_id == answer["ResponseMetadata"]["RequestId"]
    assert event.function_arn == f"arn:aws:lambda:{region}:123456789012:function:{published}:live"
    assert event.event == b'{"a": 1}'


def test_an_event_is_tried_as_the_event_invoke_config_says(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    aws.put_function_event_invoke_config(
        FunctionName=published,
        Qualifier="live",
        MaximumRetryAttempts=0,
        MaximumEventAgeInSeconds=60,
    )

    for qualifier in ("live", "$LATEST.PUBLISHED"):
        aws.invoke(FunctionName=published, Qualifier=qualifier, InvocationType="Event")

    assert data_plane.policies == [
        EventPolicy(retries=0, max_age_seconds=60),
        EventPolicy(retries=2, max_age_seconds=6 * 3600),
    ]


def test_an_invocation_type_that_does_not_exist_is_refused(aws: Any, published: str) -> None:
    with refused("ValidationException", "[Event, RequestResponse, DryRun]"):
        aws.invoke(FunctionName=published, InvocationType="Later")
