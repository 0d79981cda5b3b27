"""Policies of the endpoints that every function needs: they restrict account and action.

They do not restrict roles: it is not documented which principal delivers an execution environment's
log, and with a wrong one the log would be lost without an error (NET-01, NET-16).
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
"""The services whose endpoints get a policy; others allow everything (NET-16)."""


def endpoint_policy(
    service: str, region: str, account_id: pulumi.Output[str]
) -> pulumi.Output[str] | None:
    """Return the policy of a service's endpoint; None leaves AWS's, which allows everything."""
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
    """Return the condition on the account: by resources, or by the caller for X-Ray."""
    if service == "logs":
        groups = pulumi.Output.concat("arn:aws:logs:", region, ":", account_id, ":log-group:*")
        return {"Resource": groups}
    return {
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}},
    }
