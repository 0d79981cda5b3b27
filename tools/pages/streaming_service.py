"""What other languages see of ``StreamingService``: its arguments, and their schema."""

import dataclasses
import importlib
import inspect
import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pulumi.provider.experimental.component import ComponentProvider

from infra.settings.formats import Choice
from infra.settings.setting import Setting
from infra.settings.table import SETTINGS
from tools.pages import table

PACKAGE: Final = "lmi-streaming"
KEYS: Final = (
    *("appFolder", "runtime", "healthPath", "memoryMb", "memoryGibPerVcpu", "maxConcurrency"),
    *("maxVcpu", "capacityProviderArn", "minEnvironments", "maxEnvironments", "timeoutSeconds"),
    *("environment", "secrets", "architecture", "front", "urlAuth", "urlAuthReason", "urlCallers"),
    *("endpoints", "zoneCount", "vpcId", "subnetIds", "securityGroupIds", "observability"),
    "packageFor",
)
"""The settings that are arguments of ``StreamingService``."""

_GENERATED: Final = (
    "    # The rest is written by `python -m tools.pages` from the table of settings.\n"
)
PROGRAMS: Final = {
    "YAML": ("Pulumi.yaml", "yaml"),
    "TypeScript": ("index.ts", "typescript"),
    "Go": ("main.go", "go"),
    "Python, with the wheel and without a plugin": ("program.py", "python"),
}
"""The smallest program in each language: its file and how Markdown names the language."""

_ROOT: Final = Path(__file__).parents[2]
_EXAMPLES: Final = _ROOT / "docs/examples/streaming-service"
_WIDTH: Final = 96
SCHEMA: Final = _ROOT / "plugin/schema.json"


def arguments(text: str) -> str:
    """Return the module with the class of the arguments, of which the last are settings."""
    by_key = {setting.key: setting for setting in SETTINGS}
    chosen = (by_key[key] for key in KEYS)
    generated = "".join(f"    {line}\n" for each in chosen for line in _argument(each))
    return text.partition(_GENERATED)[0] + _GENERATED + generated


def schema(_: str) -> str:
    """Return the schema of the package, as the SDK makes it from the component."""
    # Not at the top: the module is new where the arguments have changed.
    component = importlib.import_module("infra.streaming_service").StreamingService
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    provider = ComponentProvider([component], PACKAGE, version=project["version"])
    return json.dumps(cleaned(provider.schema or ""), indent=2) + "\n"


def cleaned(text: str) -> Any:
    """Decode a schema whose descriptions are docstrings, which Python indents before 3.13."""

    def without_indentation(part: dict[str, Any]) -> dict[str, Any]:
        if isinstance(description := part.get("description"), str):
            part["description"] = inspect.cleandoc(description)
        return part

    return json.loads(text, object_hook=without_indentation)


def section() -> Iterator[str]:
    """Return the component's section of ``docs/components.md``, from the schema."""
    (component,) = json.loads(SCHEMA.read_text(encoding="utf-8"))["resources"].values()
    yield f"## StreamingService\n\n{component['description']}\n"
    yield "[What a project needs to use it](examples/streaming-service/README.md). The smallest:\n"
    for language, (name, fence) in PROGRAMS.items():
        program = (_EXAMPLES / name).read_text(encoding="utf-8")
        yield f"{language}:\n\n```{fence}\n{program.strip()}\n```\n"
    yield "In Python the names of arguments and outputs are written `memory_mb`, not `memoryMb`.\n"
    yield from _table("argument", component["inputProperties"])
    yield from _table("output", component["properties"])


def _table(column: str, properties: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    rows = [
        (f"`{name}`", _shown(property_), " ".join(property_["description"].split()))
        for name, property_ in properties.items()
    ]
    yield from table((column, "type", ""), rows)


def _shown(property_: Mapping[str, Any]) -> str:
    """Name the type of a property."""
    of = property_.get("items") or property_.get("additionalProperties")
    name = property_.get("type") or property_["$ref"].rpartition("/")[2].lower()
    return f"{name} of {of['type']}s" if of else name


def _argument(setting: Setting) -> Iterator[str]:
    (field,) = (each for each in dataclasses.fields(setting.group) if each.name == setting.field)
    yield f"{setting.argument}: {_type(str(field.type))}"
    yield from textwrap.wrap(
        f'"""{described(setting)}"""', _WIDTH, break_on_hyphens=False, break_long_words=False
    )


def described(setting: Setting) -> str:
    """Return the description of a setting, with its values and its default."""
    parts = [setting.description]
    if isinstance(setting.format, Choice):
        parts.append(f"One of {', '.join(f'`{word}`' for word in setting.format.words)}.")
    if setting.default or setting.default is False:
        parts.append(f"By default `{json.dumps(setting.default).strip(chr(34))}`.")
    return " ".join(parts)


def _type(annotation: str) -> str:
    """Return a type that the SDK makes a schema of, for the annotation of a setting's field."""
    if annotation.startswith("tuple["):
        return f"Sequence[{annotation.removeprefix('tuple[').removesuffix(', ...]')}]"
    # A choice is a literal, which the SDK refuses.
    is_known = annotation in ("int", "bool") or "pulumi.Input" in annotation
    return annotation if is_known else "str"
