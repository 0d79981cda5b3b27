"""Checks a file for `--policy-pack-config` beyond what the engine does: `python -m`, with the file.

The engine accepts a rule's name that no rule has, and the setting then changes nothing. Run as
``python -m policies.lmi.check_config FILE``; exits with 1 where the file has a mistake.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from pulumi_policy import EnforcementLevel

from .rules import RULES
from .serving.configuration import EXEMPTIONS, unknown_name
from .serving.pack import policies

LEVELS = sorted(level.value for level in EnforcementLevel)
LEVEL = "enforcementLevel"
ENVIRONMENTS = "environments"
"""Pulumi ESC environments to read configuration from; no policy's name."""


def mistakes_in(config: object) -> list[str]:
    """Return what is wrong with a pack's configuration, as sentences."""
    if not isinstance(config, dict):
        return ["the file has to hold an object, with one entry for each policy"]
    settings = {rule.name: {setting.name for setting in rule.settings} for rule in RULES}
    names = {"all", *(policy.name for policy in policies())}
    mistakes: list[str] = []
    for name, entry in cast("dict[str, Any]", config).items():
        if name == ENVIRONMENTS:
            continue
        if name not in names:
            mistakes.append(unknown_name("policy", name, names))
        elif isinstance(entry, dict):
            known = {LEVEL, EXEMPTIONS, *settings.get(name, ())}
            unknown = sorted(set(cast("dict[str, Any]", entry)) - known)
            mistakes += [f"{name}: {unknown_name('property', key, known)}" for key in unknown]
            mistakes += _wrong_level(name, cast("dict[str, Any]", entry).get(LEVEL, LEVELS[0]))
        else:
            mistakes += _wrong_level(name, entry)
    return mistakes


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
