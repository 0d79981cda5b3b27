"""Errors of the provider, with messages of one line."""

from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError


class ProviderError(Exception):
    """The provider refuses an operation."""


class TimedOutError(ProviderError):
    """A condition did not hold in time."""


class AwsError(ProviderError):
    """AWS answered a call with an error.

    Attributes
    ----------
    code
        AWS's error code, such as ``ResourceConflictException``; empty if there was no answer.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


def aws_error(action: str, error: BotoCoreError | ClientError) -> AwsError:
    """Return an error of boto3 as an ``AwsError`` of one line.

    Parameters
    ----------
    action
        Service and operation, such as ``lambda CreateFunction``.
    """
    if isinstance(error, EndpointConnectionError):
        return AwsError(f"{action}: {_one_line(error)}; is the local AWS running? (`make up`)")
    if isinstance(error, BotoCoreError):
        return AwsError(f"{action}: {_one_line(error)}")
    answer = cast("Any", error).response.get("Error", {})
    code = str(answer.get("Code", "Unknown"))
    return AwsError(f"{action}: {code}: {_one_line(answer.get('Message', ''))}", code)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
