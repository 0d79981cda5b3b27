"""A stack that an earlier commit brought up keeps its resources: nothing is replaced or deleted.

``recorded/`` has the state of the local stack as the commit that names the file left it. The
program of today is compared with it by the rules of the stand-in provider.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from google.protobuf.struct_pb2 import Struct

from infra import program
from local.provider.check import Naming, check
from local.provider.diff import differences
from local.provider.session import ProviderConfig
from local.provider.tables import RESOURCES
from local.provider.values import DEFAULTS, Value, decode
from tests.infra.declared import Program, Resource, declare_by, defaults, stack_config

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))


class State(NamedTuple):
    """What a deployment left of one resource."""

    id: str
    inputs: Mapping[str, Value]
    outputs: Mapping[str, Value]


@pytest.fixture(scope="module", params=RECORDED, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """Return a recorded stack by type and name."""
    return {_end_of(entry["urn"]): entry for entry in json.loads(request.param.read_text())}


@pytest.fixture(scope="module")
def declared(recorded: Mapping[str, Any]) -> Program:
    """Run the program with the settings of the recorded stack, on what it had made."""
    region = "us-east-1"
    config = {
        **defaults(),
        **stack_config("local"),
        # The recorded stack asked for both: its zones, and this machine's architecture.
        "lmi-streaming:availabilityZones": [f"{region}{letter}" for letter in "abc"],
        "lmi-streaming:packageFor": "function",
    }
    made = {
        (type_.rpartition("$")[2], name): entry
        for urn, entry in recorded.items()
        for type_, name in [urn.split("::")]
        if "id" in entry
    }
    return declare_by(program.main, config, stack="local", recorded=made)


def test_every_recorded_resource_is_still_declared(
    recorded: Mapping[str, Any], declared: Program
) -> None:
    assert not recorded.keys() - {_end_of(made.urn) for made in declared.resources}


def test_no_recorded_resource_is_replaced(recorded: Mapping[str, Any], declared: Program) -> None:
    replaced = {
        f"{urn}: {property_}"
        for made in declared.resources
        if "id" in (entry := recorded.get(urn := _end_of(made.urn), {}))
        for property_ in _replacing(made, _state(entry))
    }

    assert not replaced


def test_a_change_that_replaces_is_noticed(recorded: Mapping[str, Any], declared: Program) -> None:
    """The comparison itself works: another description replaces a security group."""
    group = declared.named("aws:ec2/securityGroup:SecurityGroup", "lmi-streaming-instances")
    group = replace(group, inputs={**group.inputs, "description": "Other words"})

    assert list(_replacing(group, _state(recorded[_end_of(group.urn)]))) == ["description"]


def _replacing(made: Resource, state: State) -> Iterator[str]:
    """Name the properties whose change replaces a resource, for the provider or the program."""
    resource = RESOURCES[made.type]
    given = {name: value for name, value in _decoded(made.inputs).items() if name != DEFAULTS}
    config = ProviderConfig(region="us-east-1")
    inputs, failures = check(resource, given, state.inputs, config, Naming(made.name))
    assert not failures
    by_program = made.options.get("replaceOnChanges", [])
    for difference in differences(resource, state.outputs, inputs):
        if difference.replaces or difference.property in by_program:
            yield difference.property


def _state(entry: Mapping[str, Any]) -> State:
    return State(entry["id"], _decoded(entry["inputs"]), _decoded(entry["outputs"]))


def _decoded(values: Mapping[str, Any]) -> Mapping[str, Value]:
    struct = Struct()
    struct.update(values)
    return decode(struct)


def _end_of(urn: str) -> str:
    """Return a resource's type and name, and its parent's type, which is all that mocks know."""
    *_, types, name = urn.split("::")
    of_component = [type_ for type_ in types.split("$") if type_ != "pulumi:pulumi:Stack"]
    return f"{'$'.join(of_component[-2:])}::{name}"
