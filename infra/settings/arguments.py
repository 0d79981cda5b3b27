"""Checks of what a program passes to the components, by the formats of the table of settings.

A program that uses the components has no configuration that the engine checked before. A mistake
in its arguments gets the one line that a mistake in a setting gets.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, cast

import pulumi

from .checked import Checked
from .classes import Settings, UrlSettings
from .formats import Format, Text
from .scaling import Schedule
from .stack_config import REGION, Entry, refuse
from .table import SETTINGS

_FORMATS: Final[Mapping[tuple[type, str], Format]] = {
    (setting.group, setting.field): setting.format for setting in SETTINGS
}
_BY_KEY: Final = {setting.key: setting.format for setting in SETTINGS}
_BY_NAME: Final[Mapping[str, Format]] = {
    **{each.field: each.format for each in SETTINGS if each.group in (Settings, UrlSettings)},
    "region": Text(
        REGION.pattern, "a region's name, such as us-east-1", "us-east-1", is_required=True
    ),
    "services": _BY_KEY["endpoints"],
    "kms_key_arn": _BY_KEY["logKmsKeyArn"],
    "log_kms_key_arn": _BY_KEY["logKmsKeyArn"],
    "retention_days": _BY_KEY["logRetentionDays"],
}
"""Formats of arguments that components have beside their settings, by the argument's name."""


@dataclass(frozen=True, kw_only=True)
class _Argument(Entry):
    """The value of a field, refused in the words of a program."""

    owner: str

    def member(self, index: int, name: str, text: str) -> Entry:
        full_key = f"{self.full_key}[{index}].{name}"
        return dataclasses.replace(self, owner="Schedule", key=name, full_key=full_key, text=text)

    def refuse(self, value: object, allowed: str, example: str) -> NoReturn:
        self._refuse(f"{self.full_key} is {value}", allowed, _quoted(example))

    def refuse_item(self, index: int, value: str, allowed: str, example: str) -> NoReturn:
        item = "..., " * bool(index) + _quoted(example)
        self._refuse(f"{self.full_key} is {value}", allowed, f"[{item}]")

    def refuse_surplus(self, index: int, value: str, allowed: str) -> NoReturn:
        self._refuse(f"{self.full_key} is {value}", allowed, f"[...] without item {index}")

    def refuse_value(self, name: str, mistake: str, allowed: str, example: str) -> NoReturn:
        value = f"{{{name!r}: {_quoted(example)}}}"
        self._refuse(f"{self.full_key}: {mistake.lstrip('.')}", allowed, value)

    def _refuse(self, mistake: str, allowed: str, value: str) -> NoReturn:
        refuse(mistake, allowed=allowed, fix=f"{self.owner}({self.key}={value})")


def check_arguments(args: Checked, region: str = "") -> None:
    """Refuse arguments, and settings among them, that no stack could set.

    What is known at deployment only, an ``Output``, is not looked at.

    Parameters
    ----------
    args
        An instance of an arguments or settings class.
    region
        Region that the settings are for; ``args.region`` where the class has it.

    Raises
    ------
    pulumi.RunError
        With the one line to show.
    """
    region = getattr(args, "region", region)
    for field in dataclasses.fields(cast("Any", args)):
        value = getattr(args, field.name)
        format_ = _FORMATS.get((type(args), field.name)) or _BY_NAME.get(field.name)
        if isinstance(value, Checked):
            check_arguments(value, region)
        elif format_ is not None and not isinstance(value, pulumi.Output):
            _check_value(format_, (type(args).__name__, field.name), value, region)


def check_architecture(value: str) -> None:
    """Refuse an architecture that no function can have."""
    _check_value(_BY_NAME["architecture"], ("Target", "architecture"), value, "")


def _check_value(format_: Format, place: tuple[str, str], value: object, region: str) -> None:
    owner, name = place
    entry = _Argument(
        owner=owner,
        key=name,
        full_key=f"{owner}.{name}",
        text=value if isinstance(value, str) else json.dumps(known_part(value)),
        is_secret=False,
        region=region,
    )
    format_.read(entry)


def known_part(value: object) -> object:
    """Return a value without the outputs in it, as the configuration would hold it."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: item for name, item in items if not isinstance(item, pulumi.Output)}
    if isinstance(value, Schedule):
        return {name: it for name, it in dataclasses.asdict(value).items() if it is not None}
    if isinstance(value, list | tuple):
        listed = cast("list[object]", value)
        return [known_part(item) for item in listed if not isinstance(item, pulumi.Output)]
    return value


def _quoted(example: str) -> str:
    """Return an example as Python writes it."""
    return example if example.isdigit() or example == "NUMBER" else repr(example.strip("'"))
