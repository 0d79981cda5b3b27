"""Permission for one model of Amazon Bedrock, or for one inference profile with its model.

Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html and
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
"""

from typing import Any, Final

import pulumi

from .settings.formats import BEDROCK_GEOGRAPHIES

ENDPOINT_SERVICE: Final = "bedrock-runtime"
"""Suffix of the endpoint that models are called through."""

_ACTION: Final = "bedrock:InvokeModelWithResponseStream"
"""What ConverseStream demands."""


def statements(model: str, region: str, account_id: pulumi.Input[str]) -> list[dict[str, Any]]:
    """Return the statements by which a role may ask one model for streams.

    Parameters
    ----------
    model
        Id of a foundation model, or of an inference profile, whose id is that of its model after a
        geography.
    region, account_id
        Where the profile is called.
    """
    geography, _, routed = model.partition(".")
    if geography not in BEDROCK_GEOGRAPHIES:
        return [
            {"Action": _ACTION, "Resource": f"arn:aws:bedrock:{region}::foundation-model/{model}"}
        ]
    profile = pulumi.Output.concat(
        f"arn:aws:bedrock:{region}:", account_id, f":inference-profile/{model}"
    )
    return [
        {"Action": _ACTION, "Resource": profile},
        {
            "Action": _ACTION,
            # In each region that the profile leads to; a global one leads to no region as well.
            "Resource": f"arn:aws:bedrock:*::foundation-model/{routed}",
            "Condition": {"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        },
    ]
