"""The tables of resource types."""

from functools import cache
from pathlib import Path
from typing import Any, cast

import botocore
import botocore.loaders
import pytest
from yaml import YAMLError

from local.provider import tables
from local.provider.operations import ResourceType
from local.provider.tables import RESOURCES

ENTRY = """
aws:sns/topic:Topic:
  properties: {name: {required: true}}
  operations: {noun: topic}
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("local.provider.tables.FOLDER", tmp_path)
    return tmp_path / "sns.yaml"


def test_a_type_without_a_class_is_an_ordinary_one(table: Path) -> None:
    table.write_text(ENTRY)
    (topic,) = tables.resource_types()
    assert topic.pulumi_type == "aws:sns/topic:Topic"
    assert topic.properties.keys() == {"name", "region"}
    assert topic.properties["name"].member == "Name"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("required: true", "requird: true"),
        ("required: true", "type: strin"),
        ("required: true", "check: {longer: 1}"),
        ("required: true", "same: iam.nothing"),
        ("noun: topic", "nouns: topic"),
        ("  operations", "  class: nowhere.Topic\n  operations"),
    ],
)
def test_a_mistake_is_told_with_its_place(table: Path, right: str, wrong: str) -> None:
    table.write_text(ENTRY.replace(right, wrong))
    with pytest.raises(tables.TableError, match=r"sns\.yaml: aws:sns/topic:Topic: "):
        list(tables.resource_types())


def test_a_repeated_key_is_told_with_its_line(table: Path) -> None:
    table.write_text(ENTRY + "  properties: {name: {}, arn: {}}\n")
    with pytest.raises(YAMLError, match=r'"properties" is repeated\n.*sns\.yaml", line 5'):
        list(tables.resource_types())


@cache
def members_of(service: str) -> dict[str, set[str]]:
    """Return the members of a service's requests, by boto3's names of the operations."""
    model = cast("Any", botocore.loaders).create_loader().load_service_model(service, "service-2")
    shapes: dict[str, Any] = model["shapes"]
    return {
        cast("Any", botocore).xform_name(name): set(shapes[operation["input"]["shape"]]["members"])
        for name, operation in model["operations"].items()
        if "input" in operation
    }


@pytest.mark.parametrize("pulumi_type", RESOURCES)
def test_operations_and_their_members_are_those_of_aws(pulumi_type: str) -> None:
    resource = RESOURCES[pulumi_type]
    calls, tagging = resource.operations, resource.tagging
    keys = {
        calls.create: {*calls.members, *calls.create_members},
        calls.read: set(calls.key if calls.read_key is None else calls.read_key),
        calls.update: {*calls.key, *calls.members, *calls.update_members},
        calls.delete: set(calls.key if calls.delete_key is None else calls.delete_key),
        **{setter.set: {*calls.key, *setter.members} for setter in calls.setters.values()},
        **{setter.unset: {*calls.key, *setter.unset_members} for setter in calls.setters.values()},
        **{further.call: set(further.members) for further in calls.further_reads},
    }
    if tagging and tagging.listing:
        keys[tagging.listing] = set(tagging.key)
    if tagging:
        keys[tagging.tag] = {*tagging.added, *tagging.key}
        keys[tagging.untag] = {*tagging.removed, *tagging.key}
    known = members_of(calls.service)
    for operation, key in keys.items():
        if operation:
            assert key <= known[operation], operation
    if type(resource) is ResourceType:
        sent = [one for one in resource.properties.values() if one.sent and not one.output]
        assert {one.within or one.member for one in sent} <= known[calls.create]
