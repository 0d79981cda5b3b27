"""Checks that many rules share, and pieces of their messages."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..facts import limits
from ..graph.stack import Stack
from ..model.access import Reading, known
from ..model.functions import Function, Permission
from ..model.iam_policy import Document, Statement
from ..model.resource import Field, Fix, Resource
from .rule import Finding

ALIAS_NAME = r"(?![0-9]+$)[a-zA-Z0-9-_]+"
ACCOUNT = r"arn:[^:]*:(?:iam|lambda):[^:]*:([0-9]{12}):"
PUBLISHED_VERSION = r"\$LATEST\.PUBLISHED|[0-9]+"


def number_within(
    resource: Resource,
    field: Field[int],
    least: int,
    most: int,
    unit: str = "",
    *,
    fix: Fix | None = None,
) -> Iterator[Finding]:
    """Yield a finding where a whole number is outside a range, both ends included.

    Its fix is the nearer end, unless the rule has another.
    """
    value = field.of(resource).or_none()
    if value is None or least <= value <= most:
        return
    nearest, side = (least, "more") if value < least else (most, "less")
    yield resource.finding(
        field=field,
        value=f"{amount(value)}{unit}",
        allowed=f"{least} to {most}{unit}",
        fix=fix or resource.set_to(field, nearest) + f" or {side}",
    )


def value_among(resource: Resource, field: Field[str], allowed: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding where a text is none of a few; AWS compares with upper and lower case."""
    value = field.of(resource).or_none()
    if value is None or value in allowed:
        return
    nearest = next((choice for choice in allowed if choice.lower() == value.lower()), None)
    yield resource.finding(
        field=field,
        value="none of the values that AWS knows",
        allowed=f"{either(allowed)}, spelt exactly so",
        fix=(
            resource.set_to(field, nearest)
            if nearest
            else f"set {resource.spell(field)} to {either(allowed)}"
        ),
    )


def text_matching(
    resource: Resource, field: Field[str], pattern: str, most: int, meaning: str
) -> Iterator[Finding]:
    """Yield a finding where a text does not have the form that AWS demands."""
    value = field.of(resource).or_none()
    if value is None or (len(value) <= most and re.fullmatch(pattern, value)):
        return
    length = f" ({len(value)} characters)" if len(value) > most else ""
    yield resource.finding(
        problem=f"{resource.spell(field)} does not have the form that AWS takes{length}.",
        allowed=f"{meaning}, {most} characters at most",
        fix=f"set {resource.spell(field)} to {meaning}",
    )


def entries_matching(
    resource: Resource,
    field: Field[tuple[Reading[str], ...]],
    numbers: tuple[int, int],
    pattern: str,
    meaning: str,
) -> Iterator[Finding]:
    """Yield a finding where a list is shorter or longer than allowed, or has entries of no use."""
    found, (least, most) = field.of(resource), numbers
    entries = found.or_none()
    if entries is None:
        return
    wrong = sum(not re.fullmatch(pattern, one) for one in known(found))
    if wrong or not least <= len(entries) <= most:
        of_no_use = f", {wrong} of them no {meaning}" if wrong else ""
        yield resource.finding(
            f"{resource.spell(field)} has {len(entries)} entries{of_no_use}.",
            allowed=f"{least} to {most} {meaning}",
        )


def answers_late(holder: Resource, function: Function, use: str) -> Iterator[Finding]:
    """Yield a finding where a function may run longer than what its use waits for."""
    if function.long_timeout:
        longest = limits.MAX_SYNCHRONOUS_TIMEOUT_SECONDS
        yield holder.finding(
            f"timeout of the function is {function.long_timeout} s, and {use}.",
            fix=function.set_to(Function.timeout, longest)
            + " or less, or use another function for longer work",
        )


def environment_of(function: Function) -> dict[str, str | None]:
    """Return the variables of a function on LMI, each with its value as far as known."""
    variables = function.variables.or_none() if function.is_managed else None
    names = variables.names() if variables else ()
    return {name: function.variable(name).or_none() for name in names}


def layers_of(function: Function) -> tuple[str, ...]:
    """Return the layers of a function on LMI, as far as known."""
    return known(function.layers) if function.is_managed else ()


def accounts_of(function: Function) -> set[str]:
    """Return the function's account, as far as its ARNs tell it."""
    arns = (one.or_none() or "" for one in (function.arn, function.role, function.provider_arn))
    return {match[1] for arn in arns if (match := re.match(ACCOUNT, arn))}


def holders_of(
    documents: Iterable[tuple[Resource, Document]], is_wrong: Callable[[Statement], bool]
) -> Iterator[Resource]:
    """Return what holds an IAM policy with a statement that is wrong."""
    return (holder for holder, document in documents if any(map(is_wrong, document)))


def permissions_by_function(stack: Stack) -> Iterator[tuple[Function, list[Permission]]]:
    """Yield each function on LMI with the permissions on it, and with those on what is unknown."""
    of_function: dict[Function, list[Permission]] = defaultdict(list)
    somewhere: list[Permission] = []
    for permission in stack.all(Permission):
        functions = stack.functions_of(permission)
        for function in functions:
            of_function[function].append(permission)
        if not functions and permission.function.is_undecided:
            somewhere.append(permission)
    for function, permissions in of_function.items():
        if function.is_managed:
            yield function, [*permissions, *somewhere]


def amount(value: float | None) -> str:
    """Return a number as people write it: 4 for 4.0, 2.5 for 2.5."""
    return "unknown" if value is None else f"{value:.15g}"


def default_in(reading: Reading[Any]) -> str:
    """Return the words for a value that is the default, since the program sets none."""
    return " (the default)" if reading.is_absent else ""


def either(choices: Sequence[object]) -> str:
    """Return a choice in words: "2, 4 or 8"."""
    words = [str(choice) for choice in dict.fromkeys(choices)]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
