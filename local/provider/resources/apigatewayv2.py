"""API Gateway's HTTP APIs (docs/facts/aws-provider.md#api-gateway)."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.api_stages import ACCESS_LOG, EXECUTION_ARN, invoke_url
from local.provider.resources.choices import choice
from local.provider.resources.cors import CORS_FIELDS
from local.provider.tagging import API_GATEWAY_V2
from local.provider.validators import between, length, one_of
from local.provider.values import Props


class Api(OrdinaryResource):
    """An HTTP API without routes."""

    pulumi_type = "aws:apigatewayv2/api:Api"
    auto_name = schema.AutoName(max_length=128)
    properties = schema.regional(
        name=schema.string(validators=(length(1, 128),)),
        protocolType=choice("apigatewayv2", "ProtocolType", required=True, replaces=True),
        description=schema.string(validators=(length(0, 1024),)),
        corsConfiguration=schema.block(fields={**CORS_FIELDS, "maxAge": schema.integer()}),
        apiKeySelectionExpression=schema.string(default="$request.header.x-api-key"),
        routeSelectionExpression=schema.string(default="$request.method $request.path"),
        **schema.outputs("apiEndpoint", "arn", "executionArn"),
    )

    operations = Operations(
        service="apigatewayv2",
        **calls("api"),
        made="ApiId",
        key={"ApiId": "id"},
        updates=("name", "description", "corsConfiguration"),
        optional=("description", "corsConfiguration"),
        derived={
            "arn": "arn:{partition}:apigateway:{region}::/apis/{id}",
            "executionArn": EXECUTION_ARN,
        },
        tagging=API_GATEWAY_V2,
    )

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Update the API. Removing CORS takes a call of its own."""
        super().update(aws, change)
        if change.touches("corsConfiguration") and not change.new.get("corsConfiguration"):
            aws.call("apigatewayv2", "delete_cors_configuration", ApiId=change.id)


class Integration(OrdinaryResource):
    """An integration, which routes of an HTTP API call."""

    pulumi_type = "aws:apigatewayv2/integration:Integration"
    import_layout = "apiId/id"
    properties = schema.regional(
        apiId=schema.string(required=True, replaces=True),
        integrationType=choice("apigatewayv2", "IntegrationType", required=True, replaces=True),
        integrationUri=schema.string(),
        connectionType=choice("apigatewayv2", "ConnectionType", default="INTERNET"),
        payloadFormatVersion=schema.string(default="1.0", validators=(one_of("1.0", "2.0"),)),
        timeoutMilliseconds=schema.integer(
            computed=True, member="TimeoutInMillis", validators=(between(50, 30_000),)
        ),
    )

    operations = Operations(
        service="apigatewayv2",
        **calls("integration"),
        made="IntegrationId",
        key={"ApiId": "apiId", "IntegrationId": "id"},
        optional=("integrationUri",),
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return AWS's default timeout if none is set."""
        return {"timeoutMilliseconds": found.get("TimeoutInMillis", 30_000)}


class Route(OrdinaryResource):
    """A route of an HTTP API."""

    pulumi_type = "aws:apigatewayv2/route:Route"
    import_layout = "apiId/id"
    properties = schema.regional(
        apiId=schema.string(required=True, replaces=True),
        routeKey=schema.string(required=True),
        target=schema.string(validators=(length(0, 128),)),
        authorizationType=choice("apigatewayv2", "AuthorizationType", default="NONE"),
        apiKeyRequired=schema.boolean(default=False),
    )

    operations = Operations(
        service="apigatewayv2",
        **calls("route"),
        made="RouteId",
        key={"ApiId": "apiId", "RouteId": "id"},
        optional=("target",),
    )


class Stage(OrdinaryResource):
    """A name under which an HTTP API is served. Its id is the name."""

    pulumi_type = "aws:apigatewayv2/stage:Stage"
    id_layout = "{name}"
    import_layout = "apiId/name"
    auto_name = schema.AutoName(max_length=128)
    properties = schema.regional(
        apiId=schema.string(required=True, replaces=True),
        name=schema.string(replaces=True, member="StageName", validators=(length(1, 128),)),
        autoDeploy=schema.boolean(default=False),
        accessLogSettings=ACCESS_LOG,
        defaultRouteSettings=schema.block(
            fields={
                "throttlingBurstLimit": schema.integer(),
                "throttlingRateLimit": schema.number(),
            }
        ),
        **schema.outputs("arn", "executionArn", "invokeUrl"),
    )

    operations = Operations(
        service="apigatewayv2",
        **calls("stage", update=""),
        key={"ApiId": "apiId", "StageName": "name"},
        optional=("accessLogSettings",),
        derived={
            "arn": "arn:{partition}:apigateway:{region}::/apis/{apiId}/stages/{name}",
            "executionArn": EXECUTION_ARN.replace("{id}", "{apiId}/{name}"),
        },
        tagging=API_GATEWAY_V2,
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the URL. The real provider's ends with a slash for the default stage alone."""
        address = invoke_url(found)
        return {"invokeUrl": address if existing.id == "$default" else address.removesuffix("/")}

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Delete the stage and create it again: moto has no UpdateStage."""
        aws.find("apigatewayv2", "delete_stage", **self.key(schema.Existing(change.id, change.new)))
        self.create(aws, change.new)
