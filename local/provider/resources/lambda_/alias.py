"""``aws:lambda/alias:Alias`` (docs/facts/aws-provider.md#alias). Its id is its ARN."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.import_ids import keys_of
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.lambda_.names import (
    function_name,
    invoke_arn,
    lambda_arn,
    same_function,
)
from local.provider.values import Props


class Alias(OrdinaryResource):
    """An alias of a function. Only AWS validates its version."""

    pulumi_type = "aws:lambda/alias:Alias"
    auto_name = schema.AutoName()
    properties = schema.regional(
        name=schema.string(replaces=True),
        functionName=schema.string(required=True, replaces=True, same=same_function),
        functionVersion=schema.string(required=True),
        description=schema.string(),
        routingConfig=schema.block(
            fields={"additionalVersionWeights": schema.mapping(item=schema.number())}
        ),
        arn=schema.output(member="AliasArn"),
        invokeArn=schema.output(),
    )

    operations = Operations(
        service="lambda",
        **calls("alias"),
        made="AliasArn",
        cleared={"Description": "", "RoutingConfig": {"AdditionalVersionWeights": {}}},
        key={"FunctionName": "functionName", "Name": "name"},
        optional=("routingConfig",),
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the ARN that API Gateway takes."""
        return {"invokeArn": invoke_arn(aws, found["AliasArn"])}

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Parse ``function/alias``, or the alias's ARN."""
        if import_id.startswith("arn:"):
            function_arn, _, name = import_id.rpartition(":")
            return schema.Existing(
                import_id, {"functionName": function_name(function_arn), "name": name}
            )
        keys = keys_of("functionName/name", import_id)
        return schema.Existing(
            lambda_arn(aws, f"function:{keys['functionName']}:{keys['name']}"), keys
        )
