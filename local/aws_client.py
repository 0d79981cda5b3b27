"""boto3 clients of the local AWS. boto3 has no types, so its clients are typed here as ``Any``."""

import threading
from typing import Any, Final, cast

import boto3
from botocore.config import Config

from local.account import ACCESS_KEY, SECRET_KEY

_CONFIG: Final = Config(
    retries={"max_attempts": 0},
    max_pool_connections=64,
    # The local AWS validates requests itself, with AWS's messages.
    parameter_validation=False,
)


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
                self._clients[service, region] = cast("Any", boto3).client(
                    service,
                    endpoint_url=self._endpoint_url,
                    region_name=region,
                    aws_access_key_id=ACCESS_KEY,
                    aws_secret_access_key=SECRET_KEY,
                    config=_CONFIG,
                )
            return self._clients[service, region]
