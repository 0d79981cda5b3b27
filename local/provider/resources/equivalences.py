"""Values of properties that differ and mean the same, for ``same`` in the tables of types."""

import json

from local.provider.values import Value


def same_document(old: Value, new: Value) -> bool:
    """Return whether two JSON texts are equal but for spacing and the order of keys."""
    try:
        return json.loads(str(old)) == json.loads(str(new))
    except json.JSONDecodeError:
        return False


def zero_means_unset(old: Value, new: Value) -> bool:
    """Return whether the new value is zero, which leaves the choice to AWS."""
    del old
    return new == 0
