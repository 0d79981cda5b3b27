"""Resources of two sides, which are compared property by property.

The words are CloudFormation's. Values that a deployment decides are told by what they are, such as
"Arn of the capacity provider", so that the two sides have the same.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from tests.infra.declared import Json

Resources = Mapping[str, Json]
"""Properties by what a person calls the resource."""

ABSENT = "-"


class Difference(NamedTuple):
    """What one side has that the other has not, or has otherwise, as the page writes it."""

    resource: str
    property: str
    example: str
    here: str


def differences(example: Resources, here: Resources) -> Iterator[Difference]:
    """Compare two sides; a resource that one of them lacks differs once."""
    for name in dict.fromkeys([*example, *here]):
        if name in example and name in here:
            yield from _properties(name, _flat(example[name]), _flat(here[name]))
        else:
            made = ("made", ABSENT) if name in example else (ABSENT, "made")
            yield Difference(name, "all of it", *made)


def comparable(properties: Json) -> Json:
    """Drop what tells two notations apart, and nothing that they mean."""
    found = dict(properties)
    if "Tags" in found:
        found["Tags"] = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    if "Code" in found:
        found["Code"] = sorted(found["Code"])
    if "AssumeRolePolicyDocument" in found:
        found["AssumeRolePolicyDocument"] = [
            {
                "Effect": statement["Effect"],
                "Action": _listed(statement["Action"]),
                "Service": _listed(statement["Principal"]["Service"]),
            }
            for statement in found["AssumeRolePolicyDocument"]["Statement"]
        ]
    return found


def _properties(
    name: str, example: Mapping[str, str], here: Mapping[str, str]
) -> Iterator[Difference]:
    for path in dict.fromkeys([*example, *here]):
        values = example.get(path, ABSENT), here.get(path, ABSENT)
        if values[0] != values[1]:
            yield Difference(name, path, *values)


def _flat(properties: Json, path: str = "") -> dict[str, str]:
    """Write every value, a list as one, after the names that lead to it."""
    values: dict[str, str] = {}
    for name, value in properties.items():
        if isinstance(value, dict):
            values |= _flat(cast("Json", value), f"{path}{name}.")
        else:
            values[f"{path}{name}"] = f"`{json.dumps(value)}`"
    return values


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]
