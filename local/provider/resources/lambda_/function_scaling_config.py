"""``aws:lambda/functionScalingConfig:FunctionScalingConfig``.

Source: docs/facts/aws-provider.md#function-scaling-configuration.
"""

from collections.abc import Iterator
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import from_api
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.lambda_.names import MISSING_ID
from local.provider.validators import framework_pattern
from local.provider.values import Props


def _not_empty(inputs: Props) -> Iterator[schema.Failure]:
    if inputs.get("functionScalingConfig") == {}:
        yield (
            "functionScalingConfig",
            "Invalid Attribute Combination. At least one of these attributes must be configured: "
            "[min_execution_environments,max_execution_environments]",
        )


class FunctionScalingConfig(OrdinaryResource):
    """The scaling configuration of a published version."""

    pulumi_type = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
    id_layout = MISSING_ID
    import_layout = "functionName,qualifier"
    framework = schema.ProviderFramework.PLUGIN_FRAMEWORK
    properties = schema.regional(
        functionName=schema.string(required=True, replaces=True),
        qualifier=schema.string(
            required=True,
            replaces=True,
            validators=(
                framework_pattern(
                    r"\$LATEST\.PUBLISHED|\d+",
                    "value must be $LATEST.PUBLISHED or a version number",
                ),
            ),
        ),
        functionScalingConfig=schema.block(
            required=True,
            fields={
                "minExecutionEnvironments": schema.integer(computed=True),
                "maxExecutionEnvironments": schema.integer(computed=True),
            },
        ),
        timeouts=schema.TIMEOUTS,
        **schema.outputs("functionArn", "functionState"),
    )
    rules = (_not_empty,)

    operations = Operations(
        service="lambda",
        **calls("function_scaling_config", create="put", update="put", delete="put"),
        # Without settings, which restores AWS's default.
        key={"FunctionName": "functionName", "Qualifier": "qualifier"},
    )

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Wait until the configuration is applied."""
        name = made.state["functionName"]
        aws.wait(f"the scaling of {name} to be applied", lambda: self._applied(aws, made))

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the applied configuration and the state of the version.

        The real provider keeps the state of the last Put.
        """
        spec = self.properties["functionScalingConfig"]
        state = existing.state.get("functionState") or self._version(aws, existing).get("State")
        return {
            "functionScalingConfig": from_api(
                spec.fields, found.get("AppliedFunctionScalingConfig", {})
            ),
            "functionState": state,
        }

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the new configuration; omitted fields keep their values."""
        super().update(aws, change)
        self.complete(aws, schema.Existing(change.id, change.new))

    def _version(self, aws: Aws, existing: schema.Existing) -> Props:
        return aws.call("lambda", "get_function_configuration", **self.key(existing))

    def _applied(self, aws: Aws, existing: schema.Existing) -> bool:
        found = self.describe(aws, existing) or {}
        requested = found.get("RequestedFunctionScalingConfig")
        return not requested and "AppliedFunctionScalingConfig" in found
