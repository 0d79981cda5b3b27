"""Which changes of a property are none, and which replace the resource, for the tables of types."""

import json

from local.provider.schema import DiffKind
from local.provider.values import Props, Value


def same_document(old: Value, new: Value) -> bool:
    """Return whether two JSON texts are equal but for spacing and the order of keys."""
    try:
        return json.loads(str(old)) == json.loads(str(new))
    except json.JSONDecodeError:
        return False


def zero_means_unset(_: Value, new: Value) -> bool:
    """Return whether the new value is zero, which leaves the choice to AWS."""
    return new == 0


def when_switched(diff: DiffKind, _: Props) -> bool:
    """Replace the resource when the property is added or removed, not when its value changes."""
    return diff != "UPDATE"


def unless_default_tenancy(_: DiffKind, inputs: Props) -> bool:
    """Replace a VPC, unless its tenancy becomes the default one."""
    return inputs["instanceTenancy"] != "default"


def unless_interface(_: DiffKind, inputs: Props) -> bool:
    """Replace a VPC endpoint, unless it is an interface endpoint."""
    return inputs["vpcEndpointType"] != "Interface"
