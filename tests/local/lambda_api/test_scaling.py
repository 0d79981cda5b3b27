"""How many execution environments a published version keeps."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import Members, archive, function, refused

PUBLISHED = "$LATEST.PUBLISHED"


def scale(aws: Any, minimum: int | None = None, maximum: int | None = None) -> Members:
    given = {"MinExecutionEnvironments": minimum, "MaxExecutionEnvironments": maximum}
    return aws.put_function_scaling_config(
        FunctionName="hello",
        Qualifier=PUBLISHED,
        FunctionScalingConfig={key: value for key, value in given.items() if value is not None},
    )


def applied(aws: Any, qualifier: str = PUBLISHED) -> tuple[int, int | None]:
    """Return the applied minimum and maximum."""
    found = aws.get_function_scaling_config(FunctionName="hello", Qualifier=qualifier)
    config = found["AppliedFunctionScalingConfig"]
    return config["MinExecutionEnvironments"], config.get("MaxExecutionEnvironments")


def test_three_environments_without_a_ceiling_are_the_default(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    assert applied(aws) == (3, None)
    assert data_plane.environments == {(published, PUBLISHED): 3}


def test_a_change_applies_at_once(aws: Any, data_plane: FakeDataPlane, published: str) -> None:
    assert scale(aws, 1, 2)["FunctionState"] == "Active"

    found = aws.get_function_scaling_config(FunctionName=published, Qualifier=PUBLISHED)
    assert "RequestedFunctionScalingConfig" not in found
    assert found["FunctionArn"].endswith(f":hello:{PUBLISHED}")
    assert applied(aws) == (1, 2)
    assert data_plane.environments == {(published, PUBLISHED): 1}


def test_a_field_that_is_left_out_keeps_its_value(aws: Any, published: str) -> None:
    scale(aws, 3, 100)
    scale(aws, maximum=200)
    assert applied(aws) == (3, 200)

    scale(aws, minimum=5)
    assert applied(aws) == (5, 200)


def test_an_empty_configuration_restores_the_default(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    scale(aws, 1, 2)

    aws.put_function_scaling_config(FunctionName=published, Qualifier=PUBLISHED)

    assert applied(aws) == (3, None)
    assert data_plane.environments == {(published, PUBLISHED): 3}


def test_the_published_latest_carries_its_scaling_over(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    scale(aws, 1, 2)
    aws.update_function_code(FunctionName=published, ZipFile=archive("new"))

    aws.publish_version(FunctionName=published, PublishTo="LATEST_PUBLISHED")

    assert data_plane.deployments[-1][1] == 1
    assert applied(aws) == (1, 2)


def test_a_new_number_starts_from_the_default(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    scale(aws, 1, 2)

    aws.publish_version(FunctionName=published)

    assert applied(aws, "1") == (3, None)
    assert data_plane.environments[published, "1"] == 3


def test_a_scaling_of_zero_deactivates_a_version(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    scale(aws, 0, 0)

    assert data_plane.environments == {(published, PUBLISHED): 0}


@pytest.mark.parametrize(
    ("minimum", "maximum", "message"),
    [
        pytest.param(4, 3, "MinExecutionEnvironments 4 is greater", id="SC-02"),
        pytest.param(None, 2, "MinExecutionEnvironments 3 is greater", id="SC-02-default-minimum"),
        pytest.param(0, 1, "only valid together with", id="SC-17"),
        pytest.param(0, None, "only valid together with", id="SC-17-no-maximum"),
        pytest.param(15001, None, "less than or equal to 15000", id="SC-01"),
        pytest.param(-1, None, "greater than or equal to 0", id="SC-01-negative"),
    ],
)
def test_limits(
    aws: Any, published: str, minimum: int | None, maximum: int | None, message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        scale(aws, minimum, maximum)

    assert applied(aws) == (3, None)


@pytest.mark.parametrize("qualifier", ["live", "$LATEST"])
def test_only_a_published_version_is_scaled(aws: Any, published: str, qualifier: str) -> None:
    with refused("ValidationException", "at 'qualifier' failed to satisfy constraint"):
        aws.put_function_scaling_config(FunctionName=published, Qualifier=qualifier)


def test_the_version_must_exist(aws: Any, managed_function: str) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="Function not found"):
        scale(aws, 1, 1)


def test_ordinary_functions_do_not_scale(aws: Any) -> None:
    aws.create_function(**function(Publish=True))

    with refused("AccessDeniedException", "does not contain a capacity provider") as response:
        aws.put_function_scaling_config(FunctionName="hello", Qualifier="1")

    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
