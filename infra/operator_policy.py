"""The least policy with which Lambda can operate one capacity provider (IAM-03).

AWS's managed policy allows the same in every Region, subnet and security group, and AWS extends it
when Lambda needs more. This one has to be maintained by hand.
"""

from collections.abc import Sequence
from typing import Final

import pulumi

from .iam import policy

_DESCRIBED: Final = (
    "AvailabilityZones",
    "CapacityReservations",
    "InstanceStatus",
    "InstanceTypeOfferings",
    "InstanceTypes",
    "Instances",
    "SecurityGroups",
    "Subnets",
    "VpcEncryptionControls",
)


def least_privilege(
    *,
    region: str,
    account_id: pulumi.Input[str],
    subnet_ids: Sequence[pulumi.Input[str]],
    security_group_ids: Sequence[pulumi.Input[str]],
    provider_names: str,
) -> pulumi.Output[str]:
    """Return the operator role's policy.

    Parameters
    ----------
    region, account_id
        Region and account of the instances.
    subnet_ids, security_group_ids
        Subnets and security groups of the instances.
    provider_names
        Pattern of the capacity provider's name, with which the name of its log group ends (IAM-11).
    """
    ec2 = pulumi.Output.concat("arn:aws:ec2:", region, ":", account_id)
    logs = pulumi.Output.concat(
        *("arn:aws:logs:", region, ":", account_id),
        f":log-group:/aws/lambda/capacity-provider/{provider_names}",
    )
    network = [
        *(pulumi.Output.concat(ec2, ":subnet/", subnet_id) for subnet_id in subnet_ids),
        *(pulumi.Output.concat(ec2, ":security-group/", id_) for id_ in security_group_ids),
    ]
    return policy(
        {
            "Action": ["ec2:RunInstances", "ec2:CreateTags", "ec2:AttachNetworkInterface"],
            "Resource": [
                pulumi.Output.concat(ec2, f":{resource}/*")
                for resource in ("instance", "network-interface", "volume")
            ],
            "Condition": {
                "StringEquals": {"ec2:ManagedResourceOperator": "scaler.lambda.amazonaws.com"}
            },
        },
        {"Action": ["ec2:RunInstances", "ec2:CreateNetworkInterface"], "Resource": network},
        {
            "Action": "ec2:RunInstances",
            "Resource": f"arn:aws:ec2:{region}::image/*",
            "Condition": {"StringEquals": {"ec2:Owner": "amazon"}},
        },
        # Describe actions of EC2 take no resources.
        {"Action": [f"ec2:Describe{what}" for what in _DESCRIBED], "Resource": "*"},
        {"Action": "logs:CreateLogGroup", "Resource": logs},
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(logs, ":log-stream:*"),
        },
    )
