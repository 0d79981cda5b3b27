"""Names that a program gives, apart from those that Pulumi generates."""

import re
from typing import Final

from .resource import Named

GENERATED: Final = r"-?[0-9a-zA-Z]{7,}"
"""What Pulumi adds to a resource's name to generate a name."""


def fixed_name(resource: Named) -> str | None:
    """Return the name that a program gave; None where it is generated, or not known."""
    field = type(resource).own_name
    path = field.path(native=resource.is_native)
    if resource.inputs is not None and path and resource.inputs.text(path).is_absent:
        return None
    name = field.of(resource).or_none()
    if name is None or re.fullmatch(re.escape(resource.name) + GENERATED, name):
        return None
    return name
