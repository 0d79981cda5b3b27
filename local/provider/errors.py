"""Errors that people read: one line each, never a traceback."""

from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError


class ProviderError(Exception):
    """What the provider says instead of doing as asked."""


class TimedOutError(ProviderError):
    """What was waited for did not come in time."""


class AwsError(ProviderError):
    """AWS refused a call.

    Attributes
    ----------
    code
        AWS's error code, e.g. `ResourceConflictException`; empty where no answer came.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


def aws_error(action: str, error: BotoCoreError | ClientError) -> AwsError:
    """Put an error of boto3 into one line.

    Parameters
    ----------
    action
        Service and operation, e.g. `lambda CreateFunction`.
    error
        What boto3 raised.
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
