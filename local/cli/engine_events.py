"""What an engine run did, from the log of its events: changes, findings of the pack, errors.

The events are those that Pulumi's Automation API reads. The log has those of the last phase that
ran: of the preview where that failed, else of the update.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

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


@dataclass(frozen=True)
class EngineRun:
    """One run of the engine."""

    changes: Mapping[str, int]  # how many resources were created, updated and so on, by these words
    # Operation, type and name of each resource that changed, in the order of the changes.
    changed: tuple[str, ...]
    # Errors of the program, the provider and the engine, and mandatory findings, in full.
    errors: tuple[str, ...]
    warnings: tuple[str, ...]  # warnings of all of these, but for advisory findings
    advisories: int  # how many advisory findings the pack has

    @classmethod
    def from_log(cls, log: Path, verbs: Mapping[str, str] = DONE) -> Self:
        """Read the events of a run, one JSON object a line; ``verbs`` are words for operations.

        There are none when it ended before its first event.
        """
        events = list(_events(log))
        findings = [event["policyEvent"] for event in events if "policyEvent" in event]
        mandatory = [found for found in findings if found["enforcementLevel"] == "mandatory"]
        return cls(
            changes=_changes(events, verbs),
            changed=tuple(_changed(events, verbs)),
            errors=(*_diagnostics(events, "error"), *map(_finding, mandatory)),
            warnings=tuple(_diagnostics(events, "warning")),
            advisories=len(findings) - len(mandatory),
        )

    def summary(self) -> str:
        """Return the changes in one line, such as ``1 updated, 38 unchanged``."""
        parts = [f"{count} {verb}" for verb, count in self.changes.items() if count]
        return ", ".join(parts) or "no resources"

    def named_changes(self) -> Iterator[str]:
        """Yield a line for each changed resource, unless they are many."""
        if len(self.changed) <= _MOST_NAMES:
            yield from self.changed


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


def _changes(events: list[dict[str, Any]], verbs: Mapping[str, str]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for event in events:
        found.update(event.get("summaryEvent", {}).get("resourceChanges") or {})
    return {verb: found[operation] for operation, verb in verbs.items() if operation in found}


def _changed(events: list[dict[str, Any]], verbs: Mapping[str, str]) -> Iterator[str]:
    for event in events:
        metadata = event.get("resOutputsEvent", {}).get("metadata", {})
        operation = metadata.get("op", "same")
        if operation in verbs and operation != "same":
            yield f"{verbs[operation]} {_name(metadata['urn'])}"


def _diagnostics(events: list[dict[str, Any]], severity: str) -> Iterator[str]:
    for event in events:
        diagnostic = event.get("diagnosticEvent", {})
        if diagnostic.get("severity") == severity:
            urn = diagnostic.get("urn")
            yield (f"{_name(urn)}: " if urn else "") + diagnostic["message"].strip()


def _finding(event: dict[str, Any]) -> str:
    urn = event.get("resourceUrn")
    where = f"  ({_name(urn)})" if urn else ""
    message = event["message"].strip().replace("\n", "\n    ")
    return f"[mandatory] {event['policyName']}{where}\n    {message}"


def _name(urn: str) -> str:
    """Return the type and the name that a URN ends with."""
    *_, types, name = urn.split("::")
    return f"{types.rpartition('$')[2]} {name}"
