"""What a setting is: a key, the field that holds its value, its format, and what overrides it."""

import ast
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from .formats import Format
from .mistakes import snake_case
from .overrides import Override


@dataclass(frozen=True)
class Setting:
    """A key of the stack's configuration."""

    key: str  # its name in ``Pulumi.<stack>.yaml``
    # The class and its field that hold the value.
    group: type[Any]
    field: str
    format: Format  # what it accepts
    overrides: tuple[Override, ...] = ()  # what makes it meaningless

    @property
    def argument(self) -> str:
        """Its name as an argument in Python."""
        return snake_case(self.key)

    @property
    def default(self) -> Any:
        """The value of a stack that does not set it."""
        field: dataclasses.Field[Any] = self.group.__dataclass_fields__[self.field]
        if field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
        if field.default is not dataclasses.MISSING:
            return field.default
        return () if self.format.TYPE == "array" else ""

    @property
    def description(self) -> str:
        """What it is and when to change it, from the text below its field.

        Raises
        ------
        LookupError
            When the class does not describe the field.
        """
        try:
            return descriptions(self.group)[self.field]
        except KeyError:
            raise LookupError(
                f"{self.key}: the class {self.group.__name__} does not describe {self.field}"
            ) from None


def camel_case(name: str) -> str:
    """Return the name of an argument as Pulumi's other languages spell it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


_SOURCE: Final = re.compile(r"\s+\(docs/(?:facts/|design\.md)[^)]*\)")
"""Where a fact is from: for who changes a class, not for who uses it."""


def summary(documented: type) -> str:
    """Return the docstring of a class on one line."""
    return _on_one_line(documented.__doc__ or "")


def descriptions(documented: type) -> Mapping[str, str]:
    """Return the text below each field of a class on one line; fields in a row may share it."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(documented))).body
    found: dict[str, str] = {}
    fields: list[str] = []
    for statement in cast("ast.ClassDef", definition).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                fields.append(name)
            case ast.Expr(value=ast.Constant(value=str(text))):
                found |= dict.fromkeys(fields, _on_one_line(text))
                fields = []
            case _:
                pass
    return found


def _on_one_line(text: str) -> str:
    return " ".join(_SOURCE.sub("", text).replace("``", "`").split())
