"""The page of all rules, from their records."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from policies.lmi.model.spelling import spelled
from policies.lmi.rules import RULES
from policies.lmi.rules.rule import Failure
from tools.pages import introduction, table

NOT_CHECKED: Final[dict[str, str]] = json.loads(
    (Path(__file__).parents[2] / "policies/lmi/facts/not_checked.json").read_text("utf-8")
)
"""Why some of what is known to matter on LMI has no rule; the pack's own ids (GEN) do not count."""

CONSEQUENCES: Final = {
    Failure.REFUSED: "AWS or the provider refuses it",
    Failure.LIKELY_REFUSED: "AWS is expected to refuse it",
    Failure.NEVER_ACTIVE: "the update starts, and fails before everything is active",
    Failure.BROKEN_AT_RUN_TIME: "it deploys and does not work",
    Failure.LOSES_TELEMETRY: "it serves, and logs or traces of it are lost",
    Failure.HARDENING: "it is as safe as AWS makes it by default, without one more layer",
    Failure.INSECURE: "it works and is less secure than it should be",
    Failure.COSTLY: "it works and costs more than it should",
    Failure.UNWISE: "it works, and AWS or good practice advises against it",
}


def page(text: str) -> str:
    """Return the page anew, with the introduction of the present one."""
    lines = [introduction(text, "| policy |"), *_index(), *_details(), *_reasons()]
    return "\n".join(lines).rstrip() + "\n"


def _index() -> Iterator[str]:
    yield from table(
        ("policy", "demand", "level"),
        [(f"[`{rule.name}`](#{rule.name})", rule.title, rule.level.value) for rule in RULES],
    )


def _details() -> Iterator[str]:
    for rule in RULES:
        yield f"## {rule.name}\n"
        yield f"{rule.id}: {rule.title}\n"
        yield f"- Why: {spelled(rule.why)}"
        yield f"- Otherwise: {CONSEQUENCES[rule.failure]}."
        yield f"- Fix: {spelled(rule.fix)}"
        yield f"- Level: {rule.level.value}, severity {rule.severity.value}"
        yield f"- Confidence {rule.confidence}: {', '.join(f'<{url}>' for url in rule.sources)}"
        for setting in rule.settings:
            yield f"- Setting `{setting.name}`: {setting.description} Default {setting.default}."
        if rule.equivalents:
            yield f"- The same check in other tools: {', '.join(rule.equivalents)}"
        yield ""


def _reasons() -> Iterator[str]:
    yield "## Not checked\n"
    yield "The ids of rules have gaps. These ids belong to what a preview cannot see, or to facts"
    yield "that need no rule of their own.\n"
    yield from table(("id", "reason"), sorted(NOT_CHECKED.items()))
