"""HTTP APIs, their integrations and routes (``aws:apigatewayv2/...``)."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.api_stages import execution_arn
from local.provider.resources.cors import CORS_FIELDS
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    ResourceType,
    block,
    boolean,
    integer,
    output,
    string,
)
from local.provider.validators import between, length, one_of, one_of_enum
from local.provider.values import Props

GONE = ("NotFoundException",)


class Api(ResourceType):
    """An HTTP API without routes."""

    pulumi_type = "aws:apigatewayv2/api:Api"
    auto_name = AutoName(max_length=128)
    properties = MappingProxyType(
        {
            "name": string(validators=(length(1, 128),)),
            "protocolType": string(
                required=True,
                replaces=True,
                validators=(one_of_enum("apigatewayv2", "ProtocolType"),),
            ),
            "description": string(validators=(length(0, 1024),)),
            "corsConfiguration": block(fields={**CORS_FIELDS, "maxAge": integer()}),
            "apiKeySelectionExpression": string(default="$request.header.x-api-key"),
            "routeSelectionExpression": string(default="$request.method $request.path"),
            "region": REGION,
            **TAGS,
            "apiEndpoint": output(),
            "arn": output(),
            "executionArn": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the API."""
        params = to_api(self.properties, inputs)
        tags = inputs["tagsAll"] or None
        return aws.call("apigatewayv2", "create_api", **params, Tags=tags)["ApiId"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the API."""
        api = aws.find("apigatewayv2", "get_api", GONE, ApiId=existing.id)
        return api and {
            "description": None,
            "corsConfiguration": None,
            **from_api(self.properties, api),
            "tagsAll": api.get("Tags", {}),
            "arn": f"arn:aws:apigateway:{aws.region}::/apis/{existing.id}",
            "executionArn": execution_arn(aws, existing.id),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update name, description, tags and CORS. Removing CORS takes a call of its own."""
        params = to_api(self.properties, change.new, "name", "description", "corsConfiguration")
        aws.call("apigatewayv2", "update_api", ApiId=change.id, **params)
        if change.touches("corsConfiguration") and not change.new.get("corsConfiguration"):
            aws.call("apigatewayv2", "delete_cors_configuration", ApiId=change.id)
        _update_tags(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the API with its integrations, routes and stages."""
        if self.read(aws, existing) is not None:
            aws.call("apigatewayv2", "delete_api", ApiId=existing.id)


def _update_tags(aws: Aws, change: Change) -> None:
    arn = change.old["arn"]
    if keys := change.removed_tags:
        aws.call("apigatewayv2", "untag_resource", ResourceArn=arn, TagKeys=keys)
    if tags := change.changed_tags:
        aws.call("apigatewayv2", "tag_resource", ResourceArn=arn, Tags=tags)


class Integration(ResourceType):
    """An integration, which routes of an HTTP API call."""

    pulumi_type = "aws:apigatewayv2/integration:Integration"
    import_layout = "apiId/id"
    properties = MappingProxyType(
        {
            "apiId": string(required=True, replaces=True),
            "integrationType": string(
                required=True,
                replaces=True,
                validators=(one_of_enum("apigatewayv2", "IntegrationType"),),
            ),
            "integrationUri": string(),
            "connectionType": string(
                default="INTERNET", validators=(one_of_enum("apigatewayv2", "ConnectionType"),)
            ),
            "payloadFormatVersion": string(default="1.0", validators=(one_of("1.0", "2.0"),)),
            "timeoutMilliseconds": integer(
                computed=True, member="TimeoutInMillis", validators=(between(50, 30_000),)
            ),
            "region": REGION,
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the integration."""
        params = to_api(self.properties, inputs)
        return aws.call("apigatewayv2", "create_integration", **params)["IntegrationId"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the integration."""
        found = aws.find("apigatewayv2", "get_integration", GONE, **self._key(existing))
        return found and {
            "integrationUri": None,
            **from_api(self.properties, found),
            "timeoutMilliseconds": found.get("TimeoutInMillis", 30_000),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change the integration."""
        params = to_api(self.properties, change.new)
        aws.call("apigatewayv2", "update_integration", IntegrationId=change.id, **params)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the integration."""
        if self.read(aws, existing) is not None:
            aws.call("apigatewayv2", "delete_integration", **self._key(existing))

    def _key(self, existing: Existing) -> dict[str, Any]:
        return {"ApiId": existing.state["apiId"], "IntegrationId": existing.id}


class Route(ResourceType):
    """A route of an HTTP API."""

    pulumi_type = "aws:apigatewayv2/route:Route"
    import_layout = "apiId/id"
    properties = MappingProxyType(
        {
            "apiId": string(required=True, replaces=True),
            "routeKey": string(required=True),
            "target": string(validators=(length(0, 128),)),
            "authorizationType": string(
                default="NONE", validators=(one_of_enum("apigatewayv2", "AuthorizationType"),)
            ),
            "apiKeyRequired": boolean(default=False),
            "region": REGION,
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the route."""
        params = to_api(self.properties, inputs)
        return aws.call("apigatewayv2", "create_route", **params)["RouteId"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the route."""
        found = aws.find("apigatewayv2", "get_route", GONE, **self._key(existing))
        return found and {"target": None, **from_api(self.properties, found)}

    def update(self, aws: Aws, change: Change) -> None:
        """Change the route."""
        params = to_api(self.properties, change.new)
        aws.call("apigatewayv2", "update_route", RouteId=change.id, **params)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the route."""
        if self.read(aws, existing) is not None:
            aws.call("apigatewayv2", "delete_route", **self._key(existing))

    def _key(self, existing: Existing) -> dict[str, Any]:
        return {"ApiId": existing.state["apiId"], "RouteId": existing.id}
