"""The capacity provider: EC2 instances that Lambda launches, scales and patches for the stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import pulumi
import pulumi_aws as aws

from infra.iam import LAMBDA_ASSUMES
from infra.settings import Architecture, CapacitySettings

if TYPE_CHECKING:
    from pulumi_aws.lambda_ import CapacityProviderInstanceRequirementArgsDict

OPERATOR_POLICY_ARN: Final = "arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"
"""What AWS lets Lambda do with instances; it includes the provider's own logs (IAM-02, IAM-11)."""
CPU_METRIC: Final = "LambdaCapacityProviderAverageCPUUtilization"

_TIMEOUTS: Final = pulumi.CustomTimeouts(create="30m", delete="60m")
"""Instances leave long after the last function that used them (aws-provider.md section 12.13)."""


@dataclass(frozen=True, kw_only=True)
class CapacityArgs:
    """What a capacity provider is made of.

    Attributes
    ----------
    architecture
        Architecture of the instances, which every function on them must share (CP-10).
    subnet_ids, security_group_id
        Where the instances run.
    settings
        How far they scale.
    """

    architecture: Architecture
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    settings: CapacitySettings


class Capacity(pulumi.ComponentResource):
    """A capacity provider and the role that Lambda operates it with.

    Attributes
    ----------
    provider_arn
        ARN of the capacity provider. Its id is no id (aws-provider.md section 12.7).
    """

    provider_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: CapacityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lmi-streaming:infra:Capacity", name, {}, opts)
        self._name = name
        self._args = args

        role = self._build_operator_role()
        permission = self._permit(role)
        self.provider_arn = self._build_provider(role, permission)

        self.register_outputs({"providerArn": self.provider_arn})

    def _build_operator_role(self) -> aws.iam.Role:
        return aws.iam.Role(
            f"{self._name}-operator",
            description="Lambda operates the instances of the capacity provider with it",
            assume_role_policy=LAMBDA_ASSUMES,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _permit(self, role: aws.iam.Role) -> aws.iam.RolePolicyAttachment:
        return aws.iam.RolePolicyAttachment(
            f"{self._name}-operator",
            role=role.name,
            policy_arn=OPERATOR_POLICY_ARN,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _build_provider(
        self, role: aws.iam.Role, permission: aws.iam.RolePolicyAttachment
    ) -> pulumi.Output[str]:
        settings = self._args.settings
        # The stubs demand keys that the provider does without; empty lists would be sent.
        instances = cast(
            "CapacityProviderInstanceRequirementArgsDict",
            {"architectures": [self._args.architecture]},
        )
        return aws.lambda_.CapacityProvider(
            self._name,
            permissions_config={"capacity_provider_operator_role_arn": role.arn},
            vpc_config={
                "subnet_ids": self._args.subnet_ids,
                "security_group_ids": [self._args.security_group_id],
            },
            instance_requirements=[instances],
            capacity_provider_scaling_configs=[
                {
                    "max_vcpu_count": settings.max_vcpu,
                    "scaling_mode": "Manual",
                    "scaling_policies": [
                        {
                            "predefined_metric_type": CPU_METRIC,
                            "target_value": settings.cpu_target,
                        }
                    ],
                }
            ],
            # Lambda launches the first instances with whatever the role may do then (IAM-12).
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[permission], custom_timeouts=_TIMEOUTS
            ),
        ).arn
