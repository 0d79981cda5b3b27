"""An estimate of what the stack costs while nobody calls it.

LMI bills the instances that hold the minimum of execution environments, whether or not they work
(COST-01). Lambda chooses the instance type, so the estimate is a range: the smallest size that
takes one environment and the next larger, of the family with the environments' shape and of the one
that AWS was seen to launch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal, NamedTuple

from .limits import GIB_IN_MB, MAX_MEMORY_MB, MIN_MEMORY_MB, whole_vcpus
from .settings import Architecture
from .timetable import HOURS_PER_WEEK

PRICES: Final = "us-east-1, Linux, on demand, November 2026"
"""Region and date of the prices below; other Regions cost up to 50 percent more."""
HOURS_PER_MONTH: Final = 730
MANAGEMENT_FEE: Final = 0.15
"""Lambda's fee as a share of the on-demand price, which no discount lowers (COST-01)."""

Item = Literal[
    "interface_endpoint_in_a_zone",
    "nat_gateway_in_a_zone",
    "alarm",
    "custom_metric",
    "dashboard",
    "kms_key",
]
USD_PER_MONTH: Final[Mapping[Item, float]] = {
    "interface_endpoint_in_a_zone": 0.01 * HOURS_PER_MONTH,
    "nat_gateway_in_a_zone": 0.045 * HOURS_PER_MONTH,
    "alarm": 0.10,
    "custom_metric": 0.30,
    "dashboard": 3.00,
    "kms_key": 1.00,
}
"""Monthly prices of resources beside the instances, in USD."""

VCPU_OF_SIZE: Final[Mapping[str, int]] = {
    "large": 2,
    "xlarge": 4,
    "2xlarge": 8,
    "4xlarge": 16,
    "8xlarge": 32,
    "16xlarge": 64,
}
"""vCPUs of the sizes that every family has, smallest first. Prices are proportional to vCPUs."""

_HOST_VCPU: Final = 1
_HOST_GIB: Final = 1
"""vCPUs and GiB that AWS's calculator reserves for the host (docs/facts/lmi.md#cost)."""


class Family(NamedTuple):
    """A family of instances, of a generation that LMI offers."""

    name: str  # such as ``c7i``
    gib_per_vcpu: int  # memory of an instance for each of its vCPUs, in GiB
    usd_per_vcpu_hour: float  # on-demand price of an instance, divided by its vCPUs


FAMILIES: Final[Mapping[tuple[Architecture, int], Sequence[Family]]] = {
    # AWS launched three m7a.xlarge for 2048 MB (docs/facts/lmi.md#instance-types).
    ("x86_64", 2): [Family("c7i", 2, 0.1785 / 4), Family("m7a", 4, 0.11592 / 2)],
    ("x86_64", 4): [Family("m7i", 4, 0.1008 / 2)],
    ("x86_64", 8): [Family("r7i", 8, 0.1323 / 2)],
    ("arm64", 2): [Family("c7g", 2, 0.0725 / 2)],
    ("arm64", 4): [Family("m7g", 4, 0.0816 / 2)],
    ("arm64", 8): [Family("r7g", 8, 0.1071 / 2)],
}
"""The families that AWS is likely to launch, by architecture and GiB per vCPU of the environments:
the one of their shape (MEM-04), and another that was seen in September 2026."""


@dataclass(frozen=True, kw_only=True)
class WarmEnvironments:
    """Execution environments that run without a request."""

    environments: int  # how many
    # Size and shape of one.
    memory_mb: int
    memory_gib_per_vcpu: int
    architecture: Architecture  # architecture of the instances
    zones: int  # availability zones that they are spread over
    hours_per_week: float = HOURS_PER_WEEK  # hours of a week in which they run

    @property
    def vcpu(self) -> int:
        """Whole vCPUs of one environment."""
        return whole_vcpus(self.memory_mb, self.memory_gib_per_vcpu)

    @property
    def gib(self) -> float:
        """Memory of one environment."""
        return self.memory_mb / GIB_IN_MB

    @property
    def is_priced(self) -> bool:
        """Whether LMI has instances of this shape; otherwise the policy pack reports it."""
        return (
            (self.architecture, self.memory_gib_per_vcpu) in FAMILIES
            and MIN_MEMORY_MB <= self.memory_mb <= MAX_MEMORY_MB
            and self.environments >= 0
        )


class Fleet(NamedTuple):
    """The instances, all of one type, in their hours of a week."""

    instances: int
    type: str
    hours_per_week: float
    usd_per_month: float

    def __str__(self) -> str:
        all_week = self.hours_per_week == HOURS_PER_WEEK
        hours = "" if all_week else f" for {self.hours_per_week:.1f} of {HOURS_PER_WEEK} hours"
        return f"{self.instances} x {self.type}{hours}: {self.usd_per_month:.2f} USD"


def fleets(warm: WarmEnvironments) -> tuple[Fleet, Fleet]:
    """Return the cheaper and the more expensive of the likely fleets.

    Of each family these are the smallest size that takes one environment, and the next.
    """
    hours_per_month = HOURS_PER_MONTH * warm.hours_per_week / HOURS_PER_WEEK
    found: list[Fleet] = []
    for family in FAMILIES[warm.architecture, warm.memory_gib_per_vcpu]:
        fitting = {size: _fitting(warm, family, vcpu) for size, vcpu in VCPU_OF_SIZE.items()}
        for size in [size for size, count in fitting.items() if count][:2]:
            spread = min(warm.zones, warm.environments)
            instances = max(spread, ceil(warm.environments / fitting[size]))
            usd_per_hour = family.usd_per_vcpu_hour * VCPU_OF_SIZE[size] * (1 + MANAGEMENT_FEE)
            usd_per_month = instances * usd_per_hour * hours_per_month
            type_ = f"{family.name}.{size}"
            found.append(Fleet(instances, type_, warm.hours_per_week, usd_per_month))
    found.sort(key=lambda fleet: fleet.usd_per_month)
    return found[0], found[-1]


def idle_cost(
    warm: Sequence[WarmEnvironments], items: Mapping[Item, int]
) -> Mapping[str, object] | None:
    """Estimate the cost of a month, as a stack output that lists its parts.

    Parameters
    ----------
    warm
        The environments that run, in each part of the week.
    items
        Number of each other resource that is billed.

    Returns
    -------
    Mapping or None
        None for settings that LMI refuses.
    """
    if not all(each.is_priced for each in warm):
        return None
    low, high = zip(*map(fleets, warm), strict=True)
    most = max(warm, key=lambda each: each.environments)
    costs = {item: round(count * USD_PER_MONTH[item], 2) for item, count in items.items()}
    rest = sum(costs.values())
    return {
        "usdPerMonth": {
            "low": round(sum(fleet.usd_per_month for fleet in low) + rest, 2),
            "high": round(sum(fleet.usd_per_month for fleet in high) + rest, 2),
        },
        "warm": {
            "environments": most.environments,
            "vcpu": most.environments * most.vcpu,
            "memoryGib": most.environments * most.gib,
        },
        "instances": {"low": _listed(low), "high": _listed(high)},
        "items": {
            item: f"{count} x {USD_PER_MONTH[item]:.2f}: {costs[item]:.2f} USD"
            for item, count in items.items()
        },
        "prices": f"{PRICES}; instances with the fee of {MANAGEMENT_FEE:.0%} for Lambda",
    }


def _listed(fleets: Sequence[Fleet]) -> str:
    """List the fleets that have instances; one that has none, where no other does."""
    return "; ".join(map(str, [fleet for fleet in fleets if fleet.instances] or fleets[:1]))


def _fitting(warm: WarmEnvironments, family: Family, vcpu: int) -> int:
    """Return the number of environments that fit on an instance beside its host."""
    by_vcpu = (vcpu - _HOST_VCPU) // warm.vcpu
    by_memory = int((vcpu * family.gib_per_vcpu - _HOST_GIB) // warm.gib)
    return min(by_vcpu, by_memory)
