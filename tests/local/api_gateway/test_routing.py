"""What an API does with a request follows from its methods, the most exact one first."""

import pytest

from local.api_gateway.routing import (
    Routes,
    execution_arn,
    methods_of_http_api,
    methods_of_rest_api,
)

ALIAS = "arn:aws:lambda:eu-west-1:123456789012:function:demo:live"
URI = f"arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/{ALIAS}/response-streaming-invocations"  # noqa: E501
STAGE = execution_arn("eu-west-1", "abc", "live")


def always(_resource: str, _method: str) -> bool:
    return True


def version_one(_function_arn: str, _source_arn: str) -> str:
    return "1"


def rest_routes(*paths: str, method: str = "ANY", asked: list[str] | None = None) -> Routes:
    """Route a REST API that has one method on each of these paths."""
    integration = {"type": "AWS_PROXY", "uri": URI, "timeoutInMillis": 5000}
    resources = [
        {
            "id": path,
            "path": path,
            "resourceMethods": {
                method: {"authorizationType": "AWS_IAM", "methodIntegration": integration}
            },
        }
        for path in paths
    ]

    def version_for(function_arn: str, source_arn: str) -> str:
        if asked is not None:
            asked.append(source_arn)
        return function_arn.rpartition(":")[2]

    return Routes(methods_of_rest_api(resources, always), STAGE, version_for)


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/", "/", {}),
        ("/orders/new", "/orders/new", {}),
        ("/orders/new/", "/orders/new", {}),
        ("/orders/7", "/orders/{id}", {"id": "7"}),
        ("/orders/7/", "/orders/{id}", {"id": "7"}),
        ("/orders/7/items", "/{proxy+}", {"proxy": "orders/7/items"}),
        ("/a.b", "/{proxy+}", {"proxy": "a.b"}),
    ],
)
def test_the_most_exact_path_counts(path: str, resource: str, parameters: dict[str, str]) -> None:
    target = rest_routes("/{proxy+}", "/orders/{id}", "/orders/new", "/").target("GET", path)

    assert target is not None
    assert (target.resource, target.path_parameters) == (resource, parameters)


def test_a_request_without_a_method_has_no_target() -> None:
    routes = rest_routes("/orders", method="GET")

    assert routes.target("POST", "/orders") is None
    assert routes.target("GET", "/") is None


def test_a_target_has_the_settings_of_its_method() -> None:
    asked: list[str] = []
    target = rest_routes("/{proxy+}", asked=asked).target("GET", "/a/b")

    assert target is not None
    assert target.function_name == "demo"
    assert target.auth_type == "AWS_IAM"
    assert (target.streams, target.timeout_seconds) == (True, 5.0)
    assert target.version() == "live"
    assert asked == [
        "arn:aws:execute-api:eu-west-1:123456789012:abc/live/GET/{proxy+}",
    ]


def test_an_integration_of_another_type_has_no_function() -> None:
    resource = {
        "id": "root",
        "path": "/",
        "resourceMethods": {"GET": {"methodIntegration": {"type": "MOCK"}}},
    }
    methods = methods_of_rest_api([resource], always)
    target = Routes(methods, STAGE, version_one).target("GET", "/")

    assert target is not None
    assert not target.version()


@pytest.mark.parametrize(
    ("http_method", "path", "route_key"),
    [
        ("GET", "/orders", "GET /orders"),
        ("GET", "/orders/", "ANY /{proxy+}"),
        ("POST", "/orders", "ANY /{proxy+}"),
        ("GET", "/", "$default"),
    ],
)
def test_an_http_api_falls_back_to_its_default_route(
    http_method: str, path: str, route_key: str
) -> None:
    integration = {
        "integrationId": "one",
        "integrationType": "AWS_PROXY",
        "integrationUri": ALIAS,
        "timeoutInMillis": 30000,
    }
    routes = [
        {"routeKey": key, "target": "integrations/one"}
        for key in ("$default", "ANY /{proxy+}", "GET /orders")
    ]
    target = Routes(methods_of_http_api(routes, [integration]), STAGE, version_one).target(
        http_method, path
    )

    assert target is not None
    assert target.resource == route_key
    assert target.payload_format == "1.0"  # the default of AWS's API
    assert (target.streams, target.timeout_seconds) == (False, 30.0)
    assert target.function_name == "demo"


@pytest.mark.parametrize("payload_format", ["1.0", "2.0"])
def test_an_http_api_has_the_payload_format_of_its_integration(payload_format: str) -> None:
    integration = {"integrationId": "one", "payloadFormatVersion": payload_format}
    route = {"routeKey": "$default", "target": "integrations/one"}

    (method,) = methods_of_http_api([route], [integration])

    assert method.target.payload_format == payload_format
