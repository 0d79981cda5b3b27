"""Publishing: managed instances serve only what is published."""

from typing import Any

import pytest

from local.cli.up import publish_again_if_failed
from local.dataplane.model import Deployment, VersionStatus
from local.endpoint import ServedEndpoint
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import archive, function, managed

KEYS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
PUBLISHED = "$LATEST.PUBLISHED"


def test_nothing_runs_before_it_is_published(
    aws: Any, data_plane: FakeDataPlane, managed_function: str
) -> None:
    assert data_plane.deployments == []
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match=r"hello:\$LATEST.PUBLISHED"):
        aws.get_function(FunctionName=managed_function, Qualifier=PUBLISHED)


def test_creation_can_publish_at_once(aws: Any, data_plane: FakeDataPlane, pool: str) -> None:
    created = aws.create_function(
        **function(
            MemorySize=2048,
            CapacityProviderConfig=managed(pool),
            Publish=True,
            PublishTo="LATEST_PUBLISHED",
        )
    )

    assert created["Version"] == PUBLISHED
    assert data_plane.environments == {("hello", PUBLISHED): 3}


def test_publish_to_without_publish_publishes_nothing(
    aws: Any, data_plane: FakeDataPlane, pool: str
) -> None:
    aws.create_function(
        **function(
            MemorySize=2048, CapacityProviderConfig=managed(pool), PublishTo="LATEST_PUBLISHED"
        )
    )

    assert data_plane.deployments == []


def test_the_data_plane_gets_all_that_an_environment_needs(
    aws: Any, data_plane: FakeDataPlane, region: str, pool: str
) -> None:
    layer = "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86:30"
    aws.create_function(
        **function(
            MemorySize=2048,
            Timeout=120,
            CapacityProviderConfig=managed(pool, concurrency=64),
            Environment={"Variables": {"AWS_LWA_PORT": "8000"}},
            Layers=[layer],
            LoggingConfig={"LogFormat": "JSON", "LogGroup": "/hello"},
            Publish=True,
        )
    )

    ((deployment, _),) = data_plane.deployments
    assert deployment == Deployment(
        function_name="hello",
        function_arn=f"arn:aws:lambda:{region}:123456789012:function:hello",
        version="1",
        zip_file=deployment.zip_file,
        max_vcpus=deployment.max_vcpus,
        runtime="python3.13",
        handler="run.sh",
        memory_mb=2048,
        timeout_seconds=120,
        capacity_provider=pool.rpartition(":")[2],
        vcpus=1,
        variables={"AWS_LWA_PORT": "8000"},
        layers=(layer,),
        max_concurrency=64,
        log_group="/hello",
        log_format="JSON",
        application_log_level="INFO",
        system_log_level="INFO",
        region=region,
        credentials=deployment.credentials,
    )
    assert deployment.max_vcpus is not None
    assert deployment.max_vcpus() == 400
    assert deployment.credentials.keys() == KEYS
    assert deployment.zip_file.read_bytes() == archive()


def test_an_unchanged_function_is_not_published_again(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    first = aws.get_function_configuration(FunctionName=published, Qualifier=PUBLISHED)

    again = aws.publish_version(FunctionName=published, PublishTo="LATEST_PUBLISHED")

    assert again["RevisionId"] == first["RevisionId"]
    assert len(data_plane.deployments) == 1


def test_new_code_takes_the_place_of_the_old(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    updated = aws.update_function_code(FunctionName=published, ZipFile=archive("new"))

    again = aws.publish_version(FunctionName=published, PublishTo="LATEST_PUBLISHED")

    assert again["CodeSha256"] == updated["CodeSha256"]
    assert [deployment.version for deployment, _ in data_plane.deployments] == [PUBLISHED] * 2
    assert data_plane.deployments[1][0].zip_file.read_bytes() == archive("new")


def test_version_numbers_increase_and_stay(aws: Any, managed_function: str) -> None:
    first = aws.publish_version(FunctionName=managed_function, Description="first")
    aws.update_function_code(FunctionName=managed_function, ZipFile=archive("new"))
    second = aws.publish_version(FunctionName=managed_function)

    assert (first["Version"], second["Version"]) == ("1", "2")
    old = aws.get_function_configuration(FunctionName=managed_function, Qualifier="1")
    assert old["Description"] == "first"
    assert old["CodeSha256"] == first["CodeSha256"] != second["CodeSha256"]
    assert old["FunctionArn"].endswith(":function:hello:1")


def test_a_deleted_number_is_not_used_again(aws: Any, managed_function: str) -> None:
    aws.publish_version(FunctionName=managed_function)
    aws.delete_function(FunctionName=managed_function, Qualifier="1")

    assert aws.publish_version(FunctionName=managed_function)["Version"] == "2"


def test_versions_are_listed_with_the_published_latest_last(
    aws: Any, managed_function: str
) -> None:
    aws.publish_version(FunctionName=managed_function, PublishTo="LATEST_PUBLISHED")
    aws.publish_version(FunctionName=managed_function)

    listed = aws.list_versions_by_function(FunctionName=managed_function)["Versions"]

    assert [version["Version"] for version in listed] == ["$LATEST", "1", PUBLISHED]
    assert not {"State", "LastUpdateStatus", "RuntimeVersionConfig"}.intersection(*listed)


def test_a_changed_description_is_published_anew(aws: Any, managed_function: str) -> None:
    aws.publish_version(FunctionName=managed_function, Description="of version 1")
    aws.update_function_configuration(FunctionName=managed_function, Description="new")

    published = aws.publish_version(FunctionName=managed_function)
    again = aws.publish_version(FunctionName=managed_function, Description="not published")

    assert (published["Version"], published["Description"]) == ("2", "new")
    assert (again["Version"], again["Description"]) == ("2", "new")


@pytest.mark.parametrize(
    ("status", "last_update"),
    [
        (VersionStatus("Pending"), "InProgress"),
        (VersionStatus("Active"), "Successful"),
        (VersionStatus("Deactivated"), "Successful"),
    ],
)
def test_a_published_version_has_the_status_of_the_data_plane(
    aws: Any,
    data_plane: FakeDataPlane,
    published: str,
    status: VersionStatus,
    last_update: str,
) -> None:
    data_plane.statuses[published, PUBLISHED] = status

    found = aws.get_function_configuration(FunctionName=published, Qualifier=PUBLISHED)

    assert found["State"] == status.state
    assert found["LastUpdateStatus"] == last_update


def test_a_version_that_failed_to_start_says_why(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    data_plane.statuses[published, PUBLISHED] = VersionStatus(
        "Failed", "FunctionError.RuntimeInitError", "run.sh: not found"
    )

    found = aws.get_function_configuration(FunctionName=published, Qualifier="live")

    assert found["State"] == "Failed"
    assert found["StateReasonCode"] == "FunctionError.RuntimeInitError"
    assert found["StateReason"] == "run.sh: not found"
    assert found["LastUpdateStatus"] == "Failed"
    assert found["LastUpdateStatusReason"] == "run.sh: not found"


@pytest.mark.parametrize(
    ("publish_to", "again"),
    [({"PublishTo": "LATEST_PUBLISHED"}, PUBLISHED), ({}, "2")],
    ids=["latest", "numbered"],
)
def test_a_version_that_failed_is_published_again_though_nothing_changed(
    aws: Any,
    data_plane: FakeDataPlane,
    managed_function: str,
    publish_to: dict[str, str],
    again: str,
) -> None:
    first = aws.publish_version(FunctionName=managed_function, **publish_to)["Version"]
    data_plane.statuses[managed_function, first] = VersionStatus(
        "Failed", "FunctionError.RuntimeInitError", "run.sh was ended by SIGKILL"
    )

    published = aws.publish_version(FunctionName=managed_function, **publish_to)

    assert published["Version"] == again
    assert [each.version for each, _ in data_plane.deployments] == [first, again]


def test_an_up_publishes_again_only_what_has_failed(
    aws: Any, data_plane: FakeDataPlane, endpoint: ServedEndpoint, published: str
) -> None:
    alias_arn = aws.get_alias(FunctionName=published, Name="live")["AliasArn"]
    publish_again_if_failed(endpoint.url, alias_arn)
    publish_again_if_failed(endpoint.url, alias_arn.replace(":live", ":gone"))
    assert len(data_plane.deployments) == 1

    data_plane.statuses[published, PUBLISHED] = VersionStatus("Failed", "FunctionError", "killed")
    publish_again_if_failed(endpoint.url, alias_arn)

    assert [each.version for each, _ in data_plane.deployments] == [PUBLISHED] * 2


def test_an_expected_hash_guards_the_publication(aws: Any, managed_function: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="CodeSHA256"):
        aws.publish_version(FunctionName=managed_function, CodeSha256="another")


def test_latest_cannot_be_deleted_alone(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="LATEST"):
        aws.delete_function(FunctionName=published, Qualifier="$LATEST")


def test_a_version_behind_an_alias_cannot_be_deleted(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.ResourceConflictException, match="live"):
        aws.delete_function(FunctionName=published, Qualifier=PUBLISHED)


def test_a_deleted_version_stops(aws: Any, data_plane: FakeDataPlane, published: str) -> None:
    aws.delete_alias(FunctionName=published, Name="live")

    aws.delete_function(FunctionName=published, Qualifier=PUBLISHED)

    assert data_plane.environments == {}


def test_ordinary_functions_are_run_on_demand(aws: Any, data_plane: FakeDataPlane) -> None:
    aws.create_function(**function(Publish=True))

    found = aws.get_function_configuration(FunctionName="hello", Qualifier="1")

    assert found["State"] == "Active"
    assert [
        (deployed.version, deployed.capacity_provider, deployed.max_concurrency, environments)
        for deployed, environments in data_plane.deployments
    ] == [("$LATEST", None, 1, 0), ("1", None, 1, 0)]


@pytest.mark.parametrize("operation", ["code", "configuration"])
def test_what_is_changed_serves_in_place_of_an_ordinary_function(
    aws: Any, data_plane: FakeDataPlane, operation: str
) -> None:
    aws.create_function(**function())

    if operation == "code":
        aws.update_function_code(FunctionName="hello", ZipFile=archive("changed"))
    else:
        aws.update_function_configuration(FunctionName="hello", MemorySize=512)

    before, after = (deployed for deployed, _ in data_plane.deployments)
    assert (before.zip_file != after.zip_file) is (operation == "code")
    assert (before.memory_mb, after.memory_mb) == (128, 128 if operation == "code" else 512)
    aws.delete_function(FunctionName="hello")
    assert data_plane.environments == {}
