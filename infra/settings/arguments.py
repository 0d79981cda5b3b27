"""Checks of what a program passes to the components, by the formats of the table of settings.

A program that uses the components has no configuration that the engine checked before. A mistake
in its arguments gets the one line that a mistake in a setting gets.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Final, cast

import pulumi

from ..limits import LATEST_PUBLISHED
from . import FunctionSettings, Settings, UrlSettings
from .checked import Checked, refuse_unfit
from .formats import REGION, Entry, Format, Text, Variables, check_variables
from .mistakes import ArgumentWords, Words, worded
from .setting import camel_case
from .table import FORMATS, SETTINGS

_OF_SETTINGS: Final = {(setting.group, setting.field): setting.format for setting in SETTINGS}
_BY_NAME: Final[Mapping[str, Format]] = {
    **{each.field: each.format for each in SETTINGS if each.group in (Settings, UrlSettings)},
    "region": REGION,
    "runtime": _OF_SETTINGS[FunctionSettings, "runtime"],
    "kms_key_arn": FORMATS["logKmsKeyArn"],
    "log_kms_key_arn": FORMATS["logKmsKeyArn"],
    "services": FORMATS["endpoints"],
    "provider_arn": dataclasses.replace(
        cast("Text", FORMATS["capacityProviderArn"]), is_required=True
    ),
    "function_arn": Text(
        r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+",
        "the ARN of a function, without a version or an alias",
        "arn:aws:lambda:REGION:ACCOUNT:function:NAME",
        is_required=True,
    ),
    "qualifier": Text(
        r"\$LATEST\.PUBLISHED|\d+",
        "a published version, since an alias has no numbers of execution environments",
        LATEST_PUBLISHED,
        is_required=True,
    ),
    "account_id": Text(r"\d{12}", "an account id of 12 digits", "'123456789012'", is_required=True),
    "retention_days": FORMATS["logRetentionDays"],
}
"""Formats of arguments that components have beside their settings, by the argument's name."""


def checked_inputs(args: Checked, class_: type[Checked]) -> Mapping[str, Any]:
    """Return the inputs of a component: what of its arguments is known when it is declared.

    It would wait for other resources if it had their outputs as inputs, and its children with it.
    """
    fix = f"pass {class_.__name__}(...) after the name (docs/components.md)"
    refuse_unfit(args, class_, "args is ", fix)
    check_arguments(args)
    return cast("Mapping[str, Any]", known_part(args))


def check_arguments(args: Checked, region: str = "") -> None:
    """Refuse arguments, and settings among them, that no stack could set.

    What is known at deployment only, an ``Output``, is not looked at. The region is that of the
    arguments where they have one.
    """
    region = getattr(args, "region", region)
    for field in dataclasses.fields(cast("Any", args)):
        value = getattr(args, field.name)
        format_ = _OF_SETTINGS.get((type(args), field.name)) or _BY_NAME.get(field.name)
        words = ArgumentWords(type(args).__name__)
        if isinstance(format_, Variables):
            # Their names are known where their values are not.
            with worded(words):
                check_variables(field.name, value)
        if isinstance(value, Checked):
            check_arguments(value, region)
        elif format_ and not isinstance(value, pulumi.Output):
            _check_value(format_, words, field.name, value, region)


def check_values(**values: object) -> None:
    """Refuse arguments of a function that are named as settings, and that no stack could set."""
    for name, value in values.items():
        _check_value(_BY_NAME[name], ArgumentWords(), name, value, "")


def _check_value(format_: Format, words: Words, name: str, value: object, region: str) -> None:
    known = known_part(value)
    text = known if isinstance(known, str) else json.dumps(known)
    if known is None:
        text = f"<{type(value).__name__}>"
    with worded(words):
        format_.read(Entry(key=name, text=text, region=region))


def known_part(value: object) -> object:
    """Return a value as the configuration would hold it, without outputs, resources and files.

    Of arguments it returns those that are not empty.
    """
    if isinstance(value, Checked):
        parts = {
            camel_case(field.name): known_part(getattr(value, field.name))
            for field in dataclasses.fields(cast("Any", value))
        }
        return {name: part for name, part in parts.items() if part not in (None, "", [], {})}
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: part for name, item in items if (part := known_part(item)) is not None}
    if isinstance(value, list | tuple):
        parts = map(known_part, cast("list[object]", value))
        return [part for part in parts if part is not None]
    return value if isinstance(value, str | int | float) else None
