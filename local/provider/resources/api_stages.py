"""What stages of REST and HTTP APIs share."""

from collections.abc import Mapping
from typing import Any

INVOKE_URL_HEADER = "x-local-aws-invoke-url"
"""Member of answers about a stage with its local address, which AWS derives from id and Region."""


def invoke_url(answer: Mapping[str, Any]) -> str:
    """Return the address in an answer about a stage; empty if it is not served."""
    headers: Mapping[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return headers.get(INVOKE_URL_HEADER, "")
