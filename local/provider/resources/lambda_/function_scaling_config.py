"""``aws:lambda/functionScalingConfig:FunctionScalingConfig``.

Source: docs/facts/aws-provider.md#function-scaling-configuration.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.lambda_.names import MISSING_ID
from local.provider.schema import (
    REGION,
    TIMEOUTS,
    Change,
    Existing,
    Failure,
    ProviderFramework,
    ResourceType,
    block,
    integer,
    output,
    string,
)
from local.provider.validators import framework_pattern
from local.provider.values import Props

_GONE = ("ResourceNotFoundException",)


def _not_empty(inputs: Props) -> Iterator[Failure]:
    if inputs.get("functionScalingConfig") == {}:
        yield (
            "functionScalingConfig",
            "Invalid Attribute Combination. At least one of these attributes must be configured: "
            "[min_execution_environments,max_execution_environments]",
        )


class FunctionScalingConfig(ResourceType):
    """The scaling configuration of a published version."""

    pulumi_type = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
    import_layout = "functionName,qualifier"
    framework = ProviderFramework.PLUGIN_FRAMEWORK
    properties = MappingProxyType(
        {
            "functionName": string(required=True, replaces=True),
            "qualifier": string(
                required=True,
                replaces=True,
                validators=(
                    framework_pattern(
                        r"\$LATEST\.PUBLISHED|\d+",
                        "value must be $LATEST.PUBLISHED or a version number",
                    ),
                ),
            ),
            "functionScalingConfig": block(
                required=True,
                fields={
                    "minExecutionEnvironments": integer(computed=True),
                    "maxExecutionEnvironments": integer(computed=True),
                },
            ),
            "timeouts": TIMEOUTS,
            "region": REGION,
            "functionArn": output(),
            "functionState": output(),
        }
    )
    rules = (_not_empty,)

    def id_of(self, keys: Props) -> str:
        """Return the constant id that the real provider gives."""
        del keys
        return MISSING_ID

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the configuration."""
        self._put(aws, inputs)
        return self.id_of(inputs)

    def complete(self, aws: Aws, made: Existing) -> None:
        """Wait until the configuration is applied."""
        _wait_until_applied(aws, made.state)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the applied configuration."""
        answer = aws.find("lambda", "get_function_scaling_config", _GONE, **_key(existing.state))
        return answer and {
            "functionArn": answer["FunctionArn"],
            "functionScalingConfig": from_api(
                self.properties["functionScalingConfig"].fields,
                answer.get("AppliedFunctionScalingConfig", {}),
            ),
            "functionState": existing.state.get("functionState") or _state(aws, existing.state),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Put the new configuration; omitted fields keep their values."""
        self._put(aws, change.new)
        _wait_until_applied(aws, change.new)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Reset the configuration to AWS's default."""
        aws.find("lambda", "put_function_scaling_config", _GONE, **_key(existing.state))

    def _put(self, aws: Aws, inputs: Props) -> None:
        wanted = to_api(self.properties, inputs, "functionScalingConfig")
        aws.call("lambda", "put_function_scaling_config", **_key(inputs), **wanted)


def _key(props: Props) -> dict[str, Any]:
    return {"FunctionName": props["functionName"], "Qualifier": props["qualifier"]}


def _state(aws: Aws, props: Props) -> str | None:
    """Return the state of the version, which the real provider keeps from the last Put."""
    return aws.call("lambda", "get_function_configuration", **_key(props)).get("State")


def _wait_until_applied(aws: Aws, props: Props) -> None:
    aws.wait(f"the scaling of {props['functionName']} to be applied", lambda: _applied(aws, props))


def _applied(aws: Aws, inputs: Props) -> bool:
    answer = aws.find("lambda", "get_function_scaling_config", _GONE, **_key(inputs)) or {}
    requested = answer.get("RequestedFunctionScalingConfig")
    return not requested and "AppliedFunctionScalingConfig" in answer
