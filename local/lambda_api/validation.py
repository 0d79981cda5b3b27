"""Validation of requests against the service model, with AWS's messages.

Ranges, lengths, patterns, enums and required members come from botocore.
"""

import re
from collections.abc import Iterator
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
    if runtime is not None and value and _is_broken(runtime, value):
        raise invalid_parameter(
            f"Value {value} at 'runtime' failed to satisfy constraint:"
            f" {_constraint(runtime, 'enum')} or be a valid ARN"
        )


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    for constraint in _broken_constraints(shape, value):
        yield _violation(shape, value, path, constraint)
    if shape.type_name == "structure":
        yield from _structure_violations(shape, value, path)
    elif shape.type_name == "list":
        yield from _list_violations(shape, value, path)
    elif shape.type_name == "map":
        yield from _map_violations(shape, value, path)


def _structure_violations(shape: Shape, value: Members, path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        member_path = f"{path}.{name[:1].lower()}{name[1:]}".lstrip(".")
        if name == "Runtime":
            continue
        if value.get(name) is not None:
            yield from _violations(member, value[name], member_path)
        elif name in shape.required_members:
            yield _violation(member, None, member_path, "Member must not be null")


def _list_violations(shape: Shape, value: list[Any], path: str) -> Iterator[str]:
    item = shape.member
    if item.type_name == "structure":
        for number, element in enumerate(value, start=1):
            yield from _violations(item, element, f"{path}.{number}.member")
    elif any(_is_broken(item, element) for element in value):
        yield _violation(shape, value, path, f"Member must satisfy constraint: {_all(item)}")


def _map_violations(shape: Shape, value: dict[str, Any], path: str) -> Iterator[str]:
    if any(_is_broken(shape.key, key) for key in value):
        yield _violation(shape, value, path, f"Map keys must satisfy constraint: {_all(shape.key)}")
    if any(_is_broken(shape.value, item) for item in value.values()):
        constraint = f"Map value must satisfy constraint: {_all(shape.value)}"
        yield _violation(shape, value, path, constraint)


def _is_broken(shape: Shape, value: Any) -> bool:
    return any(True for _ in _broken_constraints(shape, value))


def _broken_constraints(shape: Shape, value: Any) -> Iterator[str]:
    limits = shape.metadata
    measured = _measure(shape, value)
    if measured is not None and "max" in limits and measured > limits["max"]:
        yield _constraint(shape, "max")
    if measured is not None and "min" in limits and measured < limits["min"]:
        yield _constraint(shape, "min")
    if "pattern" in limits and not java_pattern(limits["pattern"]).fullmatch(value):
        yield _constraint(shape, "pattern")
    if "enum" in limits and value not in limits["enum"]:
        yield _constraint(shape, "enum")


def _measure(shape: Shape, value: Any) -> float | None:
    """Return the value that ``min`` and ``max`` bound: a number itself, or a length."""
    if shape.type_name in {"integer", "long", "double"}:
        return float(value)
    if shape.type_name in {"string", "list", "map"}:
        return len(value)
    return None


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
    kinds = [kind for kind in ("max", "min", "pattern", "enum") if kind in shape.metadata]
    constraints = [_constraint(shape, kind) for kind in kinds]
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
