"""What may pass the endpoints that every function needs: by account and action.

Never by role: which principal delivers an execution environment's log is not documented, and a
policy that guessed wrongly would lose it without an error (NET-01, NET-16).
"""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from .iam import POLICY_VERSION

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "logs": ("logs:CreateLogStream", "logs:PutLogEvents"),
    "xray": (
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
    ),
}
"""The services whose endpoints have a policy; those of others admit everything (NET-16)."""


def endpoint_policy(
    service: str, region: str, account_id: pulumi.Output[str]
) -> pulumi.Output[str] | None:
    """Write the policy of a service's endpoint; None leaves it to AWS, which admits everything."""
    if service not in ACTIONS:
        return None
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": list(ACTIONS[service]),
        **_account(service, region, account_id),
    }
    return pulumi.Output.json_dumps({"Version": POLICY_VERSION, "Statement": [statement]})


def _account(service: str, region: str, account_id: pulumi.Output[str]) -> Mapping[str, Any]:
    """Name the account by its resources; X-Ray, which has none, by who calls."""
    if service == "logs":
        groups = pulumi.Output.concat("arn:aws:logs:", region, ":", account_id, ":log-group:*")
        return {"Resource": groups}
    return {
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}},
    }
