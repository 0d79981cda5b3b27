"""Property values: plain Python values, unknowns and assets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, TypeAlias


class Unknown(Enum):
    """The type of ``UNKNOWN``, a value that is not known before the deployment."""

    UNKNOWN = auto()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True)
class Asset:
    """An asset or archive, as the engine describes it.

    Attributes
    ----------
    description
        The engine's own words (its magic signature, ``hash``, and ``path``, ``text``, ``uri`` or
        ``assets``), kept whole so that what comes in can go out again.
    """

    description: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """The engine's digest of the content; equal content has equal digests."""
        return str(self.description.get("hash", ""))

    @property
    def path(self) -> str | None:
        """Path of the file; ``None`` for content that is not a single file."""
        return self.description.get("path")


Value: TypeAlias = (
    "bool | int | float | str | Unknown | Asset | list[Value] | dict[str, Value] | None"
)
Props: TypeAlias = Mapping[str, Any]
"""Properties of a resource, by their camelCase names, where their shapes are known."""


def is_absent(value: Value) -> bool:
    """Return whether a value is unset, empty, or a map of such values."""
    if isinstance(value, dict):
        return all(map(is_absent, value.values()))
    return value is None or value in ("", [])


def has_unknown(value: Value) -> bool:
    """Return whether any part of a value is unknown."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return value is UNKNOWN
