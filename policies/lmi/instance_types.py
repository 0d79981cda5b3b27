"""EC2 instance types by their names: family, architecture and size, as far as a name tells.

Newer generations of a known family parse like older ones. Whatever does not parse is None, and
rules say nothing about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

STANDARD_FAMILIES: Final = frozenset("cmr")
"""Families that LMI offers without accelerators (CP-14)."""
GPU_FAMILIES: Final = frozenset({"g4dn", "g5", "g6", "g6e", "g6f", "gr6f"})
"""Families that LMI offers with accelerators (catalogue section 11)."""
TOO_SMALL: Final = frozenset({"nano", "micro", "small", "medium"})
"""Sizes below the smallest that LMI offers (CP-15)."""

_TYPE = re.compile(
    r"(?P<family>(?P<letters>[a-z]+)(?P<generation>\d+)(?P<options>[a-z-]*))\.(?P<size>[a-z0-9-]+)"
)


@dataclass(frozen=True, slots=True)
class InstanceType:
    """What the name of an instance type tells.

    Attributes
    ----------
    family
        Such as ``c7g``; with `letters` ``c`` and `options` ``g``.
    size
        Such as ``large``.
    """

    family: str
    letters: str
    options: str
    size: str

    @property
    def architecture(self) -> str:
        """The processor's architecture: a ``g`` first after the generation means Graviton."""
        return "arm64" if self.options.startswith("g") else "x86_64"

    @property
    def is_offered(self) -> bool:
        """Whether LMI offers the family, and does so in this size."""
        if self.size.startswith("metal"):
            return False
        return self.letters in STANDARD_FAMILIES or self.family in GPU_FAMILIES


def parse(name: str) -> InstanceType | None:
    """Return what the name of one instance type tells; None for wildcards and strange names."""
    match = _TYPE.fullmatch(name)
    if match is None:
        return None
    return InstanceType(match["family"], match["letters"], match["options"], match["size"])
