"""``aws:lambda/capacityProvider:CapacityProvider`` (docs/facts/aws-provider.md#capacity-provider).

Sizes and bounds that only AWS checks are not checked here; the Lambda API refuses them.
"""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import from_api, to_api
from local.provider.resources.lambda_.names import MISSING_ID
from local.provider.schema import (
    REGION,
    TAGS,
    TIMEOUTS,
    AutoName,
    Change,
    Existing,
    ProviderFramework,
    ResourceType,
    block,
    integer,
    listing,
    number,
    output,
    string,
    unordered,
)
from local.provider.tagging import LAMBDA
from local.provider.validators import (
    framework_arn,
    framework_at_most_items,
    framework_one_of_enum,
)
from local.provider.values import Props

_GONE = ("ResourceNotFoundException",)
_IN_USE = ("ResourceConflictException",)
_IN_USE_SECONDS = 3

_SCALING_POLICY = block(
    fields={
        "predefinedMetricType": string(
            computed=True,
            validators=(framework_one_of_enum("lambda", "CapacityProviderPredefinedMetricType"),),
        ),
        "targetValue": number(computed=True),
    }
)
_SCALING = block(
    fields={
        "maxVcpuCount": integer(computed=True, member="MaxVCpuCount"),
        "scalingMode": string(
            required=True,
            validators=(framework_one_of_enum("lambda", "CapacityProviderScalingMode"),),
        ),
        "scalingPolicies": listing(computed=True, item=_SCALING_POLICY),
    }
)
_REQUIREMENTS = block(
    fields={
        "architectures": listing(
            required=True,
            item=string(validators=(framework_one_of_enum("lambda", "Architecture"),)),
        ),
        "allowedInstanceTypes": unordered(computed=True),
        "excludedInstanceTypes": unordered(computed=True),
    }
)


class CapacityProvider(ResourceType):
    """A capacity provider."""

    pulumi_type = "aws:lambda/capacityProvider:CapacityProvider"
    import_layout = "name"
    framework = ProviderFramework.PLUGIN_FRAMEWORK
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "name": string(replaces=True, member="CapacityProviderName"),
            "permissionsConfig": block(
                required=True,
                replaces=True,
                fields={
                    "capacityProviderOperatorRoleArn": string(
                        required=True, validators=(framework_arn,)
                    )
                },
            ),
            "vpcConfig": block(
                required=True,
                replaces=True,
                fields={
                    "subnetIds": unordered(required=True),
                    "securityGroupIds": unordered(required=True),
                },
            ),
            "capacityProviderScalingConfigs": listing(
                computed=True,
                item=_SCALING,
                member="CapacityProviderScalingConfig",
                validators=(framework_at_most_items(1),),
            ),
            "instanceRequirements": listing(
                computed=True,
                replaces=True,
                item=_REQUIREMENTS,
                validators=(framework_at_most_items(1),),
            ),
            "kmsKeyArn": string(computed=True, replaces=True, validators=(framework_arn,)),
            "timeouts": TIMEOUTS,
            "region": REGION,
            **TAGS,
            "arn": output(member="CapacityProviderArn"),
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return the constant id that the real provider gives."""
        del keys
        return MISSING_ID

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the capacity provider."""
        aws.call(
            "lambda",
            "create_capacity_provider",
            **_only_elements(to_api(self.properties, inputs)),
            **LAMBDA.creation(inputs),
        )
        return self.id_of(inputs)

    def complete(self, aws: Aws, made: Existing) -> None:
        """Wait until the capacity provider is active."""
        _wait_until_active(aws, made.state["name"])

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the capacity provider by its name, since its id is a constant."""
        found = _get(aws, existing.state["name"])
        if found is None:
            return None
        arn = found["CapacityProviderArn"]
        return {
            **from_api(self.properties, _as_lists(found)),
            "tagsAll": aws.call("lambda", "list_tags", Resource=arn).get("Tags", {}),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change scaling and tags."""
        if change.touches("capacityProviderScalingConfigs"):
            params = to_api(self.properties, change.new, "name", "capacityProviderScalingConfigs")
            aws.call("lambda", "update_capacity_provider", **_only_elements(params))
            _wait_until_active(aws, change.new["name"])
        LAMBDA.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the capacity provider and wait until it does not exist.

        On AWS a deleted function counts for some more minutes. So a deletion that is refused, since
        the capacity provider is in use is repeated, here for some seconds.
        """
        name = existing.state["name"]
        if _get(aws, name) is None:
            return
        aws.retry(
            _IN_USE,
            _IN_USE_SECONDS,
            "lambda",
            "delete_capacity_provider",
            CapacityProviderName=name,
        )
        aws.wait(f"the capacity provider {name} to be gone", lambda: _get(aws, name) is None)


_LISTS = ("CapacityProviderScalingConfig", "InstanceRequirements")


def _only_elements(params: dict[str, Any]) -> dict[str, Any]:
    """Replace lists of one element by their element, as the API wants it."""
    return {
        member: value[0] if member in _LISTS else value
        for member, value in params.items()
        if value not in ([], [{}])
    }


def _as_lists(answer: dict[str, Any]) -> dict[str, Any]:
    return {member: [value] if member in _LISTS else value for member, value in answer.items()}


def _get(aws: Aws, name: str) -> dict[str, Any] | None:
    answer = aws.find("lambda", "get_capacity_provider", _GONE, CapacityProviderName=name)
    return answer and answer["CapacityProvider"]


def _wait_until_active(aws: Aws, name: str) -> None:
    def active() -> bool:
        found = _get(aws, name)
        if found is not None and found["State"] == "Failed":
            raise ProviderError(f"the capacity provider {name} failed to become active")
        return found is not None and found["State"] == "Active"

    aws.wait(f"the capacity provider {name} to become active", active)
