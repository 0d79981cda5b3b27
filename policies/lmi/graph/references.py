"""What a name or an ARN tells: whose it is, and which version or alias it means."""

import re

from ..model.callers import EventSourceMapping
from ..model.functions import FunctionUrl, Invocation, Permission

ARN_PARTS = 7
"""Parts of an unqualified Lambda ARN: ``arn:aws:lambda:<region>:<account>:function:<name>``."""
NAME = re.compile(
    r"((?P<region>[a-z]+(-[a-z]+)+-\d):)?((?P<account>\d{12}):)?(function:)?"
    r"(?P<name>[^:]+)(:(?P<qualifier>[^:]+))?"
)
"""A name, or the part of a function's ARN that Lambda takes in its place, as its API has it."""


def is_qualified(reference: str) -> bool:
    """Return whether a function's name or ARN ends with a version or an alias."""
    parts = reference.split(":")
    if parts[0] == "arn":
        return len(parts) > ARN_PARTS
    name = NAME.fullmatch(reference)
    return name is not None and name["qualifier"] is not None


def qualifier_of(caller: FunctionUrl | Invocation | Permission | EventSourceMapping) -> str | None:
    """Return the version or the alias that is called, empty for none; None where not known."""
    reference = caller.function.or_none()
    if reference is not None and is_qualified(reference):
        return reference.rpartition(":")[2]
    qualifier = type(caller).qualifier
    if qualifier.path(native=caller.is_native) is None:
        return None if reference is None else ""
    return qualifier.of(caller).or_default("")


def name_in(reference: str) -> str:
    """Return the bare name in a name, a partial ARN or an ARN; in a role's after its path."""
    parts = reference.split(":")
    if parts[0] == "arn":
        return parts[ARN_PARTS - 1] if len(parts) >= ARN_PARTS else parts[-1].rpartition("/")[2]
    name = NAME.fullmatch(reference)
    return name["name"] if name else parts[0]


def place_in(reference: str) -> tuple[str | None, str | None]:
    """Return the Region and the account that a name or a partial ARN tells."""
    name = NAME.fullmatch(reference)
    return (name["region"], name["account"]) if name else (None, None)
