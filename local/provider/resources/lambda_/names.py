"""Names of functions."""

from local.provider.values import Value


def same_function(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function."""
    return function_name(old) == function_name(new)


def function_name(reference: Value) -> str:
    """Return the name in a name or an ARN."""
    text = str(reference)
    return text.split(":")[6] if text.startswith("arn:") else text


def same_reference(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function with the same qualifier."""
    return str(old).rpartition(":function:")[2] == str(new).rpartition(":function:")[2]
