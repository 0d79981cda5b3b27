"""``aws:lambda/capacityProvider:CapacityProvider`` (docs/facts/aws-provider.md#capacity-provider).

Sizes and bounds that only AWS checks are not checked here; the Lambda API refuses them.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.lambda_.names import MISSING_ID
from local.provider.tagging import LAMBDA
from local.provider.validators import framework_arn, framework_at_most_items, framework_one_of_enum
from local.provider.values import Props

_IN_USE = ("ResourceConflictException",)
_IN_USE_SECONDS = 3
_LISTS = ("CapacityProviderScalingConfig", "InstanceRequirements")

_SCALING_POLICY = schema.block(
    fields={
        "predefinedMetricType": schema.string(
            computed=True,
            validators=(framework_one_of_enum("lambda", "CapacityProviderPredefinedMetricType"),),
        ),
        "targetValue": schema.number(computed=True),
    }
)
_SCALING = schema.block(
    fields={
        "maxVcpuCount": schema.integer(computed=True, member="MaxVCpuCount"),
        "scalingMode": schema.string(
            required=True,
            validators=(framework_one_of_enum("lambda", "CapacityProviderScalingMode"),),
        ),
        "scalingPolicies": schema.listing(computed=True, item=_SCALING_POLICY),
    }
)
_REQUIREMENTS = schema.block(
    fields={
        "architectures": schema.listing(
            required=True,
            item=schema.string(validators=(framework_one_of_enum("lambda", "Architecture"),)),
        ),
        "allowedInstanceTypes": schema.unordered(computed=True),
        "excludedInstanceTypes": schema.unordered(computed=True),
    }
)


class CapacityProvider(OrdinaryResource):
    """A capacity provider."""

    pulumi_type = "aws:lambda/capacityProvider:CapacityProvider"
    id_layout = MISSING_ID
    import_layout = "name"
    framework = schema.ProviderFramework.PLUGIN_FRAMEWORK
    auto_name = schema.AutoName()
    properties = schema.regional(
        name=schema.string(replaces=True, member="CapacityProviderName"),
        permissionsConfig=schema.block(
            required=True,
            replaces=True,
            fields={
                "capacityProviderOperatorRoleArn": schema.string(
                    required=True, validators=(framework_arn,)
                )
            },
        ),
        vpcConfig=schema.block(
            required=True,
            replaces=True,
            fields={
                "subnetIds": schema.unordered(required=True),
                "securityGroupIds": schema.unordered(required=True),
            },
        ),
        capacityProviderScalingConfigs=schema.listing(
            computed=True,
            item=_SCALING,
            member="CapacityProviderScalingConfig",
            validators=(framework_at_most_items(1),),
        ),
        instanceRequirements=schema.listing(
            computed=True,
            replaces=True,
            item=_REQUIREMENTS,
            validators=(framework_at_most_items(1),),
        ),
        kmsKeyArn=schema.string(computed=True, replaces=True, validators=(framework_arn,)),
        timeouts=schema.TIMEOUTS,
        arn=schema.output(member="CapacityProviderArn"),
    )

    operations = Operations(
        service="lambda",
        **calls("capacity_provider"),
        found="CapacityProvider",
        updates=("capacityProviderScalingConfigs",),
        key={"CapacityProviderName": "name"},
        state="State",
        ready="Active",
        tagging=LAMBDA,
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Replace lists of one element by their element, as the API wants it."""
        return {
            member: value[0] if member in _LISTS else value
            for member, value in super().request(inputs, *names).items()
            if value not in ([], [{}])
        }

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the capacity provider, with those elements in lists."""
        found = super().describe(aws, existing)
        return found and {
            member: [value] if member in _LISTS else value for member, value in found.items()
        }

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Update scaling and tags."""
        super().update(aws, change)
        self.complete(aws, schema.Existing(change.id, change.new))

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the capacity provider and wait until it does not exist.

        On AWS a deleted function counts for some more minutes. So a deletion that is refused
        while the capacity provider is in use is repeated, here for some seconds.
        """
        if self.describe(aws, existing) is None:
            return
        key = self.key(existing)
        aws.retry(_IN_USE, _IN_USE_SECONDS, "lambda", "delete_capacity_provider", **key)
        gone = f"the capacity provider {existing.state['name']} to be gone"
        aws.wait(gone, lambda: self.describe(aws, existing) is None)
