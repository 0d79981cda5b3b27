"""Readers return a value, "absent" or "undecided", and never raise."""

from math import inf, nan
from typing import Any

import pytest
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import (
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

from policies.lmi.model.access import Props
from tests.policies.judging import on_the_wire

UNKNOWNS = [
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
]


def props(value: Any) -> Props:
    return Props(on_the_wire({"key": value}))


def secret(value: Any) -> dict[str, Any]:
    return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}


@pytest.mark.parametrize("unknown", UNKNOWNS)
@pytest.mark.parametrize("reader", [Props.text, Props.flag, Props.number, Props.texts])
def test_unknowns_are_undecided(reader: Any, unknown: str) -> None:
    for value in (unknown, secret(unknown)):
        assert reader(props(value), ("key",)).is_undecided


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        (Props.text, "", ""),
        (Props.text, secret("a"), "a"),
        (Props.flag, False, False),
        (Props.number, 2, 2.0),
        (Props.number, 2.5, 2.5),
        (Props.integer, 2.0, 2),  # numbers arrive as floats
        (Props.integer, 0, 0),
        (Props.integer, 1e300, int(1e300)),
        (Props.texts, [], ()),
    ],
)
def test_values_of_the_right_type_are_present(reader: Any, value: Any, expected: Any) -> None:
    reading = reader(props(value), ("key",))
    assert reading.is_present
    assert reading.or_none() == expected
    assert type(reading.or_none()) is type(expected)


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (Props.text, 1),
        (Props.text, ["a"]),
        (Props.text, "[secret]"),
        (Props.flag, 1),
        (Props.flag, "true"),
        (Props.number, True),
        (Props.number, "2"),
        (Props.integer, 2.5),
        (Props.texts, "abc"),
        (Props.texts, {"a": "b"}),
        (Props.nested, ["a"]),
        (Props.nested, "a"),
        (Props.records, "a"),
    ],
)
def test_values_of_a_wrong_type_are_undecided(reader: Any, value: Any) -> None:
    assert reader(props(value), ("key",)).is_undecided


@pytest.mark.parametrize("value", [inf, -inf, nan])
def test_numbers_are_finite(value: float) -> None:
    assert Props({"key": value}).number(("key",)).is_undecided


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({}, ("key", "inner")),
        (None, ("key",)),
        (None, ("key", "inner", 0)),
        ([], ("key", 0)),
        ([{"a": 1}], ("key", 0, "b")),
        ([{"a": 1}], ("key", 1, "a")),
        ("x", ("other",)),
    ],
)
def test_what_is_not_there_is_absent(value: Any, path: tuple[str | int, ...]) -> None:
    assert props(value).read(path).is_absent


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (UNKNOWN_OBJECT_VALUE, ("key", "inner")),
        ([UNKNOWN_OBJECT_VALUE], ("key", 0, "inner")),
        ("text", ("key", 0)),  # a string is no list of characters
        ("text", ("key", "inner")),
        ({"0": "a"}, ("key", 0)),
        (["a"], ("key", "inner")),
    ],
)
def test_what_may_be_there_is_undecided(value: Any, path: tuple[str | int, ...]) -> None:
    assert props(value).read(path).is_undecided


def test_each_element_of_a_list_has_its_own_reading() -> None:
    readings = props(["a", UNKNOWN_STRING_VALUE, 3, None]).texts(("key",)).or_none()
    assert readings is not None
    assert [reading.or_none() for reading in readings] == ["a", None, None, None]
    assert [reading.is_undecided for reading in readings] == [False, True, True, False]


def test_a_list_may_begin_with_an_unknown() -> None:
    readings = props([UNKNOWN_OBJECT_VALUE, {"a": "b"}]).records(("key",)).or_none()
    assert readings is not None
    (first, second) = readings
    assert first.is_undecided
    found = second.or_none()
    assert found is not None
    assert found.text(("a",)).or_none() == "b"


def test_names_are_known_where_values_are_not() -> None:
    nested = props({"a": UNKNOWN_STRING_VALUE, "b": 1}).nested(("key",)).or_none()
    assert nested is not None
    assert set(nested.names()) == {"a", "b"}
    assert nested.text(("a",)).is_undecided


def test_a_default_stands_for_absence_only() -> None:
    some = Props(on_the_wire({"known": 4, "unknown": UNKNOWN_NUMBER_VALUE}))
    assert some.number(("known",)).or_default(2) == 4
    assert some.number(("missing",)).or_default(2) == 2
    assert some.number(("unknown",)).or_default(2) is None
