"""Checks a file for ``--policy-pack-config``, beyond what the engine checks of it.

The engine accepts a rule's name that no rule has, and the setting then changes nothing. Run as
``python -m policies.lmi.check_config FILE``; exits with 1 where the file has a mistake.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from math import inf
from pathlib import Path
from typing import Any, Final, cast

from google.protobuf.json_format import MessageToDict
from pulumi_policy import EnforcementLevel

from .rules import RULES
from .serving.configuration import unknown_name
from .serving.levels import unknown_beginnings
from .serving.pack import LEVELS, policies

LEVEL: Final = {"enum": sorted(level.value for level in EnforcementLevel)}
VERSION, POLICIES = "version", "policies"
"""Keys of a file of version 2, which has the policies under a key of their own."""
ENVIRONMENTS = "environments"
"""Pulumi ESC environments to read configuration from; no policy's name."""


def mistakes_in(config: object) -> list[str]:
    """Return what is wrong with a pack's configuration, as sentences."""
    if not isinstance(config, dict):
        return ["the file has to hold an object, with one entry for each policy"]
    entries = cast("dict[str, Any]", config)
    if VERSION not in entries:
        return list(_mistakes_in_policies(entries))
    known = {VERSION, POLICIES, ENVIRONMENTS, "exceptions"}
    mistakes = [unknown_name("key", key, known) for key in entries if key not in known]
    if entries[VERSION] != 2:
        mistakes.append("the version has to be 2, or be left out")
    inner = entries.get(POLICIES, {})
    if not isinstance(inner, dict):
        return [*mistakes, f"{POLICIES} has to be an object, with one entry for each policy"]
    return [*mistakes, *_mistakes_in_policies(cast("dict[str, Any]", inner))]


def _mistakes_in_policies(entries: Mapping[str, Any]) -> Iterator[str]:
    schemas = {one.name: MessageToDict(one.configSchema.properties) for one in policies(RULES)}
    schemas["all"] = {}
    for name, entry in entries.items():
        if name == ENVIRONMENTS:
            continue
        if name not in schemas:
            yield unknown_name("policy", name, schemas)
            continue
        schema, what = LEVEL, "the level"
        if isinstance(entry, dict):
            properties = {"enforcementLevel": LEVEL, **schemas[name]}
            schema = {"type": "object", "additionalProperties": False, "properties": properties}
            what = "it"
        mistakes = list(_mistakes(entry, schema, what))
        if name == LEVELS.name and not mistakes and isinstance(entry, dict):
            mistakes = list(unknown_beginnings(RULES, cast("dict[str, Any]", entry)))
        yield from (f"{name}: {one}" for one in mistakes)


def _mistakes(value: Any, schema: Mapping[str, Any], what: str) -> Iterator[str]:
    """Yield where a value does not keep to a schema, of those keywords that policies use."""
    match schema:
        case {"enum": allowed}:
            if value not in allowed:
                yield f"{what} has to be one of {', '.join(allowed)}"
        case {"type": "array", "items": items}:
            if not isinstance(value, list):
                yield f"{what} has to be a list"
                return
            for entry in cast("list[Any]", value):
                yield from _mistakes(entry, items, f"an entry of {what}")
        case {"type": "object"}:
            yield from _mistakes_in_object(value, schema, what)
        case {"type": "integer", "minimum": least}:
            most = schema.get("maximum", inf)
            if type(value) is not int or not least <= value <= most:
                up_to = "up" if most == inf else f"to {most:.0f}"
                yield f"{what} has to be a whole number from {least:.0f} {up_to}"
        case _:
            if not isinstance(value, str) or not re.search(schema.get("pattern", ""), value):
                yield f"{what} has to be a text"
            elif schema.get("format") == "date" and not _is_day(value):
                yield f"{what} has to be a day of the calendar, such as 2027-01-31"


def _mistakes_in_object(value: Any, schema: Mapping[str, Any], what: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{what} has to be an object"
        return
    values = cast("dict[str, Any]", value)
    known, others = schema.get("properties", {}), schema["additionalProperties"]
    yield from (f"{what} needs {key}" for key in schema.get("required", ()) if key not in values)
    for key, one in values.items():
        if key in known or others:
            yield from _mistakes(one, known.get(key, others), key)
        else:
            yield unknown_name("property", key, known)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of the file; the engine would take the last of keys that are repeated."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f'the key "{key}" is repeated')
    return dict(pairs)


def main(arguments: list[str]) -> int:
    """Check the file named on the command line; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m policies.lmi.check_config FILE", file=sys.stderr)
        return 2
    try:
        text = Path(arguments[0]).read_text(encoding="utf-8")
        config: object = json.loads(text, object_pairs_hook=_without_repeats)
    except (OSError, ValueError, RecursionError) as error:
        print(f"{arguments[0]}: cannot be read as JSON: {error}", file=sys.stderr)
        return 1
    mistakes = mistakes_in(config)
    for mistake in mistakes:
        print(f"{arguments[0]}: {mistake}", file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
