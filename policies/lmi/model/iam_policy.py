"""IAM policy documents: JSON text of any shape, read without ever raising."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TypeAlias, cast


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document."""

    allows: bool
    """Whether its effect is Allow."""
    actions: tuple[str, ...]
    other_actions: tuple[str, ...]
    """The patterns under NotAction."""
    resources: tuple[str, ...]
    """Patterns as written; empty where the statement says NotAction or NotResource."""
    principals: dict[str, tuple[str, ...]]
    """Values of ``Principal`` by type, such as ``Service``; ``*`` stands under ``*``."""
    condition_keys: frozenset[str]
    """Keys of all conditions, lower case."""

    def covers(self, action: str) -> bool:
        """Return whether the statement is about an action, such as ``ec2:RunInstances``."""
        if self.other_actions:
            return not _matches_any(action, self.other_actions)
        return _matches_any(action, self.actions)

    def names(self, action: str) -> bool:
        """Return whether it covers an action by a pattern for the action's own service."""
        return _matches_any(action, (pattern for pattern in self.actions if ":" in pattern))

    def is_on_any(self, *endings: str) -> bool:
        """Return whether it is on any resource, or on any of those that patterns end with."""
        return any(is_pattern_for_all(one) or one.endswith(endings) for one in self.resources)


Document: TypeAlias = tuple[Statement, ...]


def parse(text: str | None) -> Document | None:
    """Return a document's statements; None where it is not known or is no policy."""
    try:
        policy: Any = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    entries = _listed(_object(policy).get("Statement"))
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        return None
    return tuple(_statement(cast("dict[str, Any]", entry)) for entry in entries)


def allowed(documents: Iterable[Document], action: str) -> bool:
    """Return whether any document allows an action, on any resource and under any condition."""
    return any(
        statement.allows and statement.covers(action)
        for document in documents
        for statement in document
    )


def is_pattern_for_all(pattern: str) -> bool:
    """Return whether a pattern leaves out nothing."""
    return set(pattern) == {"*"}


def _statement(entry: dict[str, Any]) -> Statement:
    principal = entry.get("Principal")
    by_type = _object(principal) if isinstance(principal, dict) else {"*": principal}
    operators = _object(entry.get("Condition")).values()
    return Statement(
        allows=entry.get("Effect") == "Allow",
        actions=_texts(entry.get("Action")),
        other_actions=_texts(entry.get("NotAction")),
        resources=_texts(entry.get("Resource")),
        principals={type_: _texts(value) for type_, value in by_type.items()},
        condition_keys=frozenset(key.lower() for keys in operators for key in _object(keys)),
    )


def _matches_any(action: str, patterns: Iterable[str]) -> bool:
    return any(
        fnmatchcase(action.lower(), pattern.lower().replace("[", "[[]")) for pattern in patterns
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in _listed(value) if isinstance(item, str))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _object(value: Any) -> dict[str, Any]:
    """Return an object, empty where a value is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
