"""Changes that AWS takes a moment to apply: what it answers meanwhile, and refuses."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from local.endpoint import Endpoint, serve_endpoint
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import (
    archive,
    capacity_provider,
    client,
    function,
    managed,
    provide_references,
    refused,
)

STATUS = ("State", "StateReasonCode", "LastUpdateStatus", "LastUpdateStatusReasonCode")


class Clock:
    """Stands still until a test moves it."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def aws(clock: Clock, tmp_path: Path) -> Generator[Any]:
    served = serve_endpoint(Endpoint(FakeDataPlane(), tmp_path, clock=clock))
    provide_references("eu-west-1")
    yield client("lambda", served.url, "eu-west-1")
    served.stop()


def status(configuration: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(configuration.get(member) for member in STATUS)


def test_a_function_is_pending_until_it_is_created(aws: Any, clock: Clock) -> None:
    created = aws.create_function(**function())
    meanwhile = aws.get_function_configuration(FunctionName="hello")
    clock.seconds += 1
    found = aws.get_function_configuration(FunctionName="hello")

    assert status(created) == status(meanwhile) == ("Pending", "Creating", None, None)
    assert created["StateReason"] == "The function is being created."
    assert status(found) == ("Active", None, "Successful", None)
    assert created["RevisionId"] == meanwhile["RevisionId"] != found["RevisionId"]


def test_a_function_on_managed_instances_is_pending_too(aws: Any, clock: Clock) -> None:
    provider = aws.create_capacity_provider(**capacity_provider())["CapacityProvider"]
    on_managed_instances = managed(provider["CapacityProviderArn"])
    created = aws.create_function(
        **function(MemorySize=2048, CapacityProviderConfig=on_managed_instances)
    )
    clock.seconds += 1
    updated = aws.update_function_configuration(FunctionName="hello", Timeout=9)

    assert status(created) == ("Pending", "Creating", None, None)
    assert status(updated) == ("ActiveNonInvocable", None, "InProgress", "Creating")


@pytest.mark.parametrize(
    ("operation", "change"),
    [
        ("update_function_configuration", {"Timeout": 9}),
        ("update_function_code", {"ZipFile": archive("new")}),
    ],
)
def test_an_update_is_in_progress_until_it_is_applied(
    aws: Any, clock: Clock, operation: str, change: dict[str, Any]
) -> None:
    aws.create_function(**function())
    clock.seconds += 1

    updated = getattr(aws, operation)(FunctionName="hello", **change)
    clock.seconds += 1
    found = aws.get_function_configuration(FunctionName="hello")

    assert status(updated) == ("Active", None, "InProgress", "Creating")
    assert updated["LastUpdateStatusReason"] == "The function is being created."
    assert status(found) == ("Active", None, "Successful", None)
    assert updated["RevisionId"] != found["RevisionId"]


@pytest.mark.parametrize(
    ("operation", "change"),
    [
        ("update_function_configuration", {"Timeout": 10}),
        ("update_function_code", {"ZipFile": archive("newer")}),
        ("publish_version", {}),
    ],
)
def test_a_second_change_is_a_conflict(
    aws: Any, clock: Clock, operation: str, change: dict[str, Any]
) -> None:
    def make_second_change() -> None:
        getattr(aws, operation)(FunctionName="hello", **change)

    arn = aws.create_function(**function())["FunctionArn"]
    with refused("ResourceConflictException", "in the following state: Pending"):
        make_second_change()
    clock.seconds += 1
    aws.update_function_configuration(FunctionName="hello", Timeout=9)
    with refused(
        "ResourceConflictException",
        "The operation cannot be performed at this time. An update is in progress for resource:"
        f" {arn}",
    ):
        make_second_change()
    clock.seconds += 1
    make_second_change()


def test_a_published_version_is_pending_with_the_change_it_is_part_of(
    aws: Any, clock: Clock
) -> None:
    aws.create_function(**function())
    clock.seconds += 1
    published = aws.update_function_code(FunctionName="hello", ZipFile=archive("new"), Publish=True)
    clock.seconds += 1
    found = aws.get_function_configuration(FunctionName="hello", Qualifier="1")

    assert (published["Version"], *status(published)) == ("1", "Pending", "Creating", None, None)
    assert status(found) == ("Active", None, "Successful", None)


def test_publishing_makes_a_new_revision_of_latest(aws: Any, clock: Clock) -> None:
    aws.create_function(**function())
    clock.seconds += 1
    before = aws.get_function_configuration(FunctionName="hello")["RevisionId"]

    published = aws.publish_version(FunctionName="hello", RevisionId=before)

    assert status(published) == ("Active", None, "Successful", None)
    assert before != aws.get_function_configuration(FunctionName="hello")["RevisionId"]
