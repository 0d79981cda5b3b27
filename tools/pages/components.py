"""The page of all components, from their classes."""

import dataclasses
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import pulumi

from infra import settings
from infra.capacity import Capacity, CapacityArgs
from infra.flow_log import RejectLog, RejectLogArgs
from infra.fronts.api import ApiArgs
from infra.fronts.function_url import FunctionUrl, FunctionUrlArgs
from infra.fronts.http_api import HttpApi
from infra.fronts.rest_api import RestApi
from infra.nat import Nat, NatArgs
from infra.network import Network, NetworkArgs
from infra.observability import Limits, Observability, ObservabilityArgs
from infra.schedules import Schedules, SchedulesArgs
from infra.service import Service, ServiceArgs
from infra.settings.setting import descriptions, summary
from tools.pages import streaming_service, table

INTRODUCTION: Final = """\
# Components

This page is generated from the classes by `python -m tools.pages`. Do not edit it.

`StreamingService` is a whole service as one component, for programs in every Pulumi language. The
other components are its parts, for programs in Python: each is a `ComponentResource` that reads no
configuration and takes everything as arguments.

"""

PARTS: Final = """\
## The parts

[Two services](examples/two-services/README.md) is a program that uses them; its page explains how
to do so in a project of your own.

Create a component with `Class(name, args, opts)`. Its name is the first part of the names of its
resources and has at most 46 characters: IAM allows 64, and 18 are appended to the name of a role.
Arguments without a default are required, and all are given by name. The policy pack checks ranges;
the components refuse only what a front cannot do with its service or its arguments.

The examples below are parts of one program, `docs/examples/components.py`, which begins with:
"""

EXAMPLES: Final = Path(__file__).parents[2] / "docs/examples/components.py"
"""The program of the examples; a comment with the name of a component precedes its part."""


@dataclass(frozen=True)
class Entry:
    """An entry of the page."""

    # A component, and the class of its arguments.
    component: type[pulumi.ComponentResource]
    args: type
    # Classes that its arguments are made of, where they were not met before.
    parts: Sequence[type] = ()


ENTRIES: Final = (
    Entry(Network, NetworkArgs, [settings.NetworkSettings]),
    Entry(Capacity, CapacityArgs, [settings.CapacitySettings]),
    Entry(
        Service,
        ServiceArgs,
        [settings.FunctionSettings, settings.ScalingSettings, settings.Schedule],
    ),
    Entry(Schedules, SchedulesArgs),
    Entry(FunctionUrl, FunctionUrlArgs, [settings.UrlSettings, settings.CorsSettings]),
    Entry(RestApi, ApiArgs, [settings.ApiSettings]),
    Entry(HttpApi, ApiArgs),
    Entry(Observability, ObservabilityArgs, [Limits]),
    Entry(RejectLog, RejectLogArgs),
    Entry(Nat, NatArgs),
)

_PART: Final = re.compile(r"^# (\w+)$", re.MULTILINE)


def page() -> str:
    """Return the page as Markdown."""
    beginning, examples = _examples()
    lines = [INTRODUCTION, *streaming_service.section(), PARTS, *_code(beginning)]
    for entry in ENTRIES:
        lines += _entry(entry, examples[entry.component.__name__])
    return "\n".join(lines).rstrip() + "\n"


def _examples() -> tuple[str, Mapping[str, str]]:
    """Return the examples by their components, and what comes before all of them."""
    _, _, program = EXAMPLES.read_text(encoding="utf-8").partition('"""\n\n')
    beginning, *parts = _PART.split(program)
    return beginning, dict(zip(parts[::2], parts[1::2], strict=True))


def _entry(entry: Entry, example: str) -> Iterator[str]:
    component = entry.component
    yield f"## {component.__name__}"
    yield ""
    # A package with one component exports it.
    module = component.__module__.removesuffix(".component").replace("infra", "lmi_streaming", 1)
    yield f"`{module}`. {summary(component)}"
    yield ""
    yield from _code(example)
    for args in (entry.args, *entry.parts):
        yield from _arguments(args)
    yield from _outputs(component)


def _code(text: str) -> Iterator[str]:
    yield "```python"
    yield text.strip()
    yield "```"
    yield ""


def _arguments(args: type) -> Iterator[str]:
    told = descriptions(args)
    yield f"`{args.__name__}`: {summary(args)}"
    yield ""
    yield from table(
        ("argument", "type", "default", ""),
        [
            (f"`{field.name}`", _type(str(field.type)), _default(field), told[field.name])
            for field in dataclasses.fields(args)
        ],
    )


def _outputs(component: type) -> Iterator[str]:
    types = inspect.get_annotations(component)
    if rows := [
        (f"`{name}`", _type(types[name]), text) for name, text in descriptions(component).items()
    ]:
        yield from table(("output", "type", ""), rows)


def _type(annotation: str) -> str:
    """Spell a type as its module does, which postpones annotations; a choice by its values."""
    choices = get_args(getattr(settings, annotation, None))
    return ", ".join(f"`{choice}`" for choice in choices or (annotation,))


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{field.default!r}`"
    if field.default_factory is not dataclasses.MISSING:
        made = field.default_factory()
        return f"`{type(made).__name__}()`" if dataclasses.is_dataclass(made) else f"`{made!r}`"
    return ""
