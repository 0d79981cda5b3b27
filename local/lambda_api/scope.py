"""The context of an operation."""

from collections.abc import Callable
from dataclasses import dataclass

from local.dataplane.model import DataPlane
from local.lambda_api.packages import PackageStore
from local.lambda_api.protocol import Members
from local.lambda_api.state import Region


@dataclass(frozen=True)
class Scope:
    """The region of a request, with the data plane and the archives."""

    region: Region
    data_plane: DataPlane
    packages: PackageStore


Operation = Callable[[Scope, Members], Members]
"""Takes the input of an operation, checked against the service model; returns its output."""
