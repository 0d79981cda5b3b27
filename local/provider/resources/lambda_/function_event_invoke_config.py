"""``aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig``.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/lambda/functioneventinvokeconfig/.
"""

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.lambda_.names import function_name, same_function
from local.provider.validators import arn, between
from local.provider.values import Props

_DESTINATION = schema.block(fields={"destination": schema.string(required=True, validators=(arn,))})


class FunctionEventInvokeConfig(OrdinaryResource):
    """How asynchronous invocations are tried again. Its id is ``function[:qualifier]``."""

    pulumi_type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    properties = schema.regional(
        functionName=schema.string(required=True, replaces=True, same=same_function),
        qualifier=schema.string(replaces=True),
        destinationConfig=schema.block(
            fields={"onFailure": _DESTINATION, "onSuccess": _DESTINATION}
        ),
        maximumEventAgeInSeconds=schema.integer(validators=(between(60, 21_600),)),
        maximumRetryAttempts=schema.integer(default=2, validators=(between(0, 2),)),
    )
    operations = Operations(
        service="lambda",
        **calls("function_event_invoke_config", create="put", update="put"),
        updates=("destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts"),
        key={"FunctionName": "functionName", "Qualifier": "qualifier"},
        optional=("destinationConfig", "maximumEventAgeInSeconds"),
    )

    def id_of(self, keys: Props) -> str:
        """Return the function's name, with the qualifier if there is one."""
        name, qualifier = function_name(keys["functionName"]), keys.get("qualifier")
        return f"{name}:{qualifier}" if qualifier else name

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Parse ``function`` or ``function:qualifier``."""
        name, _, qualifier = import_id.partition(":")
        return schema.Existing(import_id, {"functionName": name, "qualifier": qualifier or None})
