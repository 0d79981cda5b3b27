"""IAM documents: of roles, of endpoints and of models; and the tag of a trust zone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi

from .settings.formats import BEDROCK_GEOGRAPHIES
from .settings.mistakes import refuse, shortened

_ACCOUNT: Final = 4
"""The place of the account among the parts of an ARN."""


def _document(*statements: Mapping[str, Any]) -> Mapping[str, Any]:
    allowed = [{"Effect": "Allow", **statement} for statement in statements]
    return {"Version": "2012-10-17", "Statement": allowed}


LAMBDA_TRUST_POLICY: Final = json.dumps(
    _document({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
)
"""Trust policy of the roles that Lambda assumes, for functions and for instances (IAM-01).

AWS's pages show no condition on the account for either, and nobody has tried one with LMI (IAM-08).
Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-operator-role.html
"""

GATEWAY_SERVICES: Final = ("s3", "dynamodb")
"""The only services that have gateway endpoints, which cost nothing."""
_DESCRIBED: Final = (
    "AvailabilityZones", "CapacityReservations", "InstanceStatus", "InstanceTypeOfferings",
    "InstanceTypes", "Instances", "SecurityGroups", "Subnets", "VpcEncryptionControls",
)  # fmt: skip
BEDROCK_SERVICE: Final = "bedrock-runtime"
"""Suffix of the endpoint that models are called through."""

_BEDROCK_ACTION: Final = "bedrock:InvokeModelWithResponseStream"
"""What ConverseStream demands."""


def policy(*statements: Mapping[str, Any]) -> pulumi.Output[str]:
    """Return a policy of statements that allow something; their values may be outputs."""
    return pulumi.Output.json_dumps(_document(*statements))


def account_of(arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Return the account that an ARN names."""

    def account(text: str) -> str:
        parts = text.split(":")
        if len(parts) <= _ACCOUNT:
            refuse(
                f"{shortened(text)} is given as an ARN",
                allowed="an ARN",
                fix="take the output arn of the resource, not its id or name",
            )
        return parts[_ACCOUNT]

    return pulumi.Output.from_input(arn).apply(account)


def trust_zone_tags(zone: str) -> Mapping[str, str] | None:
    """Return the tag of a trust zone, whose boundary is a capacity provider (SEC-01)."""
    return {"trust-zone": zone} if zone else None


def endpoint_policy(
    service: str, region: str, account_id: pulumi.Output[str], endpoint_accounts: Sequence[str] = ()
) -> pulumi.Output[str] | None:
    """Return the policy of a service's endpoint, by account and action.

    It does not restrict roles: it is not documented which principal delivers an execution
    environment's log, and with a wrong one the log would be lost without an error (NET-01, NET-16).
    Region and account are those of the VPC; the gateway endpoints let the buckets and tables of
    ``endpoint_accounts`` through as well. ``None`` leaves AWS's policy, which allows everything.
    """
    owners = [account_id, *endpoint_accounts]
    # Data cannot leave these accounts: the condition is on the owner of buckets and tables
    # (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html).
    perimeter = {
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceAccount": owners}},
    }
    statements: Mapping[str, Mapping[str, Any]] = {
        "s3": perimeter,
        "dynamodb": perimeter,
        "logs": {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(f"arn:aws:logs:{region}:", account_id, ":log-group:*"),
        },
        "xray": {
            "Action": [
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
            ],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}},
        },
    }
    if service not in statements:
        return None
    return policy({"Principal": "*", **statements[service]})


def least_privilege(
    *,
    region: str,
    account_id: pulumi.Input[str],
    subnet_ids: Sequence[pulumi.Input[str]],
    security_group_ids: Sequence[pulumi.Input[str]],
    provider_names: str,
) -> pulumi.Output[str]:
    """Return the least policy of the operator role of one capacity provider (IAM-03).

    AWS's managed policy allows the same in every Region, subnet and security group, and AWS extends
    it when Lambda needs more. This one has to be maintained by hand. ``provider_names`` is a
    pattern of the capacity provider's name, with which the name of its log group ends (IAM-11).
    """
    ec2 = pulumi.Output.concat(f"arn:aws:ec2:{region}:", account_id)
    group = f":log-group:/aws/lambda/capacity-provider/{provider_names}"
    logs = pulumi.Output.concat(f"arn:aws:logs:{region}:", account_id, group)
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


def bedrock_statements(
    model: str, region: str, account_id: pulumi.Input[str]
) -> list[dict[str, Any]]:
    """Return the statements by which a role may ask one model for streams, or one profile.

    The id of an inference profile is that of its model after a geography. Sources:
    https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html and
    https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
    """
    geography, _, routed = model.partition(".")
    if geography not in BEDROCK_GEOGRAPHIES:
        return [
            {
                "Action": _BEDROCK_ACTION,
                "Resource": f"arn:aws:bedrock:{region}::foundation-model/{model}",
            }
        ]
    profile = pulumi.Output.concat(
        f"arn:aws:bedrock:{region}:", account_id, f":inference-profile/{model}"
    )
    return [
        {"Action": _BEDROCK_ACTION, "Resource": profile},
        {
            "Action": _BEDROCK_ACTION,
            # In each region that the profile leads to; a global one leads to no region as well.
            "Resource": f"arn:aws:bedrock:*::foundation-model/{routed}",
            "Condition": {"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        },
    ]
