"""Errors that people read: one line each, never a traceback."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

Known = TypeVar("Known")


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


def known(what: str, name: str, table: Mapping[str, Known]) -> Known:
    """Look a name up in a table.

    Parameters
    ----------
    what
        What the table holds, e.g. `resource type`.
    name
        The name.
    table
        What the stand-in knows.

    Raises
    ------
    ProviderError
        When it is not there; the text names it and what is.
    """
    if name not in table:
        raise ProviderError(
            f"the local AWS does not know the {what} {name}; it knows {', '.join(sorted(table))}"
        )
    return table[name]


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
