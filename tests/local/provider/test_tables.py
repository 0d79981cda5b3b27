"""The tables of resource types."""

from pathlib import Path

import pytest

from local.provider import tables

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
