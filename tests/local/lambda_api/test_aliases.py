"""Aliases: names for versions, the published latest included."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import archive, refused

PUBLISHED = "$LATEST.PUBLISHED"


@pytest.fixture
def two_versions(aws: Any, managed_function: str) -> str:
    aws.publish_version(FunctionName=managed_function)
    aws.update_function_code(FunctionName=managed_function, ZipFile=archive("new"))
    aws.publish_version(FunctionName=managed_function)
    return managed_function


def test_an_alias_names_the_published_latest(aws: Any, published: str, region: str) -> None:
    found = aws.get_alias(FunctionName=published, Name="live")

    assert found["FunctionVersion"] == PUBLISHED
    assert found["AliasArn"] == f"arn:aws:lambda:{region}:123456789012:function:hello:live"


def test_a_function_can_be_asked_for_by_alias(aws: Any, published: str) -> None:
    found = aws.get_function_configuration(FunctionName=published, Qualifier="live")

    assert found["Version"] == PUBLISHED
    assert found["FunctionArn"].endswith(":hello:live")


def test_an_alias_moves_to_another_version(aws: Any, two_versions: str) -> None:
    aws.create_alias(FunctionName=two_versions, Name="live", FunctionVersion="1")

    moved = aws.update_alias(FunctionName=two_versions, Name="live", FunctionVersion="2")

    assert moved["FunctionVersion"] == "2"
    assert aws.list_aliases(FunctionName=two_versions, FunctionVersion="1")["Aliases"] == []


@pytest.mark.parametrize("version", [PUBLISHED, "7"])
def test_the_version_must_exist(aws: Any, managed_function: str, version: str) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="Function not found"):
        aws.create_alias(FunctionName=managed_function, Name="live", FunctionVersion=version)


def test_names_are_unique(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.ResourceConflictException, match="Alias already exists"):
        aws.create_alias(FunctionName=published, Name="live", FunctionVersion=PUBLISHED)


def test_a_number_is_refused_as_an_alias_name(aws: Any, published: str) -> None:
    with refused("ValidationException", "at 'name' failed to satisfy constraint"):
        aws.create_alias(FunctionName=published, Name="12", FunctionVersion=PUBLISHED)


def test_a_missing_alias_is_named(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="Cannot find alias arn"):
        aws.get_alias(FunctionName=published, Name="next")


def test_traffic_can_be_shared_by_weight(aws: Any, two_versions: str) -> None:
    routing = {"AdditionalVersionWeights": {"2": 0.1}}

    aws.create_alias(
        FunctionName=two_versions, Name="live", FunctionVersion="1", RoutingConfig=routing
    )

    assert aws.get_alias(FunctionName=two_versions, Name="live")["RoutingConfig"] == routing


@pytest.mark.parametrize(
    ("version", "weights", "message"),
    [
        ("$LATEST", {"1": 0.5}, "not supported for an alias pointing to more than 1 version"),
        ("1", {"2": 0.1, "3": 0.1}, "cannot be greater than 1"),
        ("1", {"2": 1.1}, "less than or equal to 1.0"),
        ("1", {"9": 0.5}, "Function not found"),
    ],
)
def test_weights_have_limits(
    aws: Any, two_versions: str, version: str, weights: dict[str, float], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        aws.create_alias(
            FunctionName=two_versions,
            Name="live",
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights},
        )


def test_the_url_and_policy_of_an_alias_are_deleted_with_it(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")

    aws.delete_alias(FunctionName=published, Name="live")

    assert data_plane.routes == {}
    assert aws.list_aliases(FunctionName=published)["Aliases"] == []


def test_a_weight_for_the_alias_own_version_is_refused(aws: Any, two_versions: str) -> None:
    with refused("InvalidParameterValueException", "already included in routing configuration."):
        aws.create_alias(
            FunctionName=two_versions,
            Name="live",
            FunctionVersion="1",
            RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
        )
