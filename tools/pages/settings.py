"""What follows from the table of settings: ``docs/settings.md``, and the block in ``Pulumi.yaml``.

The engine checks a declared type, and fills in a declared default, before the program starts; a
declared key without a default would be required.
"""

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

import yaml

from infra.settings.setting import Setting
from infra.settings.table import SETTINGS
from tools.pages import introduction, table

_COLUMNS: Final = ("key", "type", "default", "what it is, and why you would change it", "not with")

CONFIG: Final = "config:\n"
"""Where the generated part of ``Pulumi.yaml`` begins; it goes on to the end of the file."""

_WIDTH: Final = 100


def page(text: str) -> str:
    """Return the page anew, with the introduction of the present one."""
    return "\n".join([introduction(text, "| key |"), *table(_COLUMNS, map(_row, SETTINGS))])


def project(text: str) -> str:
    """Return ``Pulumi.yaml`` with the config block that the table gives."""
    kept, _, _ = text.partition(f"\n{CONFIG}")
    return f"{kept}\n{CONFIG}" + "".join(f"{line}\n" for line in _declarations())


def _declarations() -> Iterator[str]:
    for setting in SETTINGS:
        yield f"  {setting.key}:"
        yield f"    type: {setting.format.TYPE}"
        if setting.format.TYPE == "array":
            yield from ("    items:", f"      type: {setting.format.ITEM_TYPE}")
        yield f"    default: {_yaml(setting.default)}"
        yield "    description: >-"
        yield from textwrap.wrap(
            setting.description.replace("`", ""),
            _WIDTH,
            initial_indent=" " * 6,
            subsequent_indent=" " * 6,
            break_on_hyphens=False,
        )


def _yaml(value: object) -> str:
    """Write a default on one line."""
    plain: object = json.loads(json.dumps(value))  # a tuple becomes a list
    text = yaml.safe_dump(plain, default_flow_style=True, width=_WIDTH * 10)
    return text.removesuffix("...\n").strip()


def _row(setting: Setting) -> Sequence[str]:
    default = f"`{json.dumps(setting.default)}`"
    against = "; ".join(override.why for override in setting.overrides)
    return f"`{setting.key}`", setting.format.TYPE, default, setting.description, against
