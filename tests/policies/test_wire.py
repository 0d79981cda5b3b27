"""Properties from the wire: every number that protobuf carries is read."""

from math import inf, nan
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy.deserialize import (
    SPECIAL_ARCHIVE_SIG,
    SPECIAL_ASSET_SIG,
    SPECIAL_SECRET_SIG,
    SPECIAL_SIG_KEY,
)

from policies.lmi.model.access import Props
from policies.lmi.serving.wire import read_linked, read_properties


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


EMPTY_TEXT = {SPECIAL_SIG_KEY: SPECIAL_ASSET_SIG, "hash": "e3b0"}
SECRET = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(EMPTY_TEXT, id="an asset with an empty text"),
        pytest.param(
            {SPECIAL_SIG_KEY: SPECIAL_ARCHIVE_SIG, "assets": {"a/__init__.py": EMPTY_TEXT}},
            id="an archive with an empty file",
        ),
        pytest.param({SPECIAL_SIG_KEY: SPECIAL_ARCHIVE_SIG, "hash": "e3b0"}, id="no files"),
        pytest.param({**SECRET, "ciphertext": "AAAA"}, id="a secret that is not decrypted"),
        pytest.param({SPECIAL_SIG_KEY: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, id="an output"),
        pytest.param({SPECIAL_SIG_KEY: 7}, id="no signature at all"),
    ],
)
def test_an_object_that_the_sdk_cannot_read_hides_nothing_else(code: dict[str, Any]) -> None:
    struct = Struct()
    struct.update({"code": code, "memorySize": 2048, "name": {**SECRET, "value": "api"}})
    props = Props(read_properties(struct))
    assert props.text(("code",)).is_undecided
    assert props.integer(("memorySize",)).or_none() == 2048
    assert props.text(("name",)).or_none() == "api"


def test_an_archive_of_a_file_has_its_path() -> None:
    struct = Struct()
    struct.update({"code": {SPECIAL_SIG_KEY: SPECIAL_ARCHIVE_SIG, "path": "/app.zip"}})
    assert read_properties(struct)["code"].path == "/app.zip"


def test_of_a_resource_that_no_rule_reads_only_its_links_are_kept() -> None:
    bucket = protocol.AnalyzerResource(type="aws:s3/bucket:Bucket", urn="b", dependencies=["t"])
    table = protocol.AnalyzerResource(type="aws:dynamodb/table:Table", urn="t", dependencies=["b"])
    bucket.properties.update({"name": "b"})
    table.properties.update({"name": "t"})
    first, second = map(read_linked, (bucket, table))
    assert (first.props.names(), second.props.names()) == ((), ("name",))
    assert (first.depends_on, second.depends_on) == (("t",), ("b",))
