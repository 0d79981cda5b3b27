"""``aws:apigatewayv2/stage:Stage``."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.api_stages import ACCESS_LOG, execution_arn, invoke_url
from local.provider.resources.apigatewayv2.api import GONE
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
    number,
    output,
    string,
)
from local.provider.tagging import API_GATEWAY_V2
from local.provider.validators import length
from local.provider.values import Props

_DEFAULT = "$default"


class Stage(ResourceType):
    """A name under which an HTTP API is served. Its id is the name."""

    pulumi_type = "aws:apigatewayv2/stage:Stage"
    import_layout = "apiId/name"
    auto_name = AutoName(max_length=128)
    properties = MappingProxyType(
        {
            "apiId": string(required=True, replaces=True),
            "name": string(replaces=True, member="StageName", validators=(length(1, 128),)),
            "autoDeploy": boolean(default=False),
            "accessLogSettings": ACCESS_LOG,
            "defaultRouteSettings": block(
                fields={
                    "throttlingBurstLimit": integer(),
                    "throttlingRateLimit": number(),
                }
            ),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "executionArn": output(),
            "invokeUrl": output(),
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return the name."""
        return keys["name"]

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the stage."""
        log: Props | None = inputs.get("accessLogSettings")
        aws.call(
            "apigatewayv2",
            "create_stage",
            **to_api(self.properties, inputs),
            AccessLogSettings=log
            and {"DestinationArn": log["destinationArn"], "Format": log["format"]},
            **API_GATEWAY_V2.creation(inputs),
        )
        return inputs["name"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the stage."""
        stage = aws.find("apigatewayv2", "get_stage", GONE, **_key(existing.state, existing.id))
        if stage is None:
            return None
        api_id, name = existing.state["apiId"], existing.id
        log = stage.get("AccessLogSettings")
        address = invoke_url(stage)
        return {
            **from_api(self.properties, stage, "name", "autoDeploy", "defaultRouteSettings"),
            "accessLogSettings": log
            and {"destinationArn": log["DestinationArn"], "format": log["Format"]},
            **API_GATEWAY_V2.found(stage),
            "arn": f"arn:aws:apigateway:{aws.region}::/apis/{api_id}/stages/{name}",
            "executionArn": f"{execution_arn(aws, api_id)}/{name}",
            # The real provider's URL ends with a slash for the default stage alone.
            "invokeUrl": address if name == _DEFAULT else address.removesuffix("/"),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Delete the stage and create it again: moto has no UpdateStage."""
        aws.find("apigatewayv2", "delete_stage", GONE, **_key(change.new, change.id))
        self.create(aws, change.new)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the stage."""
        if self.read(aws, existing) is not None:
            aws.call("apigatewayv2", "delete_stage", **_key(existing.state, existing.id))


def _key(props: Props, name: str) -> dict[str, Any]:
    return {"ApiId": props["apiId"], "StageName": name}
