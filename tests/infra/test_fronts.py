"""What callers reach the function through: a function URL, a REST API or an HTTP API."""

import json
from typing import Any

import pytest

from tests.infra.api_requests import assert_the_api_takes
from tests.infra.declared import ACCOUNT, PUBLIC, REGION, Program, declare

URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
REST_API = "aws:apigateway/restApi:RestApi"
HTTP_API = "aws:apigatewayv2/api:Api"
STAGES = {"rest": "aws:apigateway/stage:Stage", "http": "aws:apigatewayv2/stage:Stage"}

NAME = "lmi-streaming-1a2b3c4"
API = f"{NAME}-id"
ALIAS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}:live"
PATH = f"arn:aws:apigateway:{REGION}:lambda:path"

AUTHORIZATION: list[tuple[dict[str, Any], str]] = [({}, "AWS_IAM"), (PUBLIC, "NONE")]

OTHER_ACCOUNT = "210987654321"
OTHER_ROLE = "arn:aws:iam::210987654321:role/team/Reader+1"


@pytest.fixture
def rest() -> Program:
    return declare(front="rest", timeoutSeconds=900)


@pytest.mark.parametrize(
    ("front", "component", "url"),
    [
        ("url", "FunctionUrl", f"https://abc.lambda-url.{REGION}.on.aws/"),
        ("rest", "RestApi", f"https://abc.execute-api.{REGION}.amazonaws.com/live/"),
        ("http", "HttpApi", f"https://abc.execute-api.{REGION}.amazonaws.com/"),
    ],
)
def test_the_url_is_the_address_of_the_one_front(front: str, component: str, url: str) -> None:
    declared = declare(front=front)
    fronts = {resource.type for resource in declared.resources} & {URL, REST_API, HTTP_API}

    assert declared.outputs["url"] == url
    assert len(fronts) == 1
    assert declared.one(fronts.pop()).parent == f"lmi-streaming:infra:{component}"


@pytest.mark.parametrize(("config", "auth"), AUTHORIZATION)
def test_a_function_url_streams_from_the_alias(config: dict[str, Any], auth: str) -> None:
    assert declare(**config).one(URL).inputs == {
        "functionName": NAME,
        "qualifier": "live",
        "authorizationType": auth,
        "invokeMode": "RESPONSE_STREAM",
    }


def test_a_change_of_who_may_call_replaces_the_url_and_deletes_it_first(default: Program) -> None:
    options = default.one(URL).options

    assert options["replaceOnChanges"] == ["authorizationType"]
    assert options["deleteBeforeReplace"] is True


@pytest.mark.parametrize(
    ("config", "callers"),
    [
        # Callers of the same account need no statement, and the provider adds those of NONE.
        ({}, []),
        (PUBLIC, []),
        ({}, [OTHER_ACCOUNT]),
        ({}, [OTHER_ROLE]),
        ({}, [OTHER_ACCOUNT, OTHER_ROLE]),
    ],
)
def test_each_caller_gets_the_two_statements_that_a_url_requires(
    config: dict[str, Any], callers: list[str]
) -> None:
    permissions = declare(**config, urlCallers=callers).all(PERMISSION)

    assert sorted(json.dumps(permission.inputs, sort_keys=True) for permission in permissions) == (
        sorted(
            json.dumps(
                {
                    "function": NAME,
                    "qualifier": "live",
                    "principal": caller,
                    "action": action,
                    **condition,
                },
                sort_keys=True,
            )
            for caller in callers
            for action, condition in (
                ("lambda:InvokeFunctionUrl", {"functionUrlAuthType": "AWS_IAM"}),
                ("lambda:InvokeFunction", {"invokedViaFunctionUrl": True}),
            )
        )
    )


def test_a_caller_keeps_its_statements_when_others_are_added_or_removed() -> None:
    alone = declare(urlCallers=[OTHER_ROLE]).all(PERMISSION)
    second = declare(urlCallers=[OTHER_ACCOUNT, OTHER_ROLE]).all(PERMISSION, principal=OTHER_ROLE)

    assert {permission.urn for permission in alone} == {permission.urn for permission in second}


SIGNED_HEADERS = [
    "authorization",
    "content-type",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
]


@pytest.mark.parametrize(
    ("front", "type_", "block"),
    [
        ("url", URL, "cors"),
        ("http", HTTP_API, "corsConfiguration"),
    ],
)
class TestCors:
    def test_the_application_answers_unless_the_stack_names_origins(
        self, front: str, type_: str, block: str
    ) -> None:
        assert block not in declare(front=front).one(type_).inputs

    def test_pages_of_the_named_origins_may_call(self, front: str, type_: str, block: str) -> None:
        declared = declare(front=front, **PUBLIC, corsOrigins=["https://app.example.com"])

        assert_the_api_takes(declared)
        assert declared.one(type_).inputs[block] == {
            "allowOrigins": ["https://app.example.com"],
            "allowMethods": ["GET", "POST"],
            "allowHeaders": SIGNED_HEADERS,
            "allowCredentials": False,
            "maxAge": 600,
        }

    def test_the_cors_settings_of_the_stack_are_used(
        self, front: str, type_: str, block: str
    ) -> None:
        declared = declare(
            front=front,
            **PUBLIC,
            corsOrigins=["http://localhost:3000", "https://app.example.com"],
            corsMethods=["*"],
            corsHeaders=["x-request-id"],
            corsCredentials=True,
            corsMaxAge=0,
        )

        assert_the_api_takes(declared)
        assert declared.one(type_).inputs[block] == {
            "allowOrigins": ["http://localhost:3000", "https://app.example.com"],
            "allowMethods": ["*"],
            "allowHeaders": ["x-request-id"],
            "allowCredentials": True,
            "maxAge": 0,
        }


class TestRestApi:
    def test_every_method_of_every_path_streams_from_the_alias(self, rest: Program) -> None:
        integrations = rest.all("aws:apigateway/integration:Integration")

        assert {integration.inputs["resourceId"] for integration in integrations} == {
            "root",
            "lmi-streaming-proxy-1a2b3c4-id",
        }
        for integration in integrations:
            assert (
                integration.inputs.items()
                >= {
                    "restApi": API,
                    "httpMethod": "ANY",
                    "type": "AWS_PROXY",
                    "integrationHttpMethod": "POST",
                    "uri": f"{PATH}/2021-11-15/functions/{ALIAS}/response-streaming-invocations",
                    "responseTransferMode": "STREAM",
                    "timeoutMilliseconds": 900_000,
                }.items()
            )
        assert rest.one("aws:apigateway/resource:Resource").inputs["pathPart"] == "{proxy+}"

    def test_it_is_regional(self, rest: Program) -> None:
        assert rest.one(REST_API).inputs["endpointConfiguration"] == {"types": "REGIONAL"}

    def test_it_is_deployed_after_its_integrations(self, rest: Program) -> None:
        deployment = rest.one("aws:apigateway/deployment:Deployment")
        integrations = rest.all("aws:apigateway/integration:Integration")

        assert {integration.urn for integration in integrations} <= deployment.depends_on

    @pytest.mark.parametrize("change", [PUBLIC, {"timeoutSeconds": 60}])
    def test_it_is_deployed_again_when_what_it_serves_changes(
        self, rest: Program, change: dict[str, Any]
    ) -> None:
        before, after = (
            declared.one("aws:apigateway/deployment:Deployment").inputs["triggers"]
            for declared in (rest, declare(front="rest", **{"timeoutSeconds": 900, **change}))
        )

        assert before != after

    @pytest.mark.parametrize(("config", "auth"), AUTHORIZATION)
    def test_every_method_has_the_authorization_of_the_stack(
        self, config: dict[str, Any], auth: str
    ) -> None:
        methods = declare(front="rest", **config).all("aws:apigateway/method:Method")

        assert [method.inputs["authorization"] for method in methods] == [auth, auth]

    def test_every_method_is_throttled(self, rest: Program) -> None:
        assert rest.one("aws:apigateway/methodSettings:MethodSettings").inputs == {
            "restApi": API,
            "stageName": "live",
            "methodPath": "*/*",
            "settings": {"throttlingRateLimit": 100, "throttlingBurstLimit": 200},
        }


class TestHttpApi:
    @pytest.mark.parametrize(
        ("seconds", "milliseconds"),
        [
            pytest.param(29, 29_000, id="the function's own time"),
            pytest.param(900, 30_000, id="the longest that an HTTP API waits"),
        ],
    )
    def test_every_request_invokes_the_alias(self, seconds: int, milliseconds: int) -> None:
        http = declare(front="http", timeoutSeconds=seconds)

        integration = http.one("aws:apigatewayv2/integration:Integration")
        assert integration.inputs == {
            "apiId": API,
            "integrationType": "AWS_PROXY",
            "integrationUri": f"{PATH}/2015-03-31/functions/{ALIAS}/invocations",
            "payloadFormatVersion": "2.0",
            "timeoutMilliseconds": milliseconds,
        }
        assert http.one("aws:apigatewayv2/route:Route").inputs == {
            "apiId": API,
            "routeKey": "$default",
            "authorizationType": "AWS_IAM",
            "target": f"integrations/{API}",
        }

    def test_its_stage_deploys_itself_and_is_throttled(self) -> None:
        stage = declare(front="http").one(STAGES["http"]).inputs

        assert (stage["name"], stage["autoDeploy"]) == ("$default", True)
        assert stage["defaultRouteSettings"] == {
            "throttlingRateLimit": 100,
            "throttlingBurstLimit": 200,
        }


@pytest.mark.parametrize("front", ["rest", "http"])
class TestEitherApi:
    def test_the_alias_allows_the_api_before_it_serves(self, front: str) -> None:
        declared = declare(front=front)
        permission = declared.one(PERMISSION)

        assert permission.inputs == {
            "action": "lambda:InvokeFunction",
            "function": NAME,
            "qualifier": "live",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/*/*",
        }
        assert permission.urn in declared.before(declared.one(STAGES[front]))

    def test_it_writes_an_access_log_that_is_kept_as_long_as_the_functions(
        self, front: str
    ) -> None:
        declared = declare(front=front, logRetentionDays=30)
        settings = declared.one(STAGES[front]).inputs["accessLogSettings"]

        groups = {group.name: group.inputs for group in declared.all(LOG_GROUP)}
        assert groups["lmi-streaming-access"] == {"retentionInDays": 30}
        assert settings["destinationArn"].endswith(":log-group:lmi-streaming-access-1a2b3c4")
        # API Gateway refuses a format without it.
        assert json.loads(settings["format"])["requestId"] == "$context.requestId"

    @pytest.mark.parametrize("seconds", [1, 900])
    def test_the_api_of_aws_accepts_what_is_declared(self, front: str, seconds: int) -> None:
        assert_the_api_takes(declare(front=front, timeoutSeconds=seconds))

    def test_the_access_log_can_be_left_out(self, front: str) -> None:
        declared = declare(front=front, accessLogs=False)

        assert "accessLogSettings" not in declared.one(STAGES[front]).inputs
        names = {group.name for group in declared.all(LOG_GROUP)}
        assert "lmi-streaming-access" not in names
