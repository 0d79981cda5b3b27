"""What a check found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """What one check found."""

    # ``ok``, ``failed``, or ``skipped`` where the stack has nothing to check.
    result: Literal["ok", "failed", "skipped"]
    text: str  # what was seen and what it means; after a failure also what to do


def ok(text: str) -> Outcome:
    """Return what a check found that passed."""
    return Outcome("ok", text)


def failed(text: str) -> Outcome:
    """Return what a check found that failed; the text ends with ``Fix: ...``."""
    return Outcome("failed", text)


def skipped(text: str) -> Outcome:
    """Return why there was nothing to check."""
    return Outcome("skipped", text)
