"""A flow log of rejected traffic.

In a network where only endpoints can be reached, a rejected packet means a missing endpoint, a
missing rule or an attack. There are few, so the log is small and a short retention is enough.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from pulumi_aws.cloudwatch.log_group import LogGroup

from .iam import policy
from .settings.arguments import checked_inputs
from .settings.checked import Checked


class RejectLogArgs(Checked):
    """The arguments of a flow log."""

    vpc_id: pulumi.Input[str]
    """Id of the VPC."""
    account_id: pulumi.Input[str]
    """Account of the VPC, the only one whose flow logs the role may deliver."""
    retention_days: int
    """Days that the log is kept."""
    tags: Mapping[str, pulumi.Input[str]]
    """Tags of the flow log, which has no name."""
    kms_key_arn: pulumi.Input[str] = ""
    """ARN of the KMS key for the log; empty leaves encryption to CloudWatch Logs."""


class RejectLog(pulumi.ComponentResource):
    """A flow log of rejected traffic, with its log group and its role."""

    def __init__(
        self, name: str, args: RejectLogArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, RejectLogArgs)
        super().__init__("lmi-streaming:infra:RejectLog", name, inputs, opts)
        self._as_child = pulumi.ResourceOptions(parent=self)
        log_group = LogGroup(
            name,
            retention_in_days=args.retention_days,
            kms_key_id=args.kms_key_arn or None,
            opts=self._as_child,
        )
        role = aws.iam.Role(
            name,
            description="Delivers the flow log of rejected traffic",
            assume_role_policy=_trust(args.account_id),
            opts=self._as_child,
        )
        permission = aws.iam.RolePolicy(
            name, role=role.name, policy=_delivery(log_group), opts=self._as_child
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="REJECT",
            log_destination=log_group.arn,
            iam_role_arn=role.arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({"logGroupName": log_group.name})


def _trust(account_id: pulumi.Input[str]) -> pulumi.Output[str]:
    return policy(
        {
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
        }
    )


def _delivery(log_group: LogGroup) -> pulumi.Output[str]:
    actions = ("CreateLogStream", "DescribeLogStreams", "PutLogEvents")
    return policy(
        {
            "Action": [f"logs:{action}" for action in actions],
            "Resource": pulumi.Output.concat(log_group.arn, ":*"),
        },
        # The delivery finds the group by listing all groups.
        {"Action": "logs:DescribeLogGroups", "Resource": "*"},
    )
