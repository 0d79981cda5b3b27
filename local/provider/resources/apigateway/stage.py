"""What is odd about stages of REST APIs and the settings of their methods."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.resources.api_stages import invoke_url
from local.provider.values import Props

_THROTTLING = {
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
}


def access_log(wanted: Props | None) -> dict[str, Any]:
    """Return the patches that set the access log, or remove it."""
    if not wanted:
        return {"patchOperations": [{"op": "remove", "path": "/accessLogSettings"}]}
    return {
        "patchOperations": [
            {"op": "replace", "path": f"/accessLogSettings/{name}", "value": wanted[name]}
            for name in ("destinationArn", "format")
        ]
    }


class Stage(OrdinaryResource):
    """A name under which a deployment is served. Its id is ``ags-``, the API's id and the name."""

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the URL without the slash at its end, as the real provider does."""
        return {"invokeUrl": invoke_url(found).removesuffix("/")}


class MethodSettings(OrdinaryResource):
    """Throttling of the methods of a stage. Its id is API, stage and path, joined by dashes."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the patches of the stage that set the throttling."""
        path, settings = inputs["methodPath"], inputs["settings"]
        patches = [
            {"op": "replace", "path": f"/{path}/{key}", "value": str(settings[name])}
            for name, key in _THROTTLING.items()
        ]
        return {**self.key(schema.Existing("", inputs)), "patchOperations": patches}

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Find the settings among those of the stage."""
        stage = super().describe(aws, existing) or {}
        return stage.get("methodSettings", {}).get(existing.state["methodPath"])

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the throttling."""
        return {"settings": {name: found[name] for name in _THROTTLING}}

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Remove the settings. moto keeps them until the stage is deleted, without effect."""
        if self.describe(aws, existing) is not None:
            removal = {"op": "remove", "path": f"/{existing.state['methodPath']}"}
            aws.call("apigateway", "update_stage", **self.key(existing), patchOperations=[removal])
