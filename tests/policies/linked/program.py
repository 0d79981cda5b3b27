"""A Pulumi program that declares the resources in ``stack.json``, beside it, one after the other.

``{"to": name, "attribute": attribute}`` stands for an output of another resource.
"""

import json
from pathlib import Path
from typing import Any, cast

import pulumi

made: dict[str, pulumi.CustomResource] = {}


def filled(value: Any) -> Any:
    if isinstance(value, list):
        return [filled(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    entries = cast("dict[str, Any]", value)
    if "to" in entries:
        return getattr(made[entries["to"]], entries["attribute"])
    return {key: filled(one) for key, one in entries.items()}


for resource in json.loads(Path("stack.json").read_text()):
    outputs = {"arn": None, "name": None}
    options = pulumi.ResourceOptions(depends_on=[made[name] for name in resource["after"]])
    made[resource["name"]] = pulumi.CustomResource(
        resource["type"], resource["name"], {**outputs, **filled(resource["properties"])}, options
    )
