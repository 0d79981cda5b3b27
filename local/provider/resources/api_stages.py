"""What stages of REST and HTTP APIs have in common."""

from collections.abc import Mapping
from typing import Any

from local.account import ACCOUNT_ID
from local.provider.aws import Aws
from local.provider.schema import block, string

INVOKE_URL_HEADER = "x-local-aws-invoke-url"
"""Where the local AWS says that a stage is served: AWS has it follow from API and region."""

ACCESS_LOG = block(
    fields={"destinationArn": string(required=True), "format": string(required=True)}, sent=False
)


def invoke_url(answer: Mapping[str, Any]) -> str:
    """Read a stage's address off an answer about it; empty where it is not served."""
    headers: Mapping[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return headers.get(INVOKE_URL_HEADER, "")


def execution_arn(aws: Aws, api_id: str) -> str:
    """Name an API as permissions do."""
    return f"arn:aws:execute-api:{aws.region}:{ACCOUNT_ID}:{api_id}"
