"""APIs of API Gateway, each resource by what AWS then holds and by what the local AWS serves."""

from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.dataplane.cors import Cors
from local.endpoint import ServedEndpoint
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.provider.engine import REGION, CheckError, Deployed, FakeEngine
from tests.local.provider.samples import (
    API_DEPLOYMENT,
    API_INTEGRATION,
    API_METHOD,
    API_METHOD_SETTINGS,
    API_RESOURCE,
    API_STAGE,
    HTTP_API,
    HTTP_INTEGRATION,
    HTTP_ROUTE,
    HTTP_STAGE,
    REST_API,
)
from tests.local.provider.test_lifecycle import assert_gone, assert_settled

ALIAS_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:demo:live"
PATH = f"arn:aws:apigateway:{REGION}:lambda:path"
STREAMING = f"{PATH}/2021-11-15/functions/{ALIAS_ARN}/response-streaming-invocations"
BUFFERED = f"{PATH}/2015-03-31/functions/{ALIAS_ARN}/invocations"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:access"


@pytest.fixture
def rest_api(engine: FakeEngine) -> Deployed:
    return engine.deploy(REST_API, {"endpointConfiguration": {"types": "REGIONAL"}})


@pytest.fixture
def method(engine: FakeEngine, rest_api: Deployed) -> Deployed:
    return engine.deploy(API_METHOD, method_of(rest_api))


def method_of(rest_api: Deployed) -> dict[str, Any]:
    return {
        "restApi": rest_api.id,
        "resourceId": rest_api.outputs["rootResourceId"],
        "httpMethod": "ANY",
        "authorization": "NONE",
    }


def integration_of(method: Deployed, **changes: Any) -> dict[str, Any]:
    return {
        **{name: method.outputs[name] for name in ("restApi", "resourceId", "httpMethod")},
        "type": "AWS_PROXY",
        "integrationHttpMethod": "POST",
        "uri": STREAMING,
        "responseTransferMode": "STREAM",
        "timeoutMilliseconds": 900_000,
        **changes,
    }


def test_a_new_rest_api_has_its_binary_media_types(engine: FakeEngine) -> None:
    endpoint = {"types": "REGIONAL"}
    wanted = {"endpointConfiguration": endpoint, "binaryMediaTypes": ["*/*"]}
    rest_api = engine.deploy(REST_API, wanted)

    refreshed = engine.refresh(rest_api)
    assert refreshed is not None
    assert refreshed.outputs["binaryMediaTypes"] == ["*/*"]


def test_rest_api(engine: FakeEngine, rest_api: Deployed) -> None:
    wanted = {"endpointConfiguration": {"types": "REGIONAL"}, "description": "Streams"}
    assert rest_api.outputs["executionArn"] == (
        f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{rest_api.id}"
    )
    rest_api = engine.update(rest_api, wanted)
    assert rest_api.outputs["description"] == "Streams"
    for types in (["image/*", "multipart/form-data"], ["multipart/form-data", "*/*"], []):
        wanted = {**wanted, "binaryMediaTypes": types}
        rest_api = engine.update(rest_api, wanted)
        assert rest_api.outputs["binaryMediaTypes"] == types
    assert_settled(engine, rest_api, wanted)
    assert_gone(engine, rest_api)


def test_resource(engine: FakeEngine, rest_api: Deployed) -> None:
    root = rest_api.outputs["rootResourceId"]
    wanted = {"restApi": rest_api.id, "parentId": root, "pathPart": "{proxy+}"}
    resource = engine.deploy(API_RESOURCE, wanted)
    assert resource.outputs["path"] == "/{proxy+}"
    assert_settled(engine, resource, wanted)
    assert_gone(engine, resource)


def test_a_methods_authorization_changes_under_its_integration(
    engine: FakeEngine, rest_api: Deployed, method: Deployed
) -> None:
    assert method.id == f"agm-{rest_api.id}-{rest_api.outputs['rootResourceId']}-ANY"
    integration = engine.deploy(API_INTEGRATION, integration_of(method))

    wanted = {**method_of(rest_api), "authorization": "AWS_IAM"}
    method = engine.update(method, wanted)

    assert_settled(engine, method, wanted)
    assert_settled(engine, integration, integration_of(method))
    assert_gone(engine, method)


def test_integration(engine: FakeEngine, method: Deployed) -> None:
    integration = engine.deploy(API_INTEGRATION, integration_of(method))
    assert integration.id.startswith("agi-")
    assert_settled(engine, integration, integration_of(method))

    wanted = integration_of(
        method, uri=BUFFERED, responseTransferMode="BUFFERED", timeoutMilliseconds=29_000
    )
    integration = engine.update(integration, wanted)

    assert_settled(engine, integration, wanted)
    assert_gone(engine, integration)


@pytest.mark.parametrize(
    ("changes", "longest"),
    [
        pytest.param({"timeoutMilliseconds": 900_001}, 900_000, id="streams for 15 minutes"),
        pytest.param(
            {"responseTransferMode": "BUFFERED", "timeoutMilliseconds": 300_001},
            300_000,
            id="buffers for 5 minutes",
        ),
        pytest.param({"timeoutMilliseconds": 49}, 900_000, id="waits for 50 ms at least"),
    ],
)
def test_the_timeout_of_an_integration_depends_on_its_mode(
    planning: FakeEngine, changes: dict[str, Any], longest: int
) -> None:
    method = Deployed(
        API_METHOD, "", "", {}, {"restApi": "abc", "resourceId": "root", "httpMethod": "ANY"}
    )
    with pytest.raises(CheckError, match=rf"\(50 - {longest}\)"):
        planning.check(API_INTEGRATION, integration_of(method, **changes))


def test_a_stage_serves_one_deployment_until_it_gets_another(
    engine: FakeEngine, method: Deployed, data_plane: FakeDataPlane
) -> None:
    integration = engine.deploy(API_INTEGRATION, integration_of(method))
    api_id = method.outputs["restApi"]
    first = {"restApi": api_id, "triggers": {"served": "1"}}
    deployment = engine.deploy(API_DEPLOYMENT, first)
    assert_settled(engine, deployment, first)
    log = {"destinationArn": LOG_GROUP, "format": '{"id": "$context.requestId"}'}
    wanted = {
        "restApi": api_id,
        "stageName": "live",
        "deployment": deployment.id,
        "accessLogSettings": log,
    }
    stage = engine.deploy(API_STAGE, wanted)
    assert stage.id == f"ags-{api_id}-live"
    assert stage.outputs["invokeUrl"] == "http://127.0.0.1:1/live"
    assert_settled(engine, stage, wanted)

    engine.update(integration, integration_of(method, timeoutMilliseconds=60_000))
    target = data_plane.stages[f"{api_id}/live"].target("GET", "/")
    assert target is not None
    assert (target.streams, target.timeout_seconds) == (True, 900.0)

    again = engine.deploy(API_DEPLOYMENT, {**first, "triggers": {"served": "2"}}, name="again")
    wanted = {**wanted, "deployment": again.id}
    del wanted["accessLogSettings"]
    stage = engine.update(stage, wanted)
    target = data_plane.stages[f"{api_id}/live"].target("GET", "/")
    assert target is not None
    assert target.timeout_seconds == 60.0
    assert_settled(engine, stage, wanted)

    assert_gone(engine, stage)
    assert f"{api_id}/live" not in data_plane.stages
    assert_gone(engine, deployment)


def test_method_settings(engine: FakeEngine, rest_api: Deployed, method: Deployed) -> None:
    engine.deploy(API_INTEGRATION, integration_of(method))
    deployment = engine.deploy(API_DEPLOYMENT, {"restApi": rest_api.id})
    place = {"restApi": rest_api.id, "stageName": "live"}
    stage = engine.deploy(API_STAGE, {**place, "deployment": deployment.id})
    wanted = {
        **place,
        "methodPath": "*/*",
        "settings": {"throttlingRateLimit": 10.0, "throttlingBurstLimit": 20},
    }
    settings = engine.deploy(API_METHOD_SETTINGS, wanted)
    assert settings.id == f"{rest_api.id}-live-*/*"
    assert_settled(engine, settings, wanted)
    wanted = {**wanted, "settings": {"throttlingRateLimit": 5.0, "throttlingBurstLimit": 20}}
    settings = engine.update(settings, wanted)
    assert_settled(engine, settings, wanted)
    engine.destroy(settings)
    engine.destroy(stage)
    engine.destroy(settings)


def test_http_api(engine: FakeEngine, endpoint: ServedEndpoint, data_plane: FakeDataPlane) -> None:
    wanted_api = {"protocolType": "HTTP", "description": "Answers"}
    api = engine.deploy(HTTP_API, wanted_api)
    assert_settled(engine, api, wanted_api)
    wanted_integration = {
        "apiId": api.id,
        "integrationType": "AWS_PROXY",
        "integrationUri": BUFFERED,
        "payloadFormatVersion": "2.0",
        "timeoutMilliseconds": 30_000,
    }
    integration = engine.deploy(HTTP_INTEGRATION, wanted_integration)
    assert_settled(engine, integration, wanted_integration)
    wanted_route = {
        "apiId": api.id,
        "routeKey": "$default",
        "authorizationType": "AWS_IAM",
        "target": f"integrations/{integration.id}",
    }
    route = engine.deploy(HTTP_ROUTE, wanted_route)
    assert_settled(engine, route, wanted_route)
    wanted_stage = {
        "apiId": api.id,
        "name": "$default",
        "autoDeploy": True,
        "accessLogSettings": {"destinationArn": LOG_GROUP, "format": "$context.requestId"},
        "defaultRouteSettings": {"throttlingBurstLimit": 20, "throttlingRateLimit": 10.0},
    }
    stage = engine.deploy(HTTP_STAGE, wanted_stage)
    assert stage.outputs["invokeUrl"] == "http://127.0.0.1:1/"
    assert_settled(engine, stage, wanted_stage)

    # An HTTP API that deploys itself serves every change at once.
    wanted_route |= {"authorizationType": "NONE"}
    route = engine.update(route, wanted_route)
    assert_settled(engine, route, wanted_route)
    wanted_integration |= {"timeoutMilliseconds": 10_000}
    integration = engine.update(integration, wanted_integration)
    assert_settled(engine, integration, wanted_integration)
    wanted_stage["defaultRouteSettings"] = {"throttlingBurstLimit": 2, "throttlingRateLimit": 1.0}
    stage = engine.update(stage, wanted_stage)
    assert_settled(engine, stage, wanted_stage)
    target = data_plane.stages[f"{api.id}/$default"].target("GET", "/any/thing")
    assert target is not None
    assert (target.auth_type, target.streams, target.timeout_seconds) == ("NONE", False, 10.0)

    found = (
        AwsClients(endpoint.url)
        .get("apigatewayv2", REGION)
        .get_stage(ApiId=api.id, StageName="$default")
    )
    assert found["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 2
    for resource in (stage, route, integration, api):
        assert_gone(engine, resource)
    assert f"{api.id}/$default" not in data_plane.stages


def test_cors_of_an_http_api_is_added_changed_and_removed(
    engine: FakeEngine, data_plane: FakeDataPlane
) -> None:
    wanted: dict[str, Any] = {
        "protocolType": "HTTP",
        "corsConfiguration": {"allowOrigins": ["https://a.example", "https://b.example"]},
    }
    api = engine.deploy(HTTP_API, wanted)
    engine.deploy(HTTP_STAGE, {"apiId": api.id, "name": "$default", "autoDeploy": True})
    assert_settled(engine, api, wanted)
    assert served_cors(data_plane, api) == Cors(
        AllowOrigins=["https://a.example", "https://b.example"]
    )

    wanted["corsConfiguration"] = {
        "allowOrigins": ["https://a.example"],
        "allowMethods": ["GET"],
        "allowHeaders": ["authorization"],
        "exposeHeaders": ["etag"],
        "allowCredentials": True,
        "maxAge": 60,
    }
    api = engine.update(api, wanted)
    assert_settled(engine, api, wanted)
    assert served_cors(data_plane, api) == Cors(
        AllowOrigins=["https://a.example"],
        AllowMethods=["GET"],
        AllowHeaders=["authorization"],
        ExposeHeaders=["etag"],
        AllowCredentials=True,
        MaxAge=60,
    )

    wanted = {"protocolType": "HTTP"}
    api = engine.update(api, wanted)
    assert_settled(engine, api, wanted)
    assert served_cors(data_plane, api) is None


def served_cors(data_plane: FakeDataPlane, api: Deployed) -> Cors | None:
    return data_plane.stages[f"{api.id}/$default"].cors
