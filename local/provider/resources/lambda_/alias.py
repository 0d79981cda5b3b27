"""``aws:lambda/alias:Alias`` (docs/facts/aws-provider.md#alias). Its id is its ARN."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.import_ids import keys_of
from local.provider.members import from_api, to_api
from local.provider.resources.lambda_.names import (
    function_name,
    invoke_arn,
    lambda_arn,
    same_function,
)
from local.provider.schema import (
    REGION,
    AutoName,
    Change,
    Existing,
    ResourceType,
    block,
    mapping,
    number,
    output,
    string,
)
from local.provider.values import Props

_GONE = ("ResourceNotFoundException",)


class Alias(ResourceType):
    """An alias of a function. Only AWS validates its version."""

    pulumi_type = "aws:lambda/alias:Alias"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "name": string(replaces=True),
            "functionName": string(required=True, replaces=True, same=same_function),
            "functionVersion": string(required=True),
            "description": string(),
            "routingConfig": block(
                fields={"additionalVersionWeights": mapping(item=number())},
            ),
            "region": REGION,
            "arn": output(member="AliasArn"),
            "invokeArn": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the alias."""
        created = aws.call("lambda", "create_alias", **to_api(self.properties, inputs))
        return created["AliasArn"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the alias by its ARN."""
        function_arn, _, name = existing.id.rpartition(":")
        alias = aws.find(
            "lambda", "get_alias", _GONE, FunctionName=function_name(function_arn), Name=name
        )
        return alias and {
            "functionName": function_name(function_arn),
            "routingConfig": None,
            **from_api(self.properties, alias),
            "invokeArn": invoke_arn(aws, existing.id),
        }

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Parse ``function/alias``, or the alias's ARN."""
        if import_id.startswith("arn:"):
            return Existing(import_id, {})
        keys = keys_of("functionName/name", import_id)
        return Existing(lambda_arn(aws, f"function:{keys['functionName']}:{keys['name']}"), {})

    def update(self, aws: Aws, change: Change) -> None:
        """Update version, description and weights."""
        params = to_api(self.properties, change.new)
        cleared: dict[str, Any] = {
            "Description": "",
            "RoutingConfig": {"AdditionalVersionWeights": {}},
        }
        aws.call("lambda", "update_alias", **{**cleared, **params})

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the alias."""
        aws.find(
            "lambda",
            "delete_alias",
            _GONE,
            FunctionName=existing.state["functionName"],
            Name=existing.state["name"],
        )
