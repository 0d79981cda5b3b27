"""What is odd about HTTP APIs and their stages."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.resources.apigateway import invoke_url
from local.provider.values import Props


class Api(OrdinaryResource):
    """An HTTP API without routes."""

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Update the API. Removing CORS takes a call of its own."""
        super().update(aws, change)
        if change.touches("corsConfiguration") and not change.new.get("corsConfiguration"):
            aws.call("apigatewayv2", "delete_cors_configuration", ApiId=change.id)


class Stage(OrdinaryResource):
    """A name under which an HTTP API is served. Its id is the name."""

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the URL. The real provider's ends with a slash for the default stage alone."""
        address = invoke_url(found)
        return {"invokeUrl": address if existing.id == "$default" else address.removesuffix("/")}

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Delete the stage and create it again: moto has no UpdateStage."""
        aws.find("apigatewayv2", "delete_stage", **self.key(change.wanted))
        self.create(aws, change.new)
