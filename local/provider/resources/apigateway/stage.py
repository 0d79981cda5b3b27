"""Deployments, stages and method settings of REST APIs (``aws:apigateway/...``)."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.resources.api_stages import ACCESS_LOG, execution_arn, invoke_url
from local.provider.resources.apigateway.rest_api import GONE
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    ResourceType,
    block,
    integer,
    mapping,
    number,
    output,
    string,
)
from local.provider.tagging import API_GATEWAY
from local.provider.values import Props

_THROTTLING = {
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
}


class Deployment(ResourceType):
    """A snapshot of a REST API. A change of its triggers creates another one."""

    pulumi_type = "aws:apigateway/deployment:Deployment"
    import_layout = "restApi/id"
    properties = MappingProxyType(
        {
            "restApi": string(required=True, replaces=True),
            "triggers": mapping(replaces=True, sent=False),
            "region": REGION,
            "createdDate": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Deploy the API."""
        return aws.call("apigateway", "create_deployment", restApiId=inputs["restApi"])["id"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the deployment in the list: moto fails when asked for a deleted one."""
        answer = aws.find(
            "apigateway", "get_deployments", GONE, restApiId=existing.state["restApi"]
        )
        deployments: list[dict[str, Any]] = answer["items"] if answer else []
        found = next((entry for entry in deployments if entry["id"] == existing.id), None)
        return found and {"createdDate": found["createdDate"].isoformat()}

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the deployment."""
        if self.read(aws, existing) is not None:
            aws.call(
                "apigateway",
                "delete_deployment",
                restApiId=existing.state["restApi"],
                deploymentId=existing.id,
            )


class Stage(ResourceType):
    """A name under which a deployment is served. Its id is ``ags-``, the API's id and the name."""

    pulumi_type = "aws:apigateway/stage:Stage"
    import_layout = "restApi/stageName"
    properties = MappingProxyType(
        {
            "restApi": string(required=True, replaces=True),
            "stageName": string(required=True, replaces=True),
            "deployment": string(required=True),
            "accessLogSettings": ACCESS_LOG,
            "region": REGION,
            **TAGS,
            "arn": output(),
            "executionArn": output(),
            "invokeUrl": output(),
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return the stage's id."""
        return f"ags-{keys['restApi']}-{keys['stageName']}"

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the stage."""
        aws.call(
            "apigateway",
            "create_stage",
            **_key(inputs),
            deploymentId=inputs["deployment"],
            **API_GATEWAY.creation(inputs),
        )
        return self.id_of(inputs)

    def complete(self, aws: Aws, made: Existing) -> None:
        """Enable the access log."""
        if made.state.get("accessLogSettings"):
            _patch(aws, made.state, _access_log(made.state))

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the stage."""
        stage = aws.find("apigateway", "get_stage", GONE, **_key(existing.state))
        if stage is None:
            return None
        api_id, name = existing.state["restApi"], existing.state["stageName"]
        return {
            "deployment": stage["deploymentId"],
            "accessLogSettings": stage.get("accessLogSettings"),
            **API_GATEWAY.found(stage),
            "arn": f"arn:aws:apigateway:{aws.region}::/restapis/{api_id}/stages/{name}",
            "executionArn": f"{execution_arn(aws, api_id)}/{name}",
            # The real provider's URL has no slash at its end.
            "invokeUrl": invoke_url(stage).removesuffix("/"),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update deployment, access log and tags."""
        patches: list[dict[str, Any]] = []
        if change.touches("deployment"):
            deployment = change.new["deployment"]
            patches.append({"op": "replace", "path": "/deploymentId", "value": deployment})
        if change.touches("accessLogSettings"):
            patches += _access_log(change.new)
        if patches:
            _patch(aws, change.new, patches)
        API_GATEWAY.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the stage."""
        aws.find("apigateway", "delete_stage", GONE, **_key(existing.state))


class MethodSettings(ResourceType):
    """Throttling of the methods of a stage. Its id is API, stage and path, joined by dashes."""

    pulumi_type = "aws:apigateway/methodSettings:MethodSettings"
    import_layout = "restApi/stageName/methodPath"
    properties = MappingProxyType(
        {
            "restApi": string(required=True, replaces=True),
            "stageName": string(required=True, replaces=True),
            "methodPath": string(required=True, replaces=True),
            "settings": block(
                fields={
                    "throttlingBurstLimit": integer(default=-1),
                    "throttlingRateLimit": number(default=-1),
                },
                required=True,
            ),
            "region": REGION,
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return the id of the settings."""
        return f"{keys['restApi']}-{keys['stageName']}-{keys['methodPath']}"

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the wanted settings."""
        self._set(aws, inputs)
        return self.id_of(inputs)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the settings among those of the stage."""
        stage = aws.find("apigateway", "get_stage", GONE, **_key(existing.state))
        found = (stage or {}).get("methodSettings", {}).get(existing.state["methodPath"])
        return found and {"settings": {name: found[name] for name in _THROTTLING}}

    def update(self, aws: Aws, change: Change) -> None:
        """Put the wanted settings."""
        self._set(aws, change.new)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Remove the settings. moto keeps them until the stage is deleted, without effect."""
        removal = {"op": "remove", "path": f"/{existing.state['methodPath']}"}
        if self.read(aws, existing) is not None:
            _patch(aws, existing.state, [removal])

    def _set(self, aws: Aws, inputs: Props) -> None:
        path, settings = inputs["methodPath"], inputs["settings"]
        _patch(
            aws,
            inputs,
            [
                {"op": "replace", "path": f"/{path}/{key}", "value": str(settings[name])}
                for name, key in _THROTTLING.items()
            ],
        )


def _key(props: Props) -> dict[str, Any]:
    return {"restApiId": props["restApi"], "stageName": props["stageName"]}


def _access_log(inputs: Props) -> list[dict[str, Any]]:
    wanted: Props | None = inputs.get("accessLogSettings")
    if not wanted:
        return [{"op": "remove", "path": "/accessLogSettings"}]
    return [
        {"op": "replace", "path": f"/accessLogSettings/{name}", "value": wanted[name]}
        for name in ("destinationArn", "format")
    ]


def _patch(aws: Aws, props: Props, operations: list[dict[str, Any]]) -> None:
    aws.call("apigateway", "update_stage", **_key(props), patchOperations=operations)
