"""What keeps the process of the local AWS small (docs/local-aws.md#memory).

boto3, moto and the local AWS's own code would each load botocore's models of AWS's services for
themselves, with their documentation. And moto's EC2 would load which instance types every Region
offers, although a stack of functions never asks.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, cast

from botocore.loaders import JSONFileLoader, Loader
from moto.utilities import utils as moto_resources


def share_models() -> None:
    """Make all loaders of botocore, which moto uses too, load each model once.

    A loader that exists keeps what it has.
    """
    cast("Any", Loader).FILE_LOADER_CLASS = _FileLoader


class _FileLoader(JSONFileLoader):
    def _load_file(self, full_path: str, open_method: Callable[..., Any]) -> Any:
        return _model(full_path, open_method)


@cache
def _model(path: str, open_method: Callable[..., Any]) -> Any:
    """Return the model in a file, without documentation; ``None`` if there is no such file."""
    if not Path(path).is_file():
        return None
    with open_method(path, "rb") as file:
        return json.load(file, object_hook=_without_documentation)


def _without_documentation(structure: dict[str, Any]) -> dict[str, Any]:
    # A structure may have a member of that name, whose value is a dictionary.
    if isinstance(structure.get("documentation"), str):
        structure["documentation"] = ""  # botocore reads that of parameters of S3's endpoints
    return structure


class _Offerings(Iterable[dict[str, Any]]):
    """The instance types that a Region offers, read whenever they are asked for."""

    is_loading: ClassVar[bool] = True

    def __init__(self, read: Callable[[str], Any], resource: str) -> None:
        self._read = read
        self._resource = resource

    def __iter__(self) -> Iterator[dict[str, Any]]:
        offers = () if self.is_loading else self._read(self._resource)
        location_type = Path(self._resource).parent.name
        return ({**offer, "LocationType": location_type} for offer in offers)


def load_ec2() -> None:
    """Load moto's EC2 without the instance types that Regions offer."""
    read = cast("Any", moto_resources).load_resource

    def load(resource: str) -> Any:
        is_offerings = "instance_type_offerings" in resource
        return _Offerings(read, resource) if is_offerings else read(resource)

    moto_resources.load_resource = load
    try:
        import_module("moto.ec2.models")
    finally:
        moto_resources.load_resource = read
        _Offerings.is_loading = False
