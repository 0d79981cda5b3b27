"""boto3 clients of the local AWS. boto3 is untyped; its unknowns stop here."""

import threading
from typing import Any, cast

import boto3
from botocore.config import Config

from local.account import ACCESS_KEY, SECRET_KEY


class AwsClients:
    """boto3 clients of one endpoint, made once for each service and region.

    Making a client costs up to a second of parsing, and is not thread-safe; calling one is.

    Parameters
    ----------
    endpoint_url
        Address of every service of the local AWS.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, region: str) -> Any:
        """Give the client of a service in a region; it does not retry."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._make(service, region)
            return self._clients[service, region]

    def _make(self, service: str, region: str) -> Any:
        return cast("Any", boto3).client(
            service,
            endpoint_url=self._endpoint_url,
            region_name=region,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(
                retries={"max_attempts": 0},
                max_pool_connections=64,
                # The service itself is to judge a request, in AWS's own words.
                parameter_validation=False,
            ),
        )
