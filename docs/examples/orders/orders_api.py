"""One REST API before both functions: it streams from one of them, and takes ``/api/orders/``."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from infra.fronts.rest_api import STAGE
from infra.service import Service

_SECONDS = 29
"""The longest that a REST API waits for a whole response that does not stream."""


class _Route(NamedTuple):
    """A method of a resource, and how it calls its function."""

    name: str
    http_method: str
    resource_id: pulumi.Input[str]
    function: Mapping[str, Any]


def serve(
    region: str, auth: str, listing: Service, writing: aws.lambda_.Function
) -> pulumi.Output[str]:
    """Build the API, and return the address of the orders.

    Parameters
    ----------
    auth
        ``AWS_IAM``, or ``NONE`` for everyone.
    """
    api = aws.apigateway.RestApi("orders", endpoint_configuration={"types": "REGIONAL"})
    folder = _resource(api, "orders-api", api.root_resource_id, "api")
    orders = _resource(api, "orders", folder, "orders")
    order = _resource(api, "orders-one", orders, "{proxy+}")

    streamed = _uri(region, "2021-11-15", listing.alias_arn, "response-streaming-invocations")
    buffered = _uri(region, "2015-03-31", writing.arn, "invocations")
    whole = {"uri": buffered, "timeout_milliseconds": _SECONDS * 1000}
    routes = [
        _Route(
            "orders-list",
            "GET",
            orders,
            {
                "uri": streamed,
                "response_transfer_mode": "STREAM",
                "timeout_milliseconds": listing.settings.timeout_seconds * 1000,
            },
        ),
        _Route("orders-create", "POST", orders, whole),
        _Route("orders-one", "ANY", order, whole),
    ]
    integrations = [_integrate(api, route, auth) for route in routes]
    _admit(api, "orders-list", listing.function_name, listing.alias_name)
    _admit(api, "orders-write", writing.name)
    served = json.dumps({"auth": auth, "routes": [route[:2] for route in routes]})
    deployment = aws.apigateway.Deployment(
        "orders",
        rest_api=api.id,
        # Only a change of a trigger deploys the API again.
        triggers={"served": pulumi.Output.concat(served, streamed, buffered)},
        opts=pulumi.ResourceOptions(depends_on=integrations),
    )
    stage = aws.apigateway.Stage(
        "orders", rest_api=api.id, deployment=deployment.id, stage_name=STAGE
    )
    aws.apigateway.MethodSettings(
        "orders",
        rest_api=api.id,
        stage_name=stage.stage_name,
        method_path="*/*",
        settings={"throttling_rate_limit": 100, "throttling_burst_limit": 200},
    )
    return pulumi.Output.concat(stage.invoke_url, "/api/orders/")


def _uri(
    region: str, version: str, function_arn: pulumi.Output[str], operation: str
) -> pulumi.Output[str]:
    """Return the URI by which an integration calls a function, by an operation of Lambda."""
    path = f"arn:aws:apigateway:{region}:lambda:path/{version}/functions/"
    return pulumi.Output.concat(path, function_arn, f"/{operation}")


def _resource(
    api: aws.apigateway.RestApi, name: str, parent_id: pulumi.Input[str], part: str
) -> pulumi.Output[str]:
    return aws.apigateway.Resource(name, rest_api=api.id, parent_id=parent_id, path_part=part).id


def _integrate(api: aws.apigateway.RestApi, route: _Route, auth: str) -> aws.apigateway.Integration:
    method = aws.apigateway.Method(
        route.name,
        rest_api=api.id,
        resource_id=route.resource_id,
        http_method=route.http_method,
        authorization=auth,
    )
    return aws.apigateway.Integration(
        route.name,
        rest_api=api.id,
        resource_id=route.resource_id,
        http_method=method.http_method,
        type="AWS_PROXY",
        integration_http_method="POST",
        **route.function,
    )


def _admit(
    api: aws.apigateway.RestApi,
    name: str,
    function: pulumi.Input[str],
    alias: pulumi.Input[str] | None = None,
) -> None:
    aws.lambda_.Permission(
        name,
        action="lambda:InvokeFunction",
        function=function,
        qualifier=alias,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
    )
