"""The resources of a stack in plain Pulumi style: one file, one call of ``pulumi_aws`` for each."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.engine import PYTHON, new_project, pulumi
from testing.checkout import Checkout

_PROJECT: Final = "plain"
_STACK: Final = "::pulumi:pulumi:Stack"
_NOT_OF_THE_PROGRAM: Final = ("__defaults", "tagsAll")
"""What SDK and provider add to the inputs of a program."""

_Resource = Mapping[str, Any]
_Value = str | Sequence["_Value"] | Mapping[str, "_Value"] | float | bool | None


def plain_project(checkout: Checkout, folder: Path, pack: str) -> Path:
    """Write such a project with the state of the local stack, so that nothing is left to do.

    Components and settings are gone; a property that is the id of another resource refers to it.
    ``checkout`` is a copy of this project whose local stack is up, and ``pack`` the ``__main__.py``
    of the new project's policy pack.
    """
    exported = pulumi(checkout, "stack", "export")
    # A URN names the project, and the types of the components around a resource.
    exported = re.sub(r"::lmi-streaming::(?:[^:\s\"]+:[^$\s\"]+\$)*", f"::{_PROJECT}::", exported)
    state = json.loads(exported.replace(f"{_STACK}::lmi-streaming-", f"{_STACK}::{_PROJECT}-"))
    everything = state["deployment"]["resources"]
    # The provider comes first where the program's lookup of zones overtook the stack.
    stack = next(resource for resource in everything if resource["type"] == "pulumi:pulumi:Stack")
    resources = [resource for resource in everything if resource["custom"]]
    for resource in resources:
        resource["parent"] = stack["urn"]
    state["deployment"]["resources"] = [stack, *resources]
    declared = [resource for resource in resources if resource["type"].startswith("aws:")]
    files = {
        "Pulumi.yaml": f"name: {_PROJECT}\n{PYTHON}",
        "Pulumi.local.yaml": (checkout.folder / "Pulumi.local.yaml").read_text(),
        "__main__.py": _program(declared),
        "policies/PulumiPolicy.yaml": PYTHON,
        "policies/__main__.py": pack,
        "state.json": json.dumps(state),
    }
    new_project(checkout, folder, files)
    on_project = ("--cwd", str(folder), "--stack", "local")
    pulumi(checkout, "stack", "import", *on_project, "--file", str(folder / "state.json"))
    pulumi(checkout, "preview", *on_project, "--expect-no-changes")
    return folder


def _program(resources: Sequence[_Resource]) -> str:
    calls: list[str] = []
    names: dict[str, str] = {}
    for number, resource in enumerate(resources):
        # Such as aws:ec2/vpc:Vpc.
        _, module, type_name = resource["type"].split(":")
        service = {"lambda": "lambda_"}.get(name := module.split("/")[0], name)
        arguments = [repr(resource["urn"].rpartition("::")[2])]
        arguments += [
            f"{_snake_case(key)}={_expression(value, names)}"
            for key, value in resource["inputs"].items()
            if key not in _NOT_OF_THE_PROGRAM
        ]
        names[resource["id"]] = f"resource_{number}"
        calls.append(f"resource_{number} = aws.{service}.{type_name}({', '.join(arguments)})")
    return "\n".join(["import pulumi", "import pulumi_aws as aws", *calls, ""])


def _expression(value: _Value, names: Mapping[str, str]) -> str:
    """Write a value of the state as Python."""
    if isinstance(value, str):
        return f"{names[value]}.id" if value in names else repr(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(_expression(each, names) for each in value)}]"
    if not isinstance(value, Mapping):
        return repr(value)
    if "path" in value and "hash" in value:
        return f"pulumi.FileArchive({value['path']!r})"
    members = (f"{key!r}: {_expression(each, names)}" for key, each in value.items())
    return f"{{{', '.join(members)}}}"


def _snake_case(name: str) -> str:
    return re.sub("[A-Z]+", lambda capitals: f"_{capitals[0].lower()}", name)
