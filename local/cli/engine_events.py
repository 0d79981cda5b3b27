"""What an engine run did, from the log of its events: changes, findings of the pack, errors.

The events are those that Pulumi's Automation API reads. The log has those of the last phase that
ran: of the preview where that failed, else of the update.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

DONE: Final[Mapping[str, str]] = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "same": "unchanged",
}
"""How the engine's own summary writes each operation; others are steps of a replacement."""
PLANNED: Final[Mapping[str, str]] = {
    **{operation: f"to {operation}" for operation in DONE},
    "same": "unchanged",
}
"""The same for a preview."""

_MOST_NAMES: Final = 12
"""How many changed resources are named; a first ``up`` creates all of them."""


class EngineRun:
    """One run of the engine, by its log, which has an event of JSON in each line.

    The log has none of a run that ended before its first event.
    """

    def __init__(self, log: Path, verbs: Mapping[str, str] = DONE) -> None:
        self._events = list(_events(log))
        self._verbs = verbs
        findings = self._all("policyEvent")
        mandatory = [found for found in findings if found["enforcementLevel"] == "mandatory"]
        # Of the program, the provider and the engine, and mandatory findings, in full.
        self.errors = [*self._diagnostics("error"), *map(_finding, mandatory)]
        self.warnings = self._diagnostics("warning")
        self.advisories = len(findings) - len(mandatory)

    def summary(self) -> str:
        """Return the changes in one line, such as ``1 updated, 38 unchanged``."""
        found: Counter[str] = Counter()
        for summary in self._all("summaryEvent"):
            found.update(summary.get("resourceChanges") or {})
        parts = [f"{found[one]} {verb}" for one, verb in self._verbs.items() if found[one]]
        return ", ".join(parts) or "no resources"

    def named_changes(self) -> list[str]:
        """Return operation, type and name of each changed resource, unless they are many."""
        steps = [event.get("metadata", {}) for event in self._all("resOutputsEvent")]
        changed = [
            f"{self._verbs[step['op']]} {_name(step['urn'])}"
            for step in steps
            if step.get("op", "same") in self._verbs.keys() - {"same"}
        ]
        return changed if len(changed) <= _MOST_NAMES else []

    def _diagnostics(self, severity: str) -> list[str]:
        told = [one for one in self._all("diagnosticEvent") if one.get("severity") == severity]
        return [
            (f"{_name(one['urn'])}: " if one.get("urn") else "") + one["message"].strip()
            for one in told
        ]

    def _all(self, kind: str) -> list[dict[str, Any]]:
        return [event[kind] for event in self._events if kind in event]


def _events(log: Path) -> Iterator[dict[str, Any]]:
    try:
        text = log.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last line of an engine that was killed
            return


def _finding(event: dict[str, Any]) -> str:
    urn = event.get("resourceUrn")
    where = f"  ({_name(urn)})" if urn else ""
    message = event["message"].strip().replace("\n", "\n    ")
    return f"[mandatory] {event['policyName']}{where}\n    {message}"


def _name(urn: str) -> str:
    """Return the type and the name that a URN ends with."""
    *_, types, name = urn.split("::")
    return f"{types.rpartition('$')[2]} {name}"
