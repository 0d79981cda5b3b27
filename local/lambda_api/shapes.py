"""Types for botocore's shapes, as far as this package uses them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Shape(Protocol):
    """The service model's description of one value; the attributes below exist where they can.

    The metadata are ``min``, ``max``, ``pattern``, ``enum`` and ``sensitive``, where the model sets
    them; the serialization has a ``location``, if the value is not in the body.
    """

    type_name: str
    metadata: Mapping[str, Any]
    serialization: Mapping[str, Any]
    members: "Mapping[str, Shape]"
    required_members: Sequence[str]
    member: "Shape"
    key: "Shape"
    value: "Shape"
