"""What other languages see of ``StreamingService``: its arguments, and their schema."""

import dataclasses
import importlib
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

PACKAGE: Final = "lmi-streaming"
KEYS: Final = (
    *("appFolder", "runtime", "healthPath", "memoryMb", "memoryGibPerVcpu", "maxConcurrency"),
    *("maxVcpu", "capacityProviderArn", "minEnvironments", "maxEnvironments", "timeoutSeconds"),
    *("environment", "secrets", "architecture", "front", "urlAuth", "urlAuthReason", "urlCallers"),
    *("endpoints", "vpcId", "subnetIds", "securityGroupIds", "observability", "packageFor"),
)
"""The settings that are arguments of ``StreamingService``."""

_HEAD: Final = '''\
"""The arguments of ``StreamingService``.

Written by ``python -m tools.pages`` from ``infra/settings/``; change that.
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import pulumi


class StreamingServiceArgs(TypedDict, total=False):
    """The arguments of a streaming service; each has a default.

    What the policy pack judges in a preview is a plain value. What other resources may give is an
    input, which may be known at deployment only.
    """

    archive: pulumi.Input[pulumi.Archive]
    """A Lambda zip that is finished, in place of `appFolder`."""
    region: str
    """Region of the AWS provider. By default the one that `aws:region` configures."""
'''
SECTION: Final = """\
## StreamingService

Packages an application, and runs it on a capacity provider and in a network that it makes unless it
is given them, behind a function URL or an API. The AWS provider and the Region are those of the
program, and the name of the component is the first part of the names of its resources.

The folder [`plugin`](../plugin) of this repository is a component provider. A project names it in
`Pulumi.yaml`, by its path in a checkout:

```yaml
plugins:
  providers:
    - name: lmi-streaming
      path: lmi-streaming/plugin
```

`pulumi package add PATH` generates typed classes from [its schema](../plugin/schema.json) instead.
The component provider needs Python 3.11 or newer on Linux or macOS, whatever the language of the
program. The programs below are in
[docs/examples/streaming-service](examples/streaming-service/README.md).
"""
PROGRAMS: Final = {
    "YAML": ("Pulumi.yaml", "yaml"),
    "TypeScript": ("index.ts", "typescript"),
    "Go": ("main.go", "go"),
    "Python, with the wheel and without a plugin": ("program.py", "python"),
}
"""The smallest program in each language: its file and how Markdown names the language."""

_ROOT: Final = Path(__file__).parents[2]
_WIDTH: Final = 96
SCHEMA: Final = _ROOT / "plugin/schema.json"


def arguments(_: str) -> str:
    """Return the module with the class of the arguments."""
    chosen = (setting for setting in SETTINGS if setting.key in KEYS)
    return _HEAD + "".join(f"    {line}\n" for each in chosen for line in _argument(each))


def schema(_: str) -> str:
    """Return the schema of the package, as the SDK makes it from the component."""
    # Not at the top: the module is new where the arguments have changed.
    component = importlib.import_module("infra.streaming_service").StreamingService
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    provider = ComponentProvider([component], PACKAGE, version=project["version"])
    return json.dumps(json.loads(provider.schema or ""), indent=2) + "\n"


def section() -> Iterator[str]:
    """Return the component's section of ``docs/components.md``, from the schema."""
    yield SECTION
    for language, (name, fence) in PROGRAMS.items():
        program = (_ROOT / "docs/examples/streaming-service" / name).read_text(encoding="utf-8")
        yield f"{language}:\n\n```{fence}\n{program.strip()}\n```\n"
    (component,) = json.loads(SCHEMA.read_text(encoding="utf-8"))["resources"].values()
    yield "In Python the names of arguments and outputs are written `memory_mb`, not `memoryMb`.\n"
    yield from _table("argument", component["inputProperties"])
    yield from _table("output", component["properties"])


def _table(column: str, properties: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"| {column} | type | |\n|---|---|---|"
    for name, property_ in properties.items():
        text = " ".join(property_["description"].split()).replace("|", "\\|")
        yield f"| `{name}` | {_shown(property_)} | {text} |"
    yield ""


def _shown(property_: Mapping[str, Any]) -> str:
    """Name the type of a property."""
    of = property_.get("items") or property_.get("additionalProperties")
    name = property_.get("type") or property_["$ref"].rpartition("/")[2].lower()
    return f"{name} of {of['type']}s" if of else name


def _argument(setting: Setting) -> Iterator[str]:
    (field,) = (it for it in dataclasses.fields(setting.group) if it.name == setting.field)
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
