"""Reading properties that may be missing, unknown or of the wrong type, without ever raising.

A ``Reading`` is a value, "absent", or "undecided": not known yet, or of a type that the property
cannot have. Numbers arrive as floats, which is dealt with here and nowhere else.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

T = TypeVar("T")
U = TypeVar("U")

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

UNKNOWN: Final = object()
"""Stands among properties for a value that is not known before the update, or is a secret."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The outcome of reading one property."""

    _value: T | None = None
    is_undecided: bool = False
    """Whether nothing can be said: not known before the update, or of a type it cannot have."""

    @property
    def is_present(self) -> bool:
        """Whether the property has a value, and it is known."""
        return self._value is not None

    @property
    def is_absent(self) -> bool:
        """Whether the property is certainly not set."""
        return self._value is None and not self.is_undecided

    @property
    def may_be_set(self) -> bool:
        """Whether there is a value, or may be; providers write "" where there is none."""
        return not self.is_absent and self._value != ""

    def or_none(self) -> T | None:
        """Return the value, or None where it is absent or undecided."""
        return self._value

    def or_default(self, default: T) -> T | None:
        """Return the value, ``default`` where it is absent, None where it is undecided."""
        return default if self.is_absent else self._value

    def then(self, convert: Callable[[T], U | None]) -> "Reading[U]":
        """Return the converted value; a conversion to None is a wrong type, hence undecided."""
        if self._value is None:
            return UNDECIDED if self.is_undecided else ABSENT
        converted = convert(self._value)
        return UNDECIDED if converted is None else Reading(converted)


# Not `Reading[Any]()`: Python 3.11 cannot note that on a frozen class.
ABSENT: Final[Reading[Any]] = Reading()
UNDECIDED: Final[Reading[Any]] = Reading(is_undecided=True)

Tags: TypeAlias = Mapping[str, Reading[str]]
"""Values by their keys."""


def known(readings: Reading[tuple[Reading[U], ...]]) -> tuple[U, ...]:
    """Return the elements of a list that are known."""
    values = (reading.or_none() for reading in readings.or_none() or ())
    return tuple(value for value in values if value is not None)


@dataclass(frozen=True, slots=True)
class Props:
    """The properties of a resource, or an object nested in them."""

    _target: Mapping[str, Any]

    def names(self) -> tuple[str, ...]:
        """Return the property names, those of unknown values included."""
        return tuple(self._target)

    def read(self, path: Path) -> Reading[object]:
        """Return the value at ``path``; null counts as absent, as it does for Pulumi."""
        here: Any = self._target
        for step in path:
            if here is None:
                return ABSENT
            if not isinstance(here, Mapping if isinstance(step, str) else list):
                return UNDECIDED
            try:
                here = cast("Any", here)[step]
            except (KeyError, IndexError):
                return ABSENT
        if here is UNKNOWN:
            return UNDECIDED
        return ABSENT if here is None else Reading(here)

    def text(self, path: Path) -> Reading[str]:
        """Return the string at ``path``."""
        return self.read(path).then(_as_text)

    def document(self, path: Path) -> Reading[str]:
        """Return the JSON at ``path``, where aws-native has an object in place of a text."""
        return self.read(path).then(_as_document)

    def flag(self, path: Path) -> Reading[bool]:
        """Return the boolean at ``path``."""
        return self.read(path).then(_as_flag)

    def number(self, path: Path) -> Reading[float]:
        """Return the finite number at ``path``."""
        return self.read(path).then(_as_number)

    def integer(self, path: Path) -> Reading[int]:
        """Return the whole number at ``path``."""
        return self.number(path).then(_as_integer)

    def nested(self, path: Path) -> "Reading[Props]":
        """Return the object at ``path``."""
        return self.read(path).then(_as_props)

    def texts(self, path: Path) -> Reading[tuple[Reading[str], ...]]:
        """Return the list of strings at ``path``, each with a reading of its own."""
        return self._elements(path, self.text)

    def records(self, path: Path) -> "Reading[tuple[Reading[Props], ...]]":
        """Return the list of objects at ``path``, each with a reading of its own."""
        return self._elements(path, self.nested)

    def tags(self, path: Path) -> Reading[Tags]:
        """Return the tags at ``path``: a map in pulumi-aws, a list in aws-native."""
        mapped = self.nested(path).or_none()
        if mapped is not None:
            return Reading({key: mapped.text((key,)) for key in mapped.names()})
        return self.records(path).then(_as_tags)

    def _elements(
        self, path: Path, read: Callable[[Path], Reading[U]]
    ) -> Reading[tuple[Reading[U], ...]]:
        length = self.read(path).then(_as_length)
        return length.then(lambda count: tuple(read((*path, index)) for index in range(count)))


def _as_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _as_document(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return _as_text(value)
    try:
        return json.dumps(value)
    except TypeError:
        return None


def _as_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return value


def _as_integer(value: float) -> int | None:
    return int(value) if value == int(value) else None


def _as_props(value: object) -> Props | None:
    return Props(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else None


def _as_tags(entries: tuple[Reading[Props], ...]) -> Tags | None:
    """Return tags by their keys; None where a key is not known."""
    tags: dict[str, Reading[str]] = {}
    for entry in entries:
        tag = entry.or_none()
        key = tag.text(("key",)).or_none() if tag else None
        if tag is None or key is None:
            return None
        tags[key] = tag.text(("value",))
    return tags


def _as_length(value: object) -> int | None:
    return len(cast("list[object]", value)) if isinstance(value, list) else None
