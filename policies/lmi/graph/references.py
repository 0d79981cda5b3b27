"""What a name or an ARN tells: whose it is, and which version or alias it means."""

from ..model.callers import EventSourceMapping
from ..model.functions import FunctionUrl, Invocation, Permission

ARN_PARTS = 7
"""Parts of an unqualified Lambda ARN: ``arn:aws:lambda:<region>:<account>:function:<name>``."""


def is_qualified(reference: str) -> bool:
    """Return whether a function's name or ARN ends with a version or an alias."""
    parts = reference.split(":")
    if parts[0] == "arn":
        return len(parts) > ARN_PARTS
    return len(parts) in (2, 4)  # ``name:live``, ``123456789012:function:name:live``


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
    return parts[2] if len(parts) > 2 else parts[0]
