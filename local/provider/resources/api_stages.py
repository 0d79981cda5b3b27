"""What stages of REST and HTTP APIs share."""

from collections.abc import Mapping
from typing import Any

from local.account import ACCOUNT_ID
from local.provider.aws import Aws
from local.provider.schema import block, string

INVOKE_URL_HEADER = "x-local-aws-invoke-url"
"""Member of answers about a stage with its local address, which AWS derives from id and Region."""

ACCESS_LOG = block(
    fields={"destinationArn": string(required=True), "format": string(required=True)}, sent=False
)


def invoke_url(answer: Mapping[str, Any]) -> str:
    """Return the address in an answer about a stage; empty if it is not served."""
    headers: Mapping[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return headers.get(INVOKE_URL_HEADER, "")


def execution_arn(aws: Aws, api_id: str) -> str:
    """Return the ARN of an API, as permissions spell it."""
    return f"arn:aws:execute-api:{aws.region}:{ACCOUNT_ID}:{api_id}"
