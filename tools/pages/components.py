"""The page of all components, from their classes."""

import dataclasses
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from infra import settings
from infra.capacity import Capacity
from infra.flow_log import RejectLog
from infra.fronts.function_url import FunctionUrl
from infra.fronts.http_api import HttpApi
from infra.fronts.rest_api import RestApi
from infra.nat import Nat
from infra.network import Network
from infra.observability import Observability
from infra.schedules import Schedules
from infra.service import Service
from infra.settings.checked import Checked, field_types
from infra.settings.setting import descriptions, summary
from tools.pages import introduction, streaming_service, table

PARTS: Final = "## The parts\n"
"""The heading of the second introduction, which ends where the first example begins."""

EXAMPLES: Final = Path(__file__).parents[2] / "docs/examples/components.py"
"""The program of the examples; a comment with the name of a component precedes its part."""


COMPONENTS: Final = (
    Network, Capacity, Service, Schedules, FunctionUrl, RestApi, HttpApi, Observability,
    RejectLog, Nat,
)  # fmt: skip

_PART: Final = re.compile(r"^# (\w+)$", re.MULTILINE)


def page(text: str) -> str:
    """Return the page anew, with both introductions of the present one."""
    beginning, examples = _examples()
    before, heading, after = text.partition(PARTS)
    lines = [introduction(before, "## StreamingService"), *streaming_service.section()]
    lines += [heading + introduction(after, "```python"), *_code(beginning)]
    told: list[type] = []
    for component in COMPONENTS:
        args: type = inspect.signature(component, eval_str=True).parameters["args"].annotation
        parts = [part for part in _parts(args) if part not in told]
        told += parts
        lines += _entry(component, [args, *parts], examples[component.__name__])
    return "\n".join(lines).rstrip() + "\n"


def _parts(args: type) -> Iterator[type]:
    """Yield the classes of settings that arguments are made of."""
    for annotation in field_types(args).values():
        for part in get_args(annotation) or (annotation,):
            if isinstance(part, type) and issubclass(part, Checked):
                yield from (part, *_parts(part))


def _examples() -> tuple[str, Mapping[str, str]]:
    """Return the examples by their components, and what comes before all of them."""
    _, _, program = EXAMPLES.read_text(encoding="utf-8").partition('"""\n\n')
    beginning, *parts = _PART.split(program)
    return beginning, dict(zip(parts[::2], parts[1::2], strict=True))


def _entry(component: type, classes: Sequence[type], example: str) -> Iterator[str]:
    yield f"## {component.__name__}\n"
    # A package with one component exports it.
    module = component.__module__.removesuffix(".component").replace("infra", "lmi_streaming", 1)
    yield f"`{module}`. {summary(component)}\n"
    yield from _code(example)
    for args in classes:
        yield from _arguments(args)
    yield from _outputs(component)


def _code(text: str) -> Iterator[str]:
    yield f"```python\n{text.strip()}\n```\n"


def _arguments(args: type) -> Iterator[str]:
    told = descriptions(args)
    yield f"`{args.__name__}`: {summary(args)}\n"
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
