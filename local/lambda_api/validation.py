"""Validation of requests against the service model, with AWS's messages.

Ranges, lengths, patterns, enums and required members come from botocore.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, cast

from local.lambda_api.errors import invalid_parameter, validation
from local.lambda_api.protocol import Members, Shape


def check_input(shape: Shape | None, members: Members) -> None:
    """Raise for an input that violates the service model, with every invalid member.

    AWS checks the runtime after the others.
    """
    if shape is None:
        return
    violations = list(_violations(shape, members, path=""))
    if violations:
        count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''}"
        raise validation(f"{count} detected: {'; '.join(violations)}")
    runtime, value = shape.members.get("Runtime"), members.get("Runtime")
    if runtime is not None and value and _broken_constraints(runtime, value):
        raise invalid_parameter(
            f"Value {value} at 'runtime' failed to satisfy constraint:"
            f" {_constraint(runtime, 'enum')} or be a valid ARN"
        )


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    for constraint in _broken_constraints(shape, value):
        yield _violation(shape, value, path, constraint)
    for what, item, items in _simple_items(shape, value):
        if any(_broken_constraints(item, each) for each in items):
            constraint = f"{what} must satisfy constraint: {_all(item)}"
            yield _violation(shape, value, path, constraint)
    if shape.type_name == "structure":
        yield from _member_violations(shape, value, path)
    elif shape.type_name == "list" and shape.member.type_name == "structure":
        for number, element in enumerate(value, start=1):
            yield from _violations(shape.member, element, f"{path}.{number}.member")


def _member_violations(shape: Shape, value: Members, path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        member_path = f"{path}.{name[:1].lower()}{name[1:]}".lstrip(".")
        if name == "Runtime":
            continue
        if value.get(name) is not None:
            yield from _violations(member, value[name], member_path)
        elif name in shape.required_members:
            yield _violation(member, None, member_path, "Member must not be null")


def _simple_items(shape: Shape, value: Any) -> list[tuple[str, Shape, Iterable[Any]]]:
    """Return what AWS tells of as of one value: keys, values, and members of simple types."""
    if shape.type_name == "map":
        return [("Map keys", shape.key, value), ("Map value", shape.value, value.values())]
    if shape.type_name == "list" and shape.member.type_name != "structure":
        return [("Member", shape.member, value)]
    return []


def _broken_constraints(shape: Shape, value: Any) -> list[str]:
    breaks: dict[str, Callable[[Any], bool]] = {
        "max": lambda limit: _size(value) > limit,
        "min": lambda limit: _size(value) < limit,
        "pattern": lambda limit: not java_pattern(limit).fullmatch(value),
        "enum": lambda limit: value not in limit,
    }
    return [
        _constraint(shape, kind)
        for kind in _constraints(shape)
        if breaks[kind](shape.metadata[kind])
    ]


def _constraints(shape: Shape) -> list[str]:
    """Return the kinds of constraints that a shape has, in AWS's order."""
    return [kind for kind in ("max", "min", "pattern", "enum") if kind in shape.metadata]


def _size(value: Any) -> float:
    return value if isinstance(value, int | float) else len(value)


def _constraint(shape: Shape, kind: str) -> str:
    limit = shape.metadata[kind]
    if kind == "pattern":
        return f"Member must satisfy regular expression pattern: {limit}"
    if kind == "enum":
        return f"Member must satisfy enum value set: [{', '.join(limit)}]"
    measure = "value" if shape.type_name in {"integer", "long", "double"} else "length"
    comparison = "less" if kind == "max" else "greater"
    return f"Member must have {measure} {comparison} than or equal to {limit}"


def _all(shape: Shape) -> str:
    """Return every constraint of a list's or map's members: AWS names all if one is violated.

    It says of members without a pattern that they must not be null.
    """
    constraints = [_constraint(shape, kind) for kind in _constraints(shape)]
    if "pattern" not in shape.metadata:
        constraints.append("Member must not be null")
    return f"[{', '.join(constraints)}]"


def _violation(shape: Shape, value: Any, path: str, constraint: str) -> str:
    if value is None:
        shown = " null"
    else:
        shown = "" if shape.metadata.get("sensitive") else f" '{_show(value)}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: {constraint}"


def _show(value: Any) -> str:
    """Format a value as Java does, as AWS's messages show it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_show, cast('list[Any]', value)))}]"
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return f"{{{', '.join(f'{key}={_show(item)}' for key, item in pairs)}}}"
    return str(value)


@cache
def java_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern of the model, which is in Java's syntax and matches whole values.

    Java's classes are ASCII, except ``\p{..}``, which Python lacks. So ``\w`` stands for letters,
    numbers and the underscore of every script, and the few separators (``\p{Z}``) are listed.
    """
    if r"\p{" not in pattern:
        return re.compile(pattern, re.ASCII)
    translated = (
        pattern.replace(r"\p{L}", r"\w")
        .replace(r"\p{N}", r"\w")
        .replace(r"\p{Z}", " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000")
    )
    return re.compile(translated)
