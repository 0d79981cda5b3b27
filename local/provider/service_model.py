"""AWS's own model of its APIs and regions, as botocore ships it: read when needed, never copied."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import botocore.loaders


@dataclass(frozen=True)
class Region:
    """Where a region belongs.

    Attributes
    ----------
    partition
        E.g. `aws`.
    dns_suffix
        E.g. `amazonaws.com`.
    description
        Its name for people; empty for a region that botocore does not know.
    """

    partition: str
    dns_suffix: str
    description: str


@cache
def enum(service: str, shape: str) -> tuple[str, ...]:
    """Return the values that a shape of a service allows, e.g. `enum("lambda", "Runtime")`."""
    return tuple(_shapes(service)[shape]["enum"])


@cache
def region(name: str) -> Region:
    """Tell where a region belongs; unknown ones are taken for the partition `aws`."""
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
