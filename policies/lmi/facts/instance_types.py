"""EC2 instance types by their names: family, architecture and size, as far as a name tells.

Newer generations of a known family parse like older ones. A name that does not parse gives None,
and rules say nothing about it.
"""

import re
from dataclasses import dataclass
from typing import Final

STANDARD_FAMILIES: Final = frozenset("cmr")
"""Families that LMI offers without accelerators (CP-14)."""
GPU_FAMILIES: Final = frozenset({"g4dn", "g5", "g6", "g6e", "g6f", "gr6f"})
"""Families that LMI offers with accelerators (rule GPU-05)."""
TOO_SMALL: Final = frozenset({"nano", "micro", "small", "medium"})
"""Sizes below the smallest that LMI offers (CP-15)."""

RATIO_OF_FAMILY: Final = {"c": 2, "m": 4, "r": 8}
"""GiB per vCPU of the families (rule MEM-04)."""
VCPUS_OF_SIZE: Final = {
    **{"large": 2, "xlarge": 4},
    **{f"{times}xlarge": 4 * times for times in (2, 4, 8, 12, 16, 24, 32, 48)},
}
"""vCPUs of the sizes of instances
(https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html)."""
SMALLEST_USUAL: Final = 4
"""vCPUs of the smallest instance to reckon with where any type is allowed (CP-21)."""

_UNUSUAL = r"c5n|.*(zn|-flex)"
_TYPE = r"(?P<family>(?P<letters>[a-z]+)\d+(?P<options>[a-z-]*))\.(?P<size>[a-z0-9-]+)"


@dataclass(frozen=True, slots=True)
class InstanceType:
    """What the name of an instance type tells."""

    family: str
    """Such as ``c7g``; with ``letters`` ``c`` and ``options`` ``g``."""
    letters: str
    options: str
    size: str
    """Such as ``large``."""

    @property
    def architecture(self) -> str:
        """The processor's architecture: a ``g`` first after the generation means Graviton."""
        return "arm64" if self.options.startswith("g") else "x86_64"

    @property
    def vcpus(self) -> int | None:
        """The vCPUs; None where the name does not tell."""
        if self.letters not in RATIO_OF_FAMILY or re.fullmatch(_UNUSUAL, self.family):
            return None
        return VCPUS_OF_SIZE.get(self.size)

    def holds(self, vcpus: int, memory_gib: float) -> bool:
        """Return whether an environment fits beside what AWS reserves (CP-18)."""
        own = self.vcpus or 0
        return own > vcpus and own * RATIO_OF_FAMILY.get(self.letters, 0) - 1 >= memory_gib

    @property
    def is_offered(self) -> bool:
        """Whether LMI offers the family, and does so in this size."""
        if self.size.startswith("metal"):
            return False
        return self.letters in STANDARD_FAMILIES or self.family in GPU_FAMILIES


def parse(name: str) -> InstanceType | None:
    """Return what the name of one instance type tells; None for wildcards and strange names."""
    match = re.fullmatch(_TYPE, name)
    return InstanceType(*match.group("family", "letters", "options", "size")) if match else None


def letters_of(name: str) -> str | None:
    """Return the letters of the family that a name or a wildcard means; None where it is open."""
    match = re.match(r"([a-z]+)\d", name)
    return match[1] if match else None


def smallest_holding(vcpus: int, memory_gib: float) -> int | None:
    """Return the vCPUs of the smallest usual instance of any family that holds an environment."""
    sizes = [parse(f"{letters}1.{size}") for size in VCPUS_OF_SIZE for letters in RATIO_OF_FAMILY]
    holding = (one.vcpus or 0 for one in sizes if one and one.holds(vcpus, memory_gib))
    return min((own for own in holding if own >= SMALLEST_USUAL), default=None)
