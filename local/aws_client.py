"""boto3 clients of the local AWS. boto3 has no types, so its clients are typed here as ``Any``."""

import os
import threading
from functools import cache
from typing import Any, Final, cast

import boto3
from botocore.config import Config
from botocore.session import Session

from local.account import ACCESS_KEY, SECRET_KEY

_CONFIG: Final = Config(
    retries={"max_attempts": 0},
    max_pool_connections=64,
    # The local AWS validates requests itself, with AWS's messages.
    parameter_validation=False,
)


@cache
def own_session(region: str | None = None) -> Any:
    """Return a session of boto3 with the keys of the local AWS.

    It reads neither variables nor files of the user, which may name a profile that does not exist.
    """
    known: dict[str, Any] = cast("Any", Session).SESSION_VARIABLES
    defaults = {name: (None, None, *rest) for name, (_key, _variable, *rest) in known.items()}
    nothing = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    own: Any = cast("Any", Session)({**defaults, **nothing})
    return cast("Any", boto3).Session(ACCESS_KEY, SECRET_KEY, None, region, own)


class AwsClients:
    """boto3 clients of one endpoint, created once for each service and region.

    Creating a client takes up to a second and is not thread-safe. Calling a client is.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, region: str) -> Any:
        """Return the client of a service in a region; it does not retry."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = own_session().client(
                    service, region, endpoint_url=self._endpoint_url, config=_CONFIG
                )
            return self._clients[service, region]
