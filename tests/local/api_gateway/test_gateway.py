"""What the local AWS makes of calls to API Gateway, seen through boto3."""

from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.endpoint import ServedEndpoint
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import (
    capacity_provider,
    client,
    function,
    managed,
    provide_references,
    refused,
)

REGION = "ap-south-2"
ALIAS_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:hello:live"
URI = f"arn:aws:apigateway:{REGION}:lambda:path/{{}}/functions/{ALIAS_ARN}/{{}}"
STREAMING = URI.format("2021-11-15", "response-streaming-invocations")
BUFFERED = URI.format("2015-03-31", "invocations")


@pytest.fixture
def gateway(endpoint: ServedEndpoint) -> Any:
    return client("apigateway", endpoint.url, REGION)


@pytest.fixture(scope="module")
def functions(endpoint: ServedEndpoint) -> Any:
    """Publish a function with the alias ``live``, and give a Lambda client."""
    provide_references(REGION)
    functions = client("lambda", endpoint.url, REGION)
    pool = functions.create_capacity_provider(**capacity_provider())
    arn = pool["CapacityProvider"]["CapacityProviderArn"]
    functions.create_function(**function(MemorySize=2048, CapacityProviderConfig=managed(arn)))
    functions.publish_version(FunctionName="hello", PublishTo="LATEST_PUBLISHED")
    functions.create_alias(FunctionName="hello", Name="live", FunctionVersion="$LATEST.PUBLISHED")
    return functions


def new_api(gateway: Any) -> dict[str, str]:
    """Make a REST API with a method on its root; gives the method's key."""
    api: str = gateway.create_rest_api(name="demo")["id"]
    root: str = gateway.get_resources(restApiId=api)["items"][0]["id"]
    key = {"restApiId": api, "resourceId": root, "httpMethod": "ANY"}
    gateway.put_method(**key, authorizationType="NONE")
    return key


def integrate(gateway: Any, key: dict[str, str], **settings: Any) -> dict[str, Any]:
    return gateway.put_integration(
        **key, type="AWS_PROXY", integrationHttpMethod="POST", **settings
    )


def serve(gateway: Any, api: str) -> dict[str, Any]:
    deployment = gateway.create_deployment(restApiId=api)["id"]
    return gateway.create_stage(restApiId=api, stageName="live", deploymentId=deployment)


@pytest.mark.parametrize(
    ("settings", "mode"),
    [
        ({"uri": STREAMING, "responseTransferMode": "STREAM"}, "STREAM"),
        ({"uri": BUFFERED, "responseTransferMode": "BUFFERED"}, "BUFFERED"),
        ({"uri": BUFFERED}, "BUFFERED"),
    ],
)
def test_an_integration_keeps_its_transfer_mode(
    gateway: Any, settings: dict[str, str], mode: str
) -> None:
    key = new_api(gateway)

    assert integrate(gateway, key, **settings)["responseTransferMode"] == mode
    assert gateway.get_integration(**key)["responseTransferMode"] == mode


@pytest.mark.parametrize(
    "settings",
    [{"uri": BUFFERED, "responseTransferMode": "STREAM"}, {"uri": STREAMING}],
    ids=["STREAM and the plain address", "BUFFERED and the streaming address"],
)
def test_mode_and_address_have_to_agree(gateway: Any, settings: dict[str, str]) -> None:
    with refused("BadRequestException", "belong together"):
        integrate(gateway, new_api(gateway), **settings)


def test_a_stage_is_served_until_its_api_is_deleted(
    gateway: Any, data_plane: FakeDataPlane
) -> None:
    key = new_api(gateway)
    api = key["restApiId"]
    integrate(gateway, key, uri=STREAMING, responseTransferMode="STREAM")

    created = serve(gateway, api)

    headers = created["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-local-aws-invoke-url"] == "http://127.0.0.1:1/live"
    assert data_plane.stages[f"{api}/live"].kind == "REST"
    gateway.delete_method(**key)
    assert f"{api}/live" in data_plane.stages
    gateway.delete_rest_api(restApiId=api)
    assert f"{api}/live" not in data_plane.stages


def test_a_stage_has_the_binary_media_types_of_its_deployment(
    gateway: Any, data_plane: FakeDataPlane
) -> None:
    key = new_api(gateway)
    api = key["restApiId"]
    integrate(gateway, key, uri=STREAMING, responseTransferMode="STREAM")
    serve(gateway, api)
    operation = {"op": "add", "path": "/binaryMediaTypes/image~1*", "value": "image/*"}
    gateway.update_rest_api(restApiId=api, patchOperations=[operation])
    before = data_plane.stages[f"{api}/live"].target("POST", "/")

    deployment = gateway.create_deployment(restApiId=api)["id"]
    operation = {"op": "replace", "path": "/deploymentId", "value": deployment}
    gateway.update_stage(restApiId=api, stageName="live", patchOperations=[operation])
    after = data_plane.stages[f"{api}/live"].target("POST", "/")

    assert before is not None
    assert list(before.binary_media_types) == []
    assert after is not None
    assert list(after.binary_media_types) == ["image/*"]


@pytest.mark.parametrize(
    ("statement", "version"),
    [
        pytest.param({}, None, id="nobody was let in"),
        pytest.param({"Qualifier": "live"}, "$LATEST.PUBLISHED", id="on the alias"),
        pytest.param({"Qualifier": "$LATEST.PUBLISHED"}, None, id="on another qualifier"),
        pytest.param({"Qualifier": "live", "Principal": "s3.amazonaws.com"}, None, id="another"),
        pytest.param({"Qualifier": "live", "Action": "lambda:GetFunction"}, None, id="another act"),
        pytest.param(
            {"Qualifier": "live", "SourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:x/*/*"},
            None,
            id="another API",
        ),
    ],
)
def test_the_functions_policy_has_to_let_the_api_in(
    gateway: Any,
    functions: Any,
    data_plane: FakeDataPlane,
    statement: dict[str, str],
    version: str | None,
) -> None:
    key = new_api(gateway)
    api = key["restApiId"]
    integrate(gateway, key, uri=STREAMING, responseTransferMode="STREAM")
    serve(gateway, api)
    if statement:
        defaults = {
            "StatementId": "api",
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{api}/*/*",
        }
        functions.add_permission(FunctionName="hello", **defaults | statement)

    target = data_plane.stages[f"{api}/live"].target("GET", "/")

    assert target is not None
    assert target.version() == version
    if statement:
        functions.remove_permission(
            FunctionName="hello", StatementId="api", Qualifier=statement["Qualifier"]
        )


def test_openapi_documents_are_refused(gateway: Any) -> None:
    with refused("NotImplementedException", "OpenAPI"):
        gateway.import_rest_api(body=b"{}")


def test_tags_need_an_existing_api(gateway: Any) -> None:
    with refused("NotFoundException", "Invalid API identifier"):
        gateway.tag_resource(
            resourceArn=f"arn:aws:apigateway:{REGION}::/restapis/gone", tags={"a": "1"}
        )
