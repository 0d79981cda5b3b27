"""IAM documents that several components share, and the tag of a trust zone."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pulumi

_VERSION: Final = "2012-10-17"

LAMBDA_TRUST_POLICY: Final = json.dumps(
    {
        "Version": _VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
"""Trust policy of the roles that Lambda assumes, for functions and for instances (IAM-01).

AWS's pages show no condition on the account for either, and nobody has tried one with LMI (IAM-08).
Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-operator-role.html
"""


def policy(*statements: Mapping[str, Any]) -> pulumi.Output[str]:
    """Return a policy of statements that allow something; their values may be outputs."""
    allowed = [{"Effect": "Allow", **statement} for statement in statements]
    return pulumi.Output.json_dumps({"Version": _VERSION, "Statement": allowed})


def account_of(arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Return the account that an ARN names."""
    return pulumi.Output.from_input(arn).apply(lambda text: text.split(":")[4])


def trust_zone_tags(zone: str) -> Mapping[str, str] | None:
    """Return the tag of a trust zone, whose boundary is a capacity provider (SEC-01)."""
    return {"trust-zone": zone} if zone else None
