"""Calls to AWS: the one way from resource types to the local endpoint."""

import math
import re
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws_client import AwsClients
from local.provider.errors import AwsError, ProviderError, TimedOutError, aws_error

Response = dict[str, Any]

_MISSING = re.compile(r".*NotFound(Exception)?|NoSuch.*|.*NonExistentQueue|QueueDoesNotExist|404")
"""How AWS's services spell the error code for what does not exist."""

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.25


class Aws:
    """The local AWS for one request of the engine: a region and a time limit.

    Parameters
    ----------
    clients
        The boto3 clients.
    region
        The resource's region.
    cancelled
        Set when the engine cancels, which ends all waiting.
    timeout
        Total time for waiting, in seconds.
    """

    def __init__(
        self, clients: AwsClients, region: str, cancelled: threading.Event, timeout: float
    ) -> None:
        self._clients = clients
        self.region = region
        self._cancelled = cancelled
        self._deadline = time.monotonic() + timeout

    def call(self, service: str, operation: str, **params: object) -> Response:
        """Call an operation; parameters that are ``None`` are not sent.

        Service and operation have boto3's names, such as ``ec2`` and ``create_vpc``.

        Raises
        ------
        AwsError
            When AWS refuses, or does not answer; also when a call for several resources, such as
            ``CreateFlowLogs``, answers which of them are unsuccessful.
        """
        client = self._clients.get(service, self.region)
        given = {name: value for name, value in params.items() if value is not None}
        action = f"{service} {client.meta.method_to_api_mapping[operation]}"
        try:
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
        """Call an operation; return ``None`` if AWS answers that something does not exist.

        Parameters
        ----------
        accepted
            Further error codes to return ``None`` for.

        Raises
        ------
        AwsError
            With every other code.
        """
        try:
            return self.call(service, operation, **params)
        except AwsError as error:
            if error.code in accepted or _MISSING.fullmatch(error.code):
                return None
            raise

    def retry(
        self, codes: Collection[str], seconds: float, service: str, operation: str, **params: object
    ) -> Response:
        """Call an operation, and repeat it while AWS answers with one of the codes.

        Raises
        ------
        AwsError
            The last error.
        """
        answers: list[Response] = []
        refusals: list[AwsError] = []

        def answered() -> bool:
            try:
                answers.append(self.call(service, operation, **params))
            except AwsError as error:
                if error.code not in codes:
                    raise
                refusals.append(error)
            return bool(answers)

        try:
            self.wait(f"{service} {operation}", answered, seconds)
        except TimedOutError:
            raise refusals[-1] from None
        return answers[0]

    def wait(self, what: str, done: Callable[[], bool], seconds: float = math.inf) -> None:
        """Poll at short intervals until a condition holds.

        Parameters
        ----------
        what
            What is waited for, for messages.
        done
            The condition.
        seconds
            Longest wait, within the time limit of the request.

        Raises
        ------
        TimedOutError
            When the condition does not hold in time.
        ProviderError
            When the engine cancels.
        """
        until = min(self._deadline, time.monotonic() + seconds)
        pause = _FIRST_PAUSE
        while not done():
            if time.monotonic() > until:
                raise TimedOutError(f"timed out while waiting for {what}")
            if self._cancelled.wait(pause):
                raise ProviderError(f"cancelled while waiting for {what}")
            pause = min(pause * 2, _LONGEST_PAUSE)
