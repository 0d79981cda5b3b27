"""The capacity provider: EC2 instances that Lambda launches, scales and patches for the stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Final, cast

import pulumi
import pulumi_aws as aws
from pulumi_aws.lambda_ import (
    CapacityProviderCapacityProviderScalingConfigArgsDict,
    CapacityProviderInstanceRequirementArgsDict,
)

from .iam import LAMBDA_TRUST_POLICY, account_of, least_privilege, trust_zone_tags
from .settings import Architecture, CapacitySettings
from .settings.arguments import checked_inputs
from .settings.checked import Checked

OPERATOR_POLICY_ARN: Final = "arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"
"""AWS's managed policy for the operator role, including the system logs (IAM-02, IAM-11)."""
CPU_METRIC: Final = "LambdaCapacityProviderAverageCPUUtilization"

_TIMEOUTS: Final = pulumi.CustomTimeouts(create="30m", delete="60m")
"""Instances are terminated long after the last function that used them.

Source: docs/facts/aws-provider.md#timeouts.
"""


class CapacityArgs(Checked):
    """The arguments of a capacity provider."""

    region: str
    """Region of the instances."""
    architecture: Architecture
    """Architecture of the instances, which every function on them must share (CP-10)."""
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    """Subnets and security groups of the instances."""
    settings: CapacitySettings = field(default_factory=CapacitySettings)
    """Scaling and instance types."""
    trust_zone: str = ""
    """Value of the tag ``trust-zone``, which every function on them must share (SEC-01); empty adds
    no tag."""


class Capacity(pulumi.ComponentResource):
    """A capacity provider and the role that Lambda operates it with."""

    provider_arn: pulumi.Output[str]
    """ARN of the capacity provider. AWS does not know the id of the resource
    (docs/facts/aws-provider.md#ids)."""

    def __init__(
        self, name: str, args: CapacityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, CapacityArgs)
        super().__init__("lmi-streaming:infra:Capacity", name, inputs, opts)
        as_child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        role = aws.iam.Role(
            f"{name}-operator",
            description="Operator role of the capacity provider",
            assume_role_policy=LAMBDA_TRUST_POLICY,
            opts=as_child,
        )
        if settings.operator_policy == "managed":
            permission = aws.iam.RolePolicyAttachment(
                f"{name}-operator",
                role=role.name,
                policy_arn=OPERATOR_POLICY_ARN,
                opts=as_child,
            )
        else:
            permission = aws.iam.RolePolicy(
                f"{name}-operator",
                role=role.name,
                policy=least_privilege(
                    region=args.region,
                    account_id=account_of(role.arn),
                    subnet_ids=args.subnet_ids,
                    security_group_ids=args.security_group_ids,
                    provider_names=f"{name}-*",
                ),
                opts=as_child,
            )
        self.provider_arn = aws.lambda_.CapacityProvider(
            name,
            permissions_config={"capacity_provider_operator_role_arn": role.arn},
            vpc_config={
                "subnet_ids": args.subnet_ids,
                "security_group_ids": args.security_group_ids,
            },
            instance_requirements=[_instances(args.architecture, settings)],
            capacity_provider_scaling_configs=[_scaling(settings)],
            kms_key_arn=settings.kms_key_arn or None,
            tags=trust_zone_tags(args.trust_zone),
            # Lambda launches the first instances at once, with this permission (IAM-12).
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[permission], custom_timeouts=_TIMEOUTS
            ),
        ).arn
        self.register_outputs({"providerArn": self.provider_arn})


# The stubs of both demand keys that the provider does without; empty lists would be sent.


def _instances(
    architecture: Architecture, settings: CapacitySettings
) -> CapacityProviderInstanceRequirementArgsDict:
    requirements: dict[str, Sequence[str]] = {
        "architectures": [architecture],
        "allowed_instance_types": settings.allowed_instance_types,
        "excluded_instance_types": settings.excluded_instance_types,
    }
    given = {name: values for name, values in requirements.items() if values}
    return cast("CapacityProviderInstanceRequirementArgsDict", given)


def _scaling(settings: CapacitySettings) -> CapacityProviderCapacityProviderScalingConfigArgsDict:
    scaling: dict[str, object] = {
        "max_vcpu_count": settings.max_vcpu,
        "scaling_mode": settings.scaling_mode,
    }
    if settings.scaling_mode == "Manual":
        target = {"predefined_metric_type": CPU_METRIC, "target_value": settings.cpu_target}
        scaling["scaling_policies"] = [target]
    return cast("CapacityProviderCapacityProviderScalingConfigArgsDict", scaling)
