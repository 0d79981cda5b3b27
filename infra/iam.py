"""IAM documents that several components share, and the tag of a trust zone."""

import json
from collections.abc import Mapping
from typing import Final

import pulumi

POLICY_VERSION: Final = "2012-10-17"

_LAMBDA_TRUST: Final = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}

OPERATOR_TRUST_POLICY: Final = json.dumps({"Version": POLICY_VERSION, "Statement": [_LAMBDA_TRUST]})
"""Trust policy of an operator role (IAM-01).

AWS's page has no condition on the account, and nobody has tried one with LMI (IAM-08).
Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-operator-role.html
"""


def execution_trust_policy(account_id: pulumi.Input[str]) -> pulumi.Output[str]:
    """Write the trust policy of an execution role, which Lambda assumes for one account alone.

    Source: https://github.com/aws/agent-toolkit-for-aws, whose trust policies for functions have
    this condition.
    """
    statement = {
        **_LAMBDA_TRUST,
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }
    return pulumi.Output.json_dumps({"Version": POLICY_VERSION, "Statement": [statement]})


def account_of(arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Return the account that an ARN names."""
    return pulumi.Output.from_input(arn).apply(lambda text: text.split(":")[4])


def trust_zone_tags(zone: str) -> Mapping[str, str] | None:
    """Return the tag of a trust zone, whose boundary is a capacity provider (SEC-01)."""
    return {"trust-zone": zone} if zone else None
