"""A Pulumi program that declares what a file beside it lists, without the SDK of ``aws``.

It imports nothing else: an engine runs it for each command of a test.
"""

import json
from pathlib import Path
from typing import Any, cast

import pulumi

_declared: dict[str, pulumi.CustomResource] = {}


def _value(written: Any) -> Any:
    """Return an input, with outputs in the places of references."""
    match written:
        case {"output": name, "of": pulumi_type}:
            resource = _declared[pulumi_type]
            return resource.id if name == "id" else getattr(resource, name)
        case {"joined": parts}:
            return pulumi.Output.concat(*map(_value, parts))
        case {"archive": path}:
            return pulumi.FileArchive(path)
        case dict():
            given = cast("dict[str, Any]", written)
            return {name: _value(each) for name, each in given.items()}
        case list():
            return [_value(each) for each in cast("list[Any]", written)]
        case _:
            return written


if __name__ == "__main__":
    for listed in json.loads(Path("resources.json").read_text()):
        props = {**dict.fromkeys(listed["outputs"]), **_value(listed["inputs"])}
        _declared[listed["type"]] = pulumi.CustomResource(listed["type"], listed["name"], props)
