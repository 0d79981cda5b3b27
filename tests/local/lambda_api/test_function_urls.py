"""Function URLs: kept here, served by the data plane."""

from typing import Any

import pytest

from local.dataplane.cors import Cors
from local.dataplane.model import UrlRoute
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import archive, function, refused

PUBLISHED = "$LATEST.PUBLISHED"


def only_route(data_plane: FakeDataPlane) -> UrlRoute:
    (route,) = data_plane.routes.values()
    return route


def test_the_address_comes_from_the_data_plane(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    created = aws.create_function_url_config(
        FunctionName=published, Qualifier="live", AuthType="NONE", InvokeMode="RESPONSE_STREAM"
    )

    route = only_route(data_plane)
    assert created["FunctionUrl"] == f"http://127.0.0.1:1/{route.url_id}/"
    assert created["FunctionArn"].endswith(":function:hello:live")
    assert route.function_name == published
    assert (route.auth_type, route.streams) == ("NONE", True)
    assert route.version() == PUBLISHED


def test_responses_are_buffered_by_default(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="AWS_IAM")

    found = aws.get_function_url_config(FunctionName=published, Qualifier="live")
    assert (found["AuthType"], found["InvokeMode"]) == ("AWS_IAM", "BUFFERED")


def test_a_url_follows_its_alias(aws: Any, data_plane: FakeDataPlane, published: str) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")
    aws.publish_version(FunctionName=published)

    aws.update_alias(FunctionName=published, Name="live", FunctionVersion="1")

    assert only_route(data_plane).version() == "1"


def test_a_url_shares_its_traffic_by_the_weights_of_its_alias(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")
    aws.update_function_code(FunctionName=published, ZipFile=archive("new"))
    aws.publish_version(FunctionName=published)

    aws.update_alias(
        FunctionName=published,
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
    )

    route = only_route(data_plane)
    assert {route.version() for _ in range(200)} == {PUBLISHED, "1"}


def test_an_unqualified_url_leads_to_the_published_latest(
    aws: Any, data_plane: FakeDataPlane, managed_function: str
) -> None:
    aws.create_function_url_config(FunctionName=managed_function, AuthType="NONE")
    route = only_route(data_plane)
    before = route.version()

    aws.publish_version(FunctionName=managed_function, PublishTo="LATEST_PUBLISHED")

    assert (before, route.version()) == (None, PUBLISHED)


def test_each_qualifier_has_one_url(aws: Any, data_plane: FakeDataPlane, published: str) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")
    aws.create_function_url_config(FunctionName=published, AuthType="NONE")

    with pytest.raises(aws.exceptions.ResourceConflictException, match="FunctionUrlConfig exists"):
        aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")

    listed = aws.list_function_url_configs(FunctionName=published)["FunctionUrlConfigs"]
    assert len({url["FunctionUrl"] for url in listed}) == len(data_plane.routes) == 2


@pytest.mark.parametrize("qualifier", ["$LATEST", PUBLISHED, "1"])
def test_only_an_alias_qualifies_a_url(aws: Any, published: str, qualifier: str) -> None:
    with refused("ValidationException", "at 'qualifier' failed to satisfy constraint"):
        aws.create_function_url_config(FunctionName=published, Qualifier=qualifier, AuthType="NONE")


def test_the_alias_must_exist(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="Function does not exist"):
        aws.create_function_url_config(FunctionName=published, Qualifier="next", AuthType="NONE")


def test_a_change_reaches_the_data_plane(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    created = aws.create_function_url_config(
        FunctionName=published, Qualifier="live", AuthType="NONE"
    )

    changed = aws.update_function_url_config(
        FunctionName=published, Qualifier="live", InvokeMode="RESPONSE_STREAM"
    )

    route = only_route(data_plane)
    assert (route.auth_type, route.streams) == ("NONE", True)
    assert changed["FunctionUrl"] == created["FunctionUrl"]


def test_a_deleted_url_closes_and_leaves_its_permissions(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")
    aws.add_permission(
        FunctionName=published,
        Qualifier="live",
        StatementId="FunctionURLAllowPublicAccess",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )

    aws.delete_function_url_config(FunctionName=published, Qualifier="live")

    assert data_plane.routes == {}
    assert aws.get_policy(FunctionName=published, Qualifier="live")["Policy"]
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_function_url_config(FunctionName=published, Qualifier="live")


def test_the_url_of_an_ordinary_function_leads_to_latest(
    aws: Any, data_plane: FakeDataPlane
) -> None:
    aws.create_function(**function(Publish=True))

    aws.create_function_url_config(FunctionName="hello", AuthType="NONE")

    (route,) = data_plane.routes.values()
    assert route.version() == "$LATEST"


def test_cors_reaches_the_data_plane_and_is_returned_as_it_was_set(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    cors = {
        "AllowOrigins": ["https://app.example"],
        "AllowMethods": ["GET", "POST"],
        "AllowHeaders": ["content-type"],
        "ExposeHeaders": ["etag"],
        "AllowCredentials": True,
        "MaxAge": 86400,
    }

    created = aws.create_function_url_config(
        FunctionName=published, Qualifier="live", AuthType="NONE", Cors=cors
    )

    found = aws.get_function_url_config(FunctionName=published, Qualifier="live")
    assert created["Cors"] == found["Cors"] == cors
    assert only_route(data_plane).cors == Cors(
        AllowOrigins=["https://app.example"],
        AllowMethods=["GET", "POST"],
        AllowHeaders=["content-type"],
        ExposeHeaders=["etag"],
        AllowCredentials=True,
        MaxAge=86400,
    )


def test_cors_stays_until_an_empty_configuration_removes_it(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    key = {"FunctionName": published, "Qualifier": "live"}
    aws.create_function_url_config(**key, AuthType="NONE", Cors={"AllowOrigins": ["*"]})

    kept = aws.update_function_url_config(**key, InvokeMode="RESPONSE_STREAM")
    gone = aws.update_function_url_config(**key, Cors={})

    assert kept["Cors"] == {"AllowOrigins": ["*"]}
    assert "Cors" not in gone
    assert only_route(data_plane).cors is None


@pytest.mark.parametrize(
    ("cors", "member"),
    [
        pytest.param({"MaxAge": 86401}, "cors.maxAge", id="more than a day"),
        # Lambda answers preflights itself, and its model has no room for the word.
        pytest.param({"AllowMethods": ["OPTIONS"]}, "cors.allowMethods", id="OPTIONS"),
        pytest.param({"AllowOrigins": [""]}, "cors.allowOrigins", id="no origin"),
        pytest.param({"AllowOrigins": ["a"] * 101}, "cors.allowOrigins", id="101 origins"),
    ],
)
def test_cors_has_limits(aws: Any, published: str, cors: dict[str, Any], member: str) -> None:
    with refused("ValidationException", f"at '{member}' failed to satisfy constraint"):
        aws.create_function_url_config(FunctionName=published, AuthType="NONE", Cors=cors)


def test_a_mode_that_is_not_given_is_not_answered(aws: Any, published: str) -> None:
    url = {"FunctionName": published, "Qualifier": "live"}

    assert "InvokeMode" not in aws.create_function_url_config(**url, AuthType="AWS_IAM")
    assert "InvokeMode" not in aws.update_function_url_config(**url, AuthType="NONE")
