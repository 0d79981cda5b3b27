"""Properties from the wire: every number that protobuf carries is read."""

from math import inf, nan
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as protocol

from policies.lmi.model.access import Props
from policies.lmi.serving import wire
from policies.lmi.serving.wire import read_properties, read_stack


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_numbers_that_json_lacks_are_undecided(number: float) -> None:
    struct = Struct()
    odd: dict[str, Any] = {"odd": number, "list": [number], "nested": {"odd": number}}
    struct.update({**odd, "memorySize": 2048})
    props = Props(read_properties(struct))
    for path in (("odd",), ("list", 0), ("nested", "odd")):
        assert props.number(path).is_undecided
    assert props.integer(("memorySize",)).or_none() == 2048


def test_values_keep_their_types() -> None:
    values: dict[str, Any] = {
        "text": "a",
        "flag": True,
        "list": [1, "b", None],
        "nested": {"empty": {}},
    }
    struct = Struct()
    struct.update(values)
    read: dict[str, Any] = read_properties(struct)
    assert {key: read[key] for key in ("text", "flag")} == {"text": "a", "flag": True}
    assert list(read["list"]) == [1.0, "b", None]
    assert dict(read["nested"])["empty"] == {}


def test_of_a_resource_that_no_rule_reads_only_its_links_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = protocol.AnalyzerResource(type="aws:s3/bucket:Bucket", urn="b", name="b")
    table = protocol.AnalyzerResource(type="aws:dynamodb/table:Table", urn="t", name="t")
    bucket.properties.update({"bucket": "b"})
    bucket.dependencies.append("t")
    table.dependencies.append("b")
    read: list[str] = []

    def counted(message: protocol.AnalyzerResource) -> None:
        read.append(message.name)

    monkeypatch.setattr(wire, "read_provider", counted)
    first, second = read_stack([bucket, table], {"aws:dynamodb/table:Table"})
    assert read == ["t"]
    assert (first.name, dict(first.props)) == ("b", {})
    assert first.dependencies == [second]
    assert second.dependencies == [first]
