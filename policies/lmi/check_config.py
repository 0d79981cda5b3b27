"""Checks a file for ``--policy-pack-config``, beyond what the engine checks of it.

The engine accepts a rule's name that no rule has, and the setting then changes nothing. Run as
``python -m policies.lmi.check_config FILE``; exits with 1 where the file has a mistake.
"""

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any, cast

from .rules import RULES
from .rules.rule import Setting
from .serving.configuration import EXEMPTIONS, unknown_name
from .serving.levels import LEVELS, mistakes_in_levels
from .serving.levels import NAME as LEVELS_POLICY
from .serving.pack import policies

LEVEL = "enforcementLevel"
VERSION, POLICIES, EXCEPTIONS = "version", "policies", "exceptions"
"""Keys of a file of version 2, which has the policies under a key of their own."""
ENVIRONMENTS = "environments"
"""Pulumi ESC environments to read configuration from; no policy's name."""


def mistakes_in(config: object) -> list[str]:
    """Return what is wrong with a pack's configuration, as sentences."""
    if not isinstance(config, dict):
        return ["the file has to hold an object, with one entry for each policy"]
    whole = cast("dict[str, Any]", config)
    return _mistakes_in_version_2(whole) if VERSION in whole else _mistakes_in_policies(whole)


def _mistakes_in_version_2(config: dict[str, Any]) -> list[str]:
    """Return what is wrong with a file of version 2, which has the policies under a key."""
    known = {VERSION, POLICIES, EXCEPTIONS, ENVIRONMENTS}
    mistakes = [unknown_name("key", key, known) for key in sorted(set(config) - known)]
    if config[VERSION] != 2:
        mistakes.append("the version has to be 2, or be left out")
    inner = config.get(POLICIES, {})
    if not isinstance(inner, dict):
        return [*mistakes, f"{POLICIES} has to be an object, with one entry for each policy"]
    return mistakes + _mistakes_in_policies(cast("dict[str, Any]", inner))


def _mistakes_in_policies(config: dict[str, Any]) -> list[str]:
    settings = {rule.name: {setting.name: setting for setting in rule.settings} for rule in RULES}
    names = {"all", *(policy.name for policy in policies())}
    mistakes: list[str] = []
    for name, entry in config.items():
        if name == ENVIRONMENTS:
            continue
        if name not in names:
            mistakes.append(unknown_name("policy", name, names))
        elif isinstance(entry, dict):
            values, own = cast("dict[str, Any]", entry), settings.get(name, {})
            known = {LEVEL, EXEMPTIONS, *own}
            if name == LEVELS_POLICY:
                known = {LEVEL, "preset", "levels"}
                mistakes += [f"{name}: {one}" for one in mistakes_in_levels(values)]
            mistakes += [
                f"{name}: {unknown_name('property', key, known)}"
                for key in sorted(set(values) - known)
            ]
            mistakes += _wrong_level(name, values.get(LEVEL, LEVELS[0]))
            mistakes += [
                f"{name}: {key} has to be a whole number {_range(setting)}"
                for key, setting in own.items()
                if key in values and not _is_within(values[key], setting)
            ]
            mistakes += [f"{name}: {one}" for one in _wrong_exemptions(values.get(EXEMPTIONS, []))]
        else:
            mistakes += _wrong_level(name, entry)
    return mistakes


def _range(setting: Setting) -> str:
    least = f"from {setting.minimum}"
    return f"{least} to {setting.maximum}" if setting.maximum is not None else f"{least} up"


def _is_within(value: object, setting: Setting) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return setting.minimum <= value and (setting.maximum is None or value <= setting.maximum)


def _wrong_exemptions(exemptions: object) -> list[str]:
    if not isinstance(exemptions, list):
        return [f"{EXEMPTIONS} has to be a list"]
    entries = cast("list[object]", exemptions)
    return [mistake for entry in entries for mistake in _wrong_exemption(entry)]


def _wrong_exemption(entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return ["an exemption has to be an object with resource and reason"]
    values = cast("dict[str, object]", entry)
    known = {"resource", "reason", "until"}
    mistakes = [unknown_name("property", key, known) for key in sorted(set(values) - known)]
    mistakes += [
        f"an exemption needs {key}, a text"
        for key in ("resource", "reason")
        if not isinstance(values.get(key), str) or not values[key]
    ]
    if "until" in values and not _is_day(values["until"]):
        mistakes.append("until has to be a day of the calendar, such as 2027-01-31")
    return mistakes


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _wrong_level(name: str, level: object) -> list[str]:
    if level in LEVELS:
        return []
    return [f"{name}: the level has to be one of {', '.join(LEVELS)}"]


def main(arguments: list[str]) -> int:
    """Check the file named on the command line; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m policies.lmi.check_config FILE", file=sys.stderr)
        return 2
    try:
        config: object = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{arguments[0]}: cannot be read as JSON: {error}", file=sys.stderr)
        return 1
    mistakes = mistakes_in(config)
    for mistake in mistakes:
        print(f"{arguments[0]}: {mistake}", file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
