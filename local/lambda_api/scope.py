"""The context of an operation."""

from collections.abc import Callable
from dataclasses import dataclass

from local.dataplane.plane import LocalDataPlane
from local.lambda_api.packages import PackageStore
from local.lambda_api.protocol import Members
from local.lambda_api.state import Region


@dataclass(frozen=True)
class Scope:
    """The region of a request, with what its operation needs.

    ``now`` is in seconds on the clock of the Lambda API, and ``endpoint_url`` the address at which
    the client reached the endpoint, with a slash.
    """

    region: Region
    data_plane: LocalDataPlane
    packages: PackageStore
    request_id: str
    now: float
    endpoint_url: str


Operation = Callable[[Scope, Members], Members | Callable[[], Members]]
"""Takes the input of an operation, checked against the service model; returns its output.

An operation that has to wait returns a function instead, which waits and returns the output. It is
called without the lock.
"""
