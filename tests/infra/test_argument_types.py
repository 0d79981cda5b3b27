"""Every field of every class of arguments refuses values of other types in one line.

The fields come from their annotations, so that a new argument is tried as well.
"""

import dataclasses
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args, get_origin

import pulumi
import pytest

from infra import settings
from infra.settings.checked import Checked, field_types

importlib.import_module("infra.program")  # and with it every component
CLASSES = Checked.__subclasses__()


class Argument(NamedTuple):
    """A field of a class of arguments."""

    owner: type
    name: str
    annotation: Any

    @property
    def id(self) -> str:
        return f"{self.owner.__name__}.{self.name}"

    @property
    def takes_an_input(self) -> bool:
        return "pulumi.output.Output" in str(self.annotation)

    @property
    def is_list(self) -> bool:
        return get_origin(self.annotation) in (tuple, Sequence)


ARGUMENTS = [
    Argument(owner, field.name, field_types(owner)[field.name])
    for owner in CLASSES
    for field in dataclasses.fields(cast("Any", owner))
]


class Other:
    """A value of a class that no argument takes."""


def wrong(argument: Argument) -> Iterator[object]:
    yield Other()
    yield 2.5
    if not argument.takes_an_input:
        # Made without an event loop, which an output of a value demands.
        yield object.__new__(pulumi.Output)
    if argument.annotation is int:
        yield from ("3", True, None)
    elif argument.annotation is bool:
        yield from ("true", 1, None)
    elif argument.annotation is str:
        yield from (3, ["text"], None)
    elif get_origin(argument.annotation) is Literal:
        yield from ("another", 3, None)
    elif argument.is_list:
        # A text is a sequence too, of its characters.
        yield from ("text", [2.5], None)
    elif get_origin(argument.annotation) is Mapping:
        yield from ({"NAME": 2.5}, {3: "text"}, ["NAME"], None)


def right(annotation: Any) -> Any:
    """Return a value of a type, for the fields beside the one that is tried."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in (str, int, bool):
        return annotation()
    if origin is Literal:
        return arguments[0]
    if origin in (tuple, Sequence, Mapping):
        return {} if origin is Mapping else ()
    if arguments:
        return right(arguments[0])
    return Path() if annotation is Path else object.__new__(annotation)


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda argument: argument.id)
def test_a_value_of_another_type_is_one_clear_line(argument: Argument) -> None:
    args = {name: right(annotation) for name, annotation in field_types(argument.owner).items()}
    argument.owner(**args)

    for value in wrong(argument):
        with pytest.raises(pulumi.RunError) as refused:
            argument.owner(**{**args, argument.name: value})
        line = str(refused.value)
        assert line.startswith(f"{argument.id} is ")
        assert "\n" not in line
        assert ". Allowed: " in line
        assert f". Fix: {argument.owner.__name__}({argument.name}=" in line


@pytest.mark.parametrize("owner", CLASSES, ids=lambda owner: owner.__name__)
def test_arguments_by_other_names_or_without_one_are_one_clear_line(owner: Any) -> None:
    args = {name: right(annotation) for name, annotation in field_types(owner).items()}
    required = [
        field.name
        for field in dataclasses.fields(owner)
        if field.default is field.default_factory is dataclasses.MISSING
    ]

    makers: list[Callable[[], object]] = [lambda: owner("chat"), lambda: owner(**args, nme=1)]
    for name in required:
        others = {other: value for other, value in args.items() if other != name}
        makers.append(partial(owner, **others))
    for make in makers:
        with pytest.raises(pulumi.RunError) as refused:
            make()
        line = str(refused.value)
        assert line.startswith(f"{owner.__name__} ")
        assert "\n" not in line
        assert ". Allowed: " in line
        assert ". Fix: " in line


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (
            lambda: settings.NetworkSettings(zone_cont=2),  # pyright: ignore[reportCallIssue]
            "NetworkSettings has no argument 'zone_cont'. Allowed: zone_count, which is nearest. "
            "Fix: correct its spelling, or leave it out",
        ),
        (
            lambda: settings.Settings(region="eu-west-1", memory_mb=4096),  # pyright: ignore[reportCallIssue]
            "Settings has no argument 'memory_mb'. Allowed: memory_mb of FunctionSettings. "
            "Fix: Settings(function=FunctionSettings(memory_mb=...))",
        ),
        (
            lambda: settings.Schedule(name="evening"),  # pyright: ignore[reportCallIssue]
            "Schedule lacks cron. Allowed: a value for each of them. Fix: Schedule(cron=...)",
        ),
        (
            lambda: settings.Schedule("evening"),  # pyright: ignore[reportCallIssue]
            "Schedule is given 1 of its arguments without a name. Allowed: cron, maximum, minimum, "
            "name, timezone. Fix: Schedule(name=...)",
        ),
    ],
)
def test_the_line_names_the_argument_that_is_meant(make: Callable[[], object], line: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        make()

    assert str(refused.value) == line


def test_the_line_says_what_is_allowed() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        settings.NetworkSettings(availability_zones="eu-west-1a")  # pyright: ignore[reportArgumentType]

    assert str(refused.value) == (
        "NetworkSettings.availability_zones is 'eu-west-1a'. Allowed: a list, each item of it a "
        "string. Fix: NetworkSettings(availability_zones=...)"
    )


def test_the_line_shows_no_variable_and_no_long_text() -> None:
    secret: Any = {"TOKEN": ["hunter2"]}
    with pytest.raises(pulumi.RunError) as refused:
        settings.FunctionSettings(environment=secret)
    assert "hunter2" not in str(refused.value)

    long: Any = "x\n" * 5000
    with pytest.raises(pulumi.RunError, match="a value of 10000 characters"):
        settings.NetworkSettings(zone_count=long)
