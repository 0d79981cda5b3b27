"""What keeps the process of the local AWS small (docs/local-aws.md#memory).

boto3, moto and the local AWS's own code would each load botocore's models of AWS's services for
themselves, with their documentation. And moto's EC2 would load which instance types every Region
offers, although a stack of functions never asks.
"""

import json
from collections import UserDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final, cast

from botocore.loaders import JSONFileLoader, Loader
from moto.utilities import utils as moto_resources

_OFFERINGS: Final = "instance_type_offerings"


def share_models() -> None:
    """Make all loaders of botocore, which moto uses too, load each model once.

    A loader that exists keeps what it has.
    """
    cast("Any", Loader).FILE_LOADER_CLASS = _FileLoader


class _FileLoader(JSONFileLoader):
    """Loads each file once, as plain dictionaries and without documentation."""

    _loaded: ClassVar[dict[str, Any]] = {}

    def load_file(self, file_path: str) -> Any:
        """Return the model in a file, ``None`` if there is no such file."""
        if file_path not in self._loaded:
            self._loaded[file_path] = cast("Any", super()).load_file(file_path)
        return self._loaded[file_path]

    def _load_file(self, full_path: str, open_method: Callable[..., Any]) -> Any:
        if not Path(full_path).is_file():
            return None
        with open_method(full_path, "rb") as file:
            return json.load(file, object_hook=_without_documentation)


def _without_documentation(structure: dict[str, Any]) -> dict[str, Any]:
    # A structure may have a member of that name, whose value is a dictionary.
    if isinstance(structure.get("documentation"), str):
        structure["documentation"] = ""  # botocore reads that of parameters of S3's endpoints
    return structure


class Offerings(UserDict[str, list[dict[str, Any]]]):
    """What instance types each Region offers, read when a Region is first asked for."""

    def __init__(self, location_type: str, files: dict[str, str]) -> None:
        super().__init__()
        self._location_type = location_type
        self._files = files

    def __contains__(self, region: object) -> bool:
        return region in self._files

    def __missing__(self, region: str) -> list[dict[str, Any]]:
        found = cast("Any", moto_resources).load_resource(self._files[region])
        self[region] = [{**offer, "LocationType": self._location_type} for offer in found]
        return self[region]


def load_ec2() -> None:
    """Load moto's EC2 without the instance types that Regions offer."""
    load_resource = cast("Any", moto_resources).load_resource
    files: dict[str, dict[str, str]] = {}

    def load(resource: str) -> Any:
        if _OFFERINGS not in resource:
            return load_resource(resource)
        *_, location_type, name = resource.split("/")
        files.setdefault(location_type, {})[name.partition(".")[0]] = resource
        return []

    moto_resources.load_resource = load
    try:
        from moto.ec2.models import instance_types  # noqa: PLC0415
    finally:
        moto_resources.load_resource = load_resource
    for location_type, regions in files.items():
        instance_types.INSTANCE_TYPE_OFFERINGS[location_type] = Offerings(location_type, regions)
