"""What a setting is: a key, the field that holds its value, its format, and what overrides it."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .formats import Format
from .mistakes import Fix, snake_case

Values = Mapping[str, Any]
"""What the stack sets, by key."""


@dataclass(frozen=True, kw_only=True)
class Override:
    """What makes a setting meaningless."""

    is_active: Callable[[Values], bool]  # whether the values of a stack have it
    why: str  # what is set, and what follows
    remedy: Fix  # the change that gives the setting a meaning


@dataclass(frozen=True)
class Setting:
    """A key of the stack's configuration."""

    key: str  # its name in ``Pulumi.<stack>.yaml``
    # The class and its field that hold the value.
    group: type[Any]
    field: str
    format: Format  # what it accepts
    overrides: tuple[Override, ...] = ()  # what makes it meaningless, checked in this order

    @property
    def argument(self) -> str:
        """Its name as an argument in Python."""
        return snake_case(self.key)

    @property
    def default(self) -> Any:
        """The value of a stack that does not set it."""
        (field,) = (each for each in dataclasses.fields(self.group) if each.name == self.field)
        if field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
        return self.format.EMPTY if field.default is dataclasses.MISSING else field.default

    @property
    def description(self) -> str:
        """What it is and when to change it, from the docstring of its class.

        Raises
        ------
        LookupError
            When the docstring does not describe the field.
        """
        try:
            return descriptions(self.group)[self.field]
        except KeyError:
            raise LookupError(
                f"{self.key}: the docstring of {self.group.__name__} does not describe {self.field}"
            ) from None


def camel_case(name: str) -> str:
    """Return the name of an argument as Pulumi's other languages spell it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


_SECTION: Final = "\n\nAttributes\n----------\n"
_ATTRIBUTE: Final = re.compile(r"^(?P<names>\S.*)\n(?P<text>(?:    .*\n?)+)", re.MULTILINE)
_SOURCE: Final = re.compile(r"\s+\(docs/(?:facts/|design\.md)[^)]*\)")
"""Where a fact is from: for who changes a class, not for who uses it."""


def summary(documented: type) -> str:
    """Return what a docstring says before its attributes, on one line."""
    text, _, _ = inspect.cleandoc(documented.__doc__ or "").partition(_SECTION)
    return _on_one_line(text)


def descriptions(documented: type) -> Mapping[str, str]:
    """Return what a docstring says of each attribute, each on one line."""
    _, _, text = inspect.cleandoc(documented.__doc__ or "").partition(_SECTION)
    return {
        name: _on_one_line(found["text"])
        for found in _ATTRIBUTE.finditer(text)
        for name in found["names"].split(", ")
    }


def _on_one_line(text: str) -> str:
    return " ".join(_SOURCE.sub("", text).replace("``", "`").split())
