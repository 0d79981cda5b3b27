"""Findings in a log of the engine's events, as ``--event-log`` and ``policy analyze --json`` write.

The format is Pulumi's ``EngineEvent``:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from ..rules import RULES
from ..rules.rule import Rule
from ..serving.pack import PACK_NAME, PAGE_IS_AT

_LABELLED: Final = re.compile(r"^(Allowed|Fix|Property): (.*)$", re.MULTILINE)
_CONTROL_CHARACTERS: Final = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold; names of resources may."""

_RULES: Final = {rule.name: rule for rule in RULES}


class EventLogError(Exception):
    """A file is no log of the engine's events."""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """One finding, as the engine reported it."""

    rule: Rule | None
    """The rule that is broken; None where the pack reports on its own configuration."""
    policy: str
    """The policy's name."""
    version: str
    """The version of the pack."""
    urn: str
    """The URN of the resource; empty where the finding is about none."""
    stops: bool
    """Whether the finding stops a deployment."""
    message: str
    """All the text that people are shown, the rule's title first."""

    @property
    def resource(self) -> str:
        """The resource's name."""
        return self.urn.rpartition("::")[2]

    @property
    def problem(self) -> str:
        """What is set, as a sentence."""
        return self.message.partition("\n")[2].partition("\n")[0]

    def labelled(self, label: str) -> str:
        """Return a part of the message: ``Allowed``, ``Fix`` or ``Property``; empty without it."""
        return dict(_LABELLED.findall(self.message)).get(label, "")


def read_findings(lines: Iterable[str]) -> list[ReportedFinding]:
    """Return the pack's findings, each once, the order kept.

    Raises
    ------
    EventLogError
        Where a line is no event.
    """
    events = (_event(number, line) for number, line in enumerate(lines, 1) if line.strip())
    reported = (event.get("policyEvent") for event in events)
    try:
        found = [_finding(one) for one in reported if one and one["policyPackName"] == PACK_NAME]
    except (AttributeError, KeyError, TypeError) as error:
        raise EventLogError(
            "an event about a policy does not have what the engine writes"
        ) from error
    return list(dict.fromkeys(found))  # an update repeats what its preview reported


def _event(number: int, line: str) -> dict[str, Any]:
    try:
        event: object = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise EventLogError(f"line {number} is no JSON object, as an event of the engine is")
    return cast("dict[str, Any]", event)


def _finding(event: dict[str, str]) -> ReportedFinding:
    message, _, _ = event["message"].partition(f"\n{PAGE_IS_AT}")  # a path of that machine
    return ReportedFinding(
        rule=_RULES.get(event["policyName"]),
        policy=event["policyName"],
        version=event["policyPackVersion"],
        urn=_CONTROL_CHARACTERS.sub("?", event.get("resourceUrn", "")),
        stops=event["enforcementLevel"] == "mandatory",
        message=_CONTROL_CHARACTERS.sub("?", message).strip(),
    )
