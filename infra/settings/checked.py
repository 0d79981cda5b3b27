"""Checks the types of a component's arguments when they are made, so that a mistake is one line.

The types are the annotations of the classes. What a text or a number may be is checked by the
component, which knows its region (``arguments``).
"""

import dataclasses
import types
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, wraps
from numbers import Real
from typing import (
    Any,
    Final,
    Literal,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import pulumi

from .mistakes import Fix, listing, nearest, refuse, shortened

_NAMES: Final[Mapping[object, str]] = {
    object: "of any type",
    str: "a string",
    int: "a whole number",
    Real: "a number",
    bool: "True or False",
    types.NoneType: "None",
}
_LATER: Final = (Awaitable, pulumi.Output)
"""How an annotation says that a value may be known later."""


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,)
)
class Checked:
    """Arguments that are checked when they are made: each class of them is a frozen dataclass."""

    def __init_subclass__(cls) -> None:
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        cls.__init__ = _with_known_names(cls.__init__)

    def __post_init__(self) -> None:
        owner, known = type(self).__name__, field_types(type(self))
        for field in dataclasses.fields(cast("Any", self)):
            value, annotation = getattr(self, field.name), known[field.name]
            what = f"{owner}.{field.name} is "
            fix = f"{owner}({field.name}={_example(value, annotation)})"
            refuse_unfit(value, annotation, what, fix)
            if isinstance(value, pulumi.Output) and not _is_required(field):
                annotation |= None
            checked = with_checked_outputs(value, annotation, what, fix)
            object.__setattr__(self, field.name, checked)


def _with_known_names(make: Callable[..., None]) -> Callable[..., None]:
    """Let a class refuse arguments without a name or of an unknown one, and the lack of one."""

    @wraps(make)
    def checked(self: Checked, *unnamed: object, **named: object) -> None:
        owner, types_ = type(self).__name__, field_types(type(self))
        if unnamed:
            what = f"{owner} is given {len(unnamed)} of its arguments without a name"
            refuse(what, allowed=listing(types_), fix=f"{owner}({next(iter(types_))}=...)")
        for name in sorted(named.keys() - types_.keys()):
            fix, allowed = "correct its spelling, or leave it out", nearest(name, types_)
            for part, type_ in types_.items():
                if name in getattr(type_, "__dataclass_fields__", ()):
                    fix = f"{owner}({part}={type_.__name__}({name}=...))"
                    allowed = f"{name} of {type_.__name__}"
            refuse(f"{owner} has no argument {shortened(name)}", allowed=allowed, fix=fix)
        fields = dataclasses.fields(cast("Any", self))
        missing = [field.name for field in fields if _is_required(field)]
        if missing := [name for name in missing if name not in named]:
            fix = f"{owner}({', '.join(f'{name}=...' for name in missing)})"
            refuse(f"{owner} lacks {listing(missing)}", allowed="a value for each of them", fix=fix)
        make(self, **named)

    return checked


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is field.default_factory is dataclasses.MISSING


@cache
def field_types(arguments: type) -> Mapping[str, Any]:
    """Return the types of the fields of a class."""
    # Pulumi's own type of inputs names these two.
    return get_type_hints(arguments, localns={"Output": pulumi.Output, "T": Any})


def refuse_unfit(value: object, annotation: Any, what: str, fix: Fix, path: str = "") -> None:
    """Refuse a value that has not the type of an annotation; ``what`` is said before it."""
    if not _fits(value, annotation):
        allowed = _described(annotation)
        refuse(f"{what}{_shown(value, annotation)}", path=path, allowed=allowed, fix=fix)


def with_checked_outputs(value: Any, annotation: Any, what: str, fix: Fix) -> Any:
    """Return a value whose outputs are refused where they turn out to be of another type.

    Parameters
    ----------
    value, annotation
        A value that has the type of an annotation, as far as it is known.
    what
        What a message says before it.
    fix
        What mends it.
    """

    def check(known: object) -> object:
        known_types = (each for each in get_args(annotation) if get_origin(each) not in _LATER)
        is_list = isinstance(known, list)
        mend = "take an item of it: output[0]" if is_list else fix
        refuse_unfit(known, Union[tuple(known_types)], f"{what}an Output of ", mend)  # noqa: UP007
        return known

    if isinstance(value, pulumi.Output):
        return cast("pulumi.Output[object]", value).apply(check)
    if isinstance(value, Mapping):
        # The AWS provider takes numbers for their texts, and leaves out what is None.
        of_value = get_args(annotation)[1] | Real | None
        values = cast("Mapping[str, object]", value).items()
        return {name: with_checked_outputs(each, of_value, what, fix) for name, each in values}
    if isinstance(value, list | tuple):
        items, of_item = cast("Sequence[object]", value), get_args(annotation)[0]
        return type(items)(with_checked_outputs(each, of_item, what, fix) for each in items)  # pyright: ignore
    return value


def _fits(value: object, annotation: Any) -> bool:
    """Return whether a value has the type of an annotation."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is Literal:
        return isinstance(value, str) and value in arguments
    if origin in (tuple, Sequence):
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        return is_list and all(_fits(item, arguments[0]) for item in cast("list[object]", value))
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            _fits(name, arguments[0]) and _fits(item, arguments[1])
            for name, item in cast("Mapping[object, object]", value).items()
        )
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, origin or annotation)


def _described(annotation: Any) -> str:
    """Name the type of an annotation for a person to read."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        # An input is a value, an awaitable or an output; nobody writes the awaitable.
        shown = [each for each in arguments if getattr(each, "__name__", "") != "Awaitable"]
        return " or ".join(dict.fromkeys(map(_described, shown)))
    if origin is Literal:
        return " or ".join(arguments)
    if origin in (tuple, Sequence):
        return f"a list, each item of it {_described(arguments[0])}"
    if origin is Mapping:
        return f"a map from strings to values, each {_described(arguments[1])}"
    found = origin or annotation
    return "an Output" if found is pulumi.Output else _NAMES.get(found) or _named(found)


def _example(value: object, annotation: Any) -> str:
    """Return a value as Python writes it, where the type names its values or is that of a list."""
    origin = get_origin(annotation)
    if isinstance(value, pulumi.Output) and origin in (tuple, Sequence):
        return "[ids[0], ids[1]]"
    return repr(get_args(annotation)[0]) if origin is Literal else "..."


def _shown(value: object, annotation: Any) -> str:
    """Show a value; an output has none in a preview, and a map may hold secrets."""
    if isinstance(value, str):
        return shortened(value)
    if value is None or isinstance(value, int | float):
        return str(value)
    if isinstance(value, pulumi.Output):
        return "an Output, which has no value in a preview"
    if isinstance(value, Mapping):
        return "a map with other names or values" if get_origin(annotation) is Mapping else "a map"
    if isinstance(value, Sequence) and get_origin(annotation) in (tuple, Sequence):
        of_item = get_args(annotation)[0]
        wrong = next(item for item in cast("list[object]", value) if not _fits(item, of_item))
        return f"a list with {_shown(wrong, of_item)}"
    return _named(type(cast("object", value)))


def _named(found: type) -> str:
    return f"{'an' if found.__name__[0] in 'AEIOU' else 'a'} {found.__name__}"
