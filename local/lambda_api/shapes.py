"""Types for botocore's shapes, as far as this package uses them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Shape(Protocol):
    """The service model's description of one value.

    Attributes
    ----------
    type_name
        ``structure``, ``list``, ``map``, ``string``, ``integer``, and so on. The members below
        exist for the types that have them.
    metadata
        ``min``, ``max``, ``pattern``, ``enum``, ``sensitive``, where the model sets them.
    serialization
        ``location``, if the value is not in the body.
    """

    type_name: str
    metadata: Mapping[str, Any]
    serialization: Mapping[str, Any]
    members: "Mapping[str, Shape]"
    required_members: Sequence[str]
    member: "Shape"
    key: "Shape"
    value: "Shape"
