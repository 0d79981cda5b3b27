"""The IAM documents that more than one component needs."""

import json
from typing import Final

POLICY_VERSION: Final = "2012-10-17"

LAMBDA_ASSUMES: Final = json.dumps(
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
