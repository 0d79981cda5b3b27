"""Levels of many rules at once: a preset, and levels by the beginnings of their names.

The engine's file sets the level of one policy, or of all. This policy's properties set those of
themes too; a level that the file gives a policy by its name goes before them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from ..rules import RULES
from ..rules.rule import Failure, Rule
from .session import GUIDE, INFORMATION

NAME: Final = "pack-levels"
LEVELS: Final = sorted(level.value for level in EnforcementLevel)

_REFUSED: Final = (Failure.REFUSED, Failure.LIKELY_REFUSED)
_RULES: Final = {rule.name: rule for rule in RULES}


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


def level_of(policy: str, properties: Mapping[str, Any]) -> EnforcementLevel | None:
    """Return the level that ``pack-levels`` gives a rule; None where the policy is no rule.

    The longest of the beginnings that fit decides.
    """
    rule = _RULES.get(policy)
    if rule is None:
        return None
    levels: Mapping[str, str] = properties.get("levels", {})
    fitting = [beginning for beginning in levels if f"{policy}-".startswith(f"{beginning}-")]
    if fitting:
        return EnforcementLevel(levels[max(fitting, key=len)])
    return PRESETS[properties.get("preset", "default")](rule)


def unknown_beginnings(properties: Mapping[str, Any]) -> list[str]:
    """Return which of the levels change nothing, as sentences."""
    names = [f"{name}-" for name in _RULES]
    return [
        f'no rule has a name that begins with "{beginning}-"'
        for beginning in properties.get("levels", {})
        if not any(name.startswith(f"{beginning}-") for name in names)
    ]


def levels_policy() -> StackValidationPolicy:
    """Return the policy whose properties set levels, and which reports mistakes in them."""
    return StackValidationPolicy(
        name=NAME,
        description="The levels of themes and rules are about rules that exist.",
        validate=_report,
        enforcement_level=EnforcementLevel.ADVISORY,
        config_schema=PolicyConfigSchema(
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
                    "additionalProperties": {"enum": LEVELS},
                },
            }
        ),
        display_name="Levels by theme",
        severity=Severity.LOW,
        tags=["lambda-managed-instances", INFORMATION],
        remediation_steps="Correct the file given with --policy-pack-config.",
        url=GUIDE,
    )


def _report(args: StackValidationArgs, report: ReportViolation) -> None:
    for mistake in unknown_beginnings(args.get_config()):
        report(f"{NAME}: {mistake}.", None)
