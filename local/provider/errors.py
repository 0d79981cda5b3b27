"""Errors of the provider, with messages of one line."""

from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError


class ProviderError(Exception):
    """The provider refuses an operation."""


class AwsError(ProviderError):
    """AWS refused a call, with a code such as ``ResourceConflictException``, or did not answer."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


def aws_error(action: str, error: BotoCoreError | ClientError) -> AwsError:
    """Return an error of boto3 in one line, after an action such as ``lambda CreateFunction``."""
    if isinstance(error, EndpointConnectionError):
        return AwsError(f"{action}: {_one_line(error)}; is the local AWS running? (`make up`)")
    if isinstance(error, BotoCoreError):
        return AwsError(f"{action}: {_one_line(error)}")
    answer = cast("Any", error).response.get("Error", {})
    code = str(answer.get("Code", "Unknown"))
    return AwsError(f"{action}: {code}: {_one_line(answer.get('Message', ''))}", code)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
