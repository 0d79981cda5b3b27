"""IAM documents that several components share, and the tag of a trust zone."""

import json
from collections.abc import Mapping
from typing import Final

POLICY_VERSION: Final = "2012-10-17"

LAMBDA_TRUST_POLICY: Final = json.dumps(
    {
        "Version": POLICY_VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
"""Trust of a role that Lambda assumes, as a function's and as an operator's (IAM-01)."""


def trust_zone_tags(zone: str) -> Mapping[str, str] | None:
    """Return the tag of a trust zone, whose boundary is a capacity provider (SEC-01)."""
    return {"trust-zone": zone} if zone else None
