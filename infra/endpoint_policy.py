"""What may pass the VPC's endpoints: by account and action.

They do not restrict roles: it is not documented which principal delivers an execution environment's
log, and with a wrong one the log would be lost without an error (NET-01, NET-16).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi

from .iam import policy

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "logs": ("logs:CreateLogStream", "logs:PutLogEvents"),
    "xray": (
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
    ),
}
"""The interface endpoints that every function needs; others allow everything (NET-16)."""

GATEWAY_SERVICES: Final = ("s3", "dynamodb")
"""The only services that have gateway endpoints, which cost nothing."""


def endpoint_policy(
    service: str, region: str, account_id: pulumi.Output[str], endpoint_accounts: Sequence[str] = ()
) -> pulumi.Output[str] | None:
    """Return the policy of a service's endpoint.

    Parameters
    ----------
    service
        The service, by its endpoint's suffix.
    region, account_id
        Region and account of the VPC.
    endpoint_accounts
        Other accounts whose buckets and tables the gateway endpoints let through.

    Returns
    -------
    pulumi.Output[str] or None
        ``None`` leaves AWS's, which allows everything.
    """
    if service in GATEWAY_SERVICES:
        statement = _data_perimeter(account_id, endpoint_accounts)
    elif service in ACTIONS:
        statement = {"Action": list(ACTIONS[service]), **_account(service, region, account_id)}
    else:
        return None
    return policy({"Principal": "*", **statement})


def _data_perimeter(
    account_id: pulumi.Output[str], endpoint_accounts: Sequence[str]
) -> Mapping[str, Any]:
    """Return the condition on the owner of buckets and tables: data cannot leave these accounts.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    return {
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceAccount": [account_id, *endpoint_accounts]}},
    }


def _account(service: str, region: str, account_id: pulumi.Output[str]) -> Mapping[str, Any]:
    """Return the condition on the account: by resources, or by the caller for X-Ray."""
    if service == "logs":
        groups = pulumi.Output.concat("arn:aws:logs:", region, ":", account_id, ":log-group:*")
        return {"Resource": groups}
    return {"Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}}}
