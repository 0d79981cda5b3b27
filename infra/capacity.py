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
        self._name = name
        self._args = args

        role = self._build_operator_role()
        permission = self._create_role_policy(role)
        self.provider_arn = self._build_provider(role, permission)

        self.register_outputs({"providerArn": self.provider_arn})

    def _build_operator_role(self) -> aws.iam.Role:
        return aws.iam.Role(
            f"{self._name}-operator",
            description="Operator role of the capacity provider",
            assume_role_policy=LAMBDA_TRUST_POLICY,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _create_role_policy(self, role: aws.iam.Role) -> pulumi.Resource:
        name, opts = f"{self._name}-operator", pulumi.ResourceOptions(parent=self)
        if self._args.settings.operator_policy == "managed":
            return aws.iam.RolePolicyAttachment(
                name, role=role.name, policy_arn=OPERATOR_POLICY_ARN, opts=opts
            )
        return aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=least_privilege(
                region=self._args.region,
                account_id=account_of(role.arn),
                subnet_ids=self._args.subnet_ids,
                security_group_ids=self._args.security_group_ids,
                provider_names=f"{self._name}-*",
            ),
            opts=opts,
        )

    def _build_provider(
        self, role: aws.iam.Role, permission: pulumi.Resource
    ) -> pulumi.Output[str]:
        return aws.lambda_.CapacityProvider(
            self._name,
            permissions_config={"capacity_provider_operator_role_arn": role.arn},
            vpc_config={
                "subnet_ids": self._args.subnet_ids,
                "security_group_ids": self._args.security_group_ids,
            },
            instance_requirements=[self._instances()],
            capacity_provider_scaling_configs=[self._scaling()],
            kms_key_arn=self._args.settings.kms_key_arn or None,
            tags=trust_zone_tags(self._args.trust_zone),
            # Lambda launches the first instances at once, with this permission (IAM-12).
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[permission], custom_timeouts=_TIMEOUTS
            ),
        ).arn

    # The types of both demand keys that the provider does without; empty lists would be sent.

    def _instances(self) -> CapacityProviderInstanceRequirementArgsDict:
        settings = self._args.settings
        requirements: dict[str, Sequence[str]] = {"architectures": [self._args.architecture]}
        if settings.allowed_instance_types:
            requirements["allowed_instance_types"] = settings.allowed_instance_types
        if settings.excluded_instance_types:
            requirements["excluded_instance_types"] = settings.excluded_instance_types
        return cast("CapacityProviderInstanceRequirementArgsDict", requirements)

    def _scaling(self) -> CapacityProviderCapacityProviderScalingConfigArgsDict:
        settings = self._args.settings
        scaling: dict[str, object] = {
            "max_vcpu_count": settings.max_vcpu,
            "scaling_mode": settings.scaling_mode,
        }
        if settings.scaling_mode == "Manual":
            target = {"predefined_metric_type": CPU_METRIC, "target_value": settings.cpu_target}
            scaling["scaling_policies"] = [target]
        return cast("CapacityProviderCapacityProviderScalingConfigArgsDict", scaling)
