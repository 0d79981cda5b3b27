"""Properties from the wire: every number that protobuf carries is read."""

from math import inf, nan
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from policies.lmi.model.access import Props
from policies.lmi.serving.wire import read_properties


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
