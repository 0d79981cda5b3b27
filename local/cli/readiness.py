"""Waiting until what was published serves, or telling why it never will."""

import time
from typing import Any

from local.aws_client import aws_client
from local.cli.errors import LocalError
from local.cli.terminal import say

PUBLISHED = "$LATEST.PUBLISHED"
PATIENCE_SECONDS = 150
REPORT_SECONDS = 5


def wait_until_active(endpoint_url: str, function_arn: str) -> None:
    """Wait until the published version of a function serves.

    Pulumi's provider does not wait for it (aws-provider.md section 2.3).

    Raises
    ------
    LocalError
        With Lambda's own reason, when the version failed or is not up in time.
    """
    client = aws_client("lambda", endpoint_url, region=function_arn.split(":")[3])
    since = time.monotonic()
    reported = since
    while (now := time.monotonic()) - since < PATIENCE_SECONDS:
        published = client.get_function_configuration(
            FunctionName=function_arn, Qualifier=PUBLISHED
        )
        if _is_up(published):
            return
        if "Failed" in (published.get("State"), published.get("LastUpdateStatus")):
            raise LocalError(_why(published))
        if now - reported > REPORT_SECONDS:
            reported = now
            say(f"Waiting for an execution environment ({now - since:.0f} s) ...")
        time.sleep(0.05)
    raise LocalError(f"no execution environment came up within {PATIENCE_SECONDS} s")


def _is_up(published: dict[str, Any]) -> bool:
    settled = published.get("LastUpdateStatus") == "Successful"
    return settled and published.get("State") in ("Active", "Deactivated")


def _why(published: dict[str, Any]) -> str:
    reason = published.get("StateReason") or published.get("LastUpdateStatusReason")
    code = published.get("StateReasonCode") or published.get("LastUpdateStatusReasonCode")
    return f"the published version did not come up: {code}: {reason}"
