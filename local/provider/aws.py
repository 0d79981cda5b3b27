"""AWS as resource types see it: botocore's model, errors, and calls to the local endpoint."""

import re
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any, TypeVar, cast

import botocore.loaders
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from local.aws_client import AwsClients

Response = dict[str, Any]
_Answer = TypeVar("_Answer")

_MISSING = re.compile(r".*NotFound(Exception)?|NoSuch.*|.*NonExistentQueue|QueueDoesNotExist|404")
"""How AWS's services spell the error code for what does not exist."""

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.25


@dataclass(frozen=True)
class Region:
    """A region, with a partition such as ``aws`` and a DNS suffix such as ``amazonaws.com``.

    Regions that botocore does not know have no description.
    """

    partition: str
    dns_suffix: str
    description: str


@cache
def enum(service: str, shape: str) -> tuple[str, ...]:
    """Return the values of an enum of a service, such as ``enum("lambda", "Runtime")``."""
    return tuple(_shapes(service)[shape]["enum"])


@cache
def region(name: str) -> Region:
    """Return a region by name; unknown ones are in the partition ``aws``."""
    partitions: list[dict[str, Any]] = _loader().load_data("partitions")["partitions"]
    partition = next(
        (entry for entry in partitions if re.match(entry["regionRegex"], name)), partitions[0]
    )
    return Region(
        partition["id"],
        partition["outputs"]["dnsSuffix"],
        partition["regions"].get(name, {}).get("description", ""),
    )


@cache
def _shapes(service: str) -> dict[str, dict[str, Any]]:
    return _loader().load_service_model(service, "service-2")["shapes"]


@cache
def _loader() -> Any:
    return cast("Any", botocore.loaders).create_loader()


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


class Aws:
    """The local AWS for one request of the engine, in the resource's region.

    Waiting takes ``timeout`` seconds in all, and ends when the engine sets ``cancelled``.
    """

    def __init__(
        self, clients: AwsClients, region: str, cancelled: threading.Event, timeout: float
    ) -> None:
        self._clients = clients
        self.region = region
        self._cancelled = cancelled
        self._deadline = time.monotonic() + timeout

    def call(self, service: str, operation: str, **params: object) -> Response:
        """Call an operation by boto3's names, such as ``ec2`` and ``create_vpc``.

        Parameters that are ``None`` are not sent, and lists are whole. AWS's refusals are raised as
        ``AwsError``, also those in the answer to a call for several resources, such as
        ``CreateFlowLogs``.
        """
        client = self._clients.get(service, self.region)
        given = {name: value for name, value in params.items() if value is not None}
        action = f"{service} {client.meta.method_to_api_mapping[operation]}"
        try:
            if client.can_paginate(operation):
                return client.get_paginator(operation).paginate(**given).build_full_result()
            answer: Response = getattr(client, operation)(**given)
        except (ClientError, BotoCoreError) as error:
            raise aws_error(action, error) from error
        for failure in answer.get("Unsuccessful", []):
            error = failure["Error"]
            raise AwsError(f"{action}: {error['Code']}: {error['Message']}", error["Code"])
        return answer

    def find(
        self, service: str, operation: str, accepted: Collection[str] = (), **params: object
    ) -> Response | None:
        """Call an operation; return ``None`` for what does not exist, and for accepted codes."""
        try:
            return self.call(service, operation, **params)
        except AwsError as error:
            if error.code in accepted or _MISSING.fullmatch(error.code):
                return None
            raise

    def retry(
        self, codes: Collection[str], seconds: float, service: str, operation: str, **params: object
    ) -> Response:
        """Call an operation, and for some seconds repeat it while AWS answers one of the codes."""
        until = min(self._deadline, time.monotonic() + seconds)

        def answer() -> Response | None:
            try:
                return self.call(service, operation, **params)
            except AwsError as error:
                if error.code not in codes or time.monotonic() > until:
                    raise
                return None

        return self.wait(f"{service} {operation}", answer)

    def wait(self, what: str, ask: Callable[[], _Answer | None], seconds: float = inf) -> _Answer:
        """Ask at short intervals until an answer is true, and return that answer.

        Messages name what is waited for. A wait ends after ``seconds``, or earlier with the time
        limit of the request.
        """
        until = min(self._deadline, time.monotonic() + seconds)
        pause = _FIRST_PAUSE
        while not (answer := ask()):
            if time.monotonic() > until:
                raise ProviderError(f"timed out while waiting for {what}")
            if self._cancelled.wait(pause):
                raise ProviderError(f"cancelled while waiting for {what}")
            pause = min(pause * 2, _LONGEST_PAUSE)
        return answer
