"""Levels of many rules at once: a preset, and levels by the beginnings of their names.

The engine's file sets the level of one policy, or of all. The properties of ``pack-levels`` set
those of themes too; a level that the file gives a policy by its name goes before them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy import EnforcementLevel

from ..rules.rule import Failure, Rule

_REFUSED: Final = (Failure.REFUSED, Failure.LIKELY_REFUSED)


def _strict(rule: Rule) -> EnforcementLevel:
    """Return the level at which all advice stops a deployment; what nobody verified stays off."""
    advised = rule.level is EnforcementLevel.ADVISORY
    return EnforcementLevel.MANDATORY if advised else rule.level


def _essential(rule: Rule) -> EnforcementLevel:
    """Return the level at which only what AWS refuses is reported."""
    is_needed = rule.failure in _REFUSED and rule.level is EnforcementLevel.MANDATORY
    return rule.level if is_needed else EnforcementLevel.DISABLED


PRESETS: Final[Mapping[str, Callable[[Rule], EnforcementLevel]]] = {
    "default": lambda rule: rule.level,
    "essential": _essential,
    "strict": _strict,
}

LEVELS_SCHEMA: Final = protocol.PolicyConfigSchema()
LEVELS_SCHEMA.properties.update(
    {
        "preset": {
            "type": "string",
            "enum": list(PRESETS),
            "description": "Levels of all rules that nothing else sets.",
            "default": "default",
        },
        "levels": {
            "type": "object",
            "description": "Levels by beginnings of names, such as url or url-12.",
            "additionalProperties": {"enum": sorted(level.value for level in EnforcementLevel)},
        },
    }
)


def level_of(rule: Rule, properties: Mapping[str, Any]) -> protocol.EnforcementLevel.ValueType:
    """Return the level that ``pack-levels`` gives a rule.

    The longest of the beginnings that fit decides.
    """
    levels: Mapping[str, str] = properties.get("levels", {})
    fitting = [beginning for beginning in levels if _begins(rule, beginning)]
    if fitting:
        level = EnforcementLevel(levels[max(fitting, key=len)])
    else:
        level = PRESETS[properties.get("preset", "default")](rule)
    return protocol.EnforcementLevel.Value(level.name)


def unknown_beginnings(rules: Iterable[Rule], properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield which of the levels change nothing, as sentences."""
    for beginning in properties.get("levels", {}):
        if not any(_begins(rule, beginning) for rule in rules):
            yield f'no rule has a name that begins with "{beginning}-"'


def _begins(rule: Rule, beginning: str) -> bool:
    return f"{rule.name}-".startswith(f"{beginning}-")
