"""Deployments, stages and method settings of REST APIs (``aws:apigateway/...``)."""

from dataclasses import replace
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, Setter, calls
from local.provider.resources.api_stages import ACCESS_LOG, EXECUTION_ARN, invoke_url
from local.provider.resources.apigateway.rest_api import patch
from local.provider.spelling import camel_case
from local.provider.tagging import API_GATEWAY
from local.provider.values import Props

_THROTTLING = {
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
}
_KEY = {"restApiId": "restApi", "stageName": "stageName"}


class Deployment(OrdinaryResource):
    """A snapshot of a REST API. A change of its triggers creates another one.

    It is read out of the list of deployments: moto fails when it is asked for a deleted one.
    """

    pulumi_type = "aws:apigateway/deployment:Deployment"
    import_layout = "restApi/id"
    properties = schema.regional(
        camel_case,
        restApi=schema.string(required=True, replaces=True, member="restApiId"),
        triggers=schema.mapping(replaces=True, sent=False),
        createdDate=schema.output(),
    )
    operations = Operations(
        service="apigateway",
        create="create_deployment",
        made="id",
        read="get_deployments",
        read_key={"restApiId": "restApi"},
        found="items",
        match={"id": "id"},
        delete="delete_deployment",
        key={"restApiId": "restApi", "deploymentId": "id"},
    )


def _access_log(wanted: Props | None) -> dict[str, Any]:
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

    pulumi_type = "aws:apigateway/stage:Stage"
    id_layout = "ags-{restApi}-{stageName}"
    import_layout = "restApi/stageName"
    properties = schema.regional(
        camel_case,
        restApi=schema.string(required=True, replaces=True, member="restApiId"),
        stageName=schema.string(required=True, replaces=True),
        deployment=schema.string(required=True, member="deploymentId"),
        accessLogSettings=replace(ACCESS_LOG, sent=False),
        **schema.outputs("arn", "executionArn", "invokeUrl"),
    )
    operations = Operations(
        service="apigateway",
        **calls("stage", update=""),
        key=_KEY,
        setters={
            "deployment": patch("update_stage", "/deploymentId"),
            "accessLogSettings": Setter(set="update_stage", members=_access_log),
        },
        derived={
            "arn": "arn:{partition}:apigateway:{region}::/restapis/{restApi}/stages/{stageName}",
            "executionArn": EXECUTION_ARN.replace("{id}", "{restApi}/{stageName}"),
        },
        tagging=API_GATEWAY,
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the access log, and the URL without the slash at its end, as the provider does."""
        return {
            "accessLogSettings": found.get("accessLogSettings"),
            "invokeUrl": invoke_url(found).removesuffix("/"),
        }


class MethodSettings(OrdinaryResource):
    """Throttling of the methods of a stage. Its id is API, stage and path, joined by dashes."""

    pulumi_type = "aws:apigateway/methodSettings:MethodSettings"
    id_layout = "{restApi}-{stageName}-{methodPath}"
    import_layout = "restApi/stageName/methodPath"
    properties = schema.regional(
        camel_case,
        restApi=schema.string(required=True, replaces=True),
        stageName=schema.string(required=True, replaces=True),
        methodPath=schema.string(required=True, replaces=True),
        settings=schema.block(
            fields={
                "throttlingBurstLimit": schema.integer(default=-1),
                "throttlingRateLimit": schema.number(default=-1),
            },
            required=True,
        ),
    )
    operations = Operations(
        service="apigateway", **calls("stage", create="update", delete=""), key=_KEY
    )

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
