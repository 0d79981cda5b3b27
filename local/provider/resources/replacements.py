"""Which changes of a property replace the resource, for ``replaces`` in the tables of types."""

from local.provider.schema import DiffKind
from local.provider.values import Props


def when_switched(diff: DiffKind, _: Props) -> bool:
    """Replace the resource when the property is added or removed, not when its value changes."""
    return diff is not DiffKind.UPDATE


def unless_interface(_: DiffKind, inputs: Props) -> bool:
    """Replace a VPC endpoint, unless it is an interface endpoint."""
    return inputs["vpcEndpointType"] != "Interface"
