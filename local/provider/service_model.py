"""AWS's model of its APIs and regions, read from botocore."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import botocore.loaders


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
