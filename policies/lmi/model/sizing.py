"""What is known about the size of a function: memory, vCPUs, concurrency, with AWS's defaults.

Rules share these, so that each mistake is told once: by the rule that names it, and by no other
rule whose arithmetic merely suffers from it.
"""

from dataclasses import dataclass
from typing import Final

from ..facts.limits import (
    DEFAULT_CONCURRENCY_PER_VCPU,
    DEFAULT_RATIO_GIB_PER_VCPU,
    GIB_IN_MB,
    MAX_CONCURRENCY,
    MAX_CONCURRENCY_PER_VCPU,
    MAX_FILE_DESCRIPTORS,
    MAX_MEMORY_MB,
    MIN_CONCURRENCY,
    MIN_MEMORY_MB,
    PULUMI_DEFAULT_MEMORY_MB,
    PYTHON_RATIO_GIB_PER_VCPU,
    RATIOS_GIB_PER_VCPU,
    neighbouring_memory_mb,
    whole_vcpus,
)
from .functions import Function

DESCRIPTORS_PER_REQUEST: Final = 8
"""File descriptors that one request may need: sockets, pipes and files (CON-11)."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of one LMI function."""

    memory_mb: int | None
    """Memory in MB, the default of pulumi-aws where that omits it; None where not known."""
    ratio: float | None
    """GiB per vCPU, AWS's default where omitted; None where not known."""
    concurrency: int | None
    """As set; None where omitted or not known."""
    concurrency_omitted: bool
    """Whether the program certainly leaves it to AWS's default."""

    @property
    def memory_is_in_range(self) -> bool:
        """Whether the memory is known and MEM-01 and MEM-02 have nothing to say about it."""
        return self.memory_mb is not None and MIN_MEMORY_MB <= self.memory_mb <= MAX_MEMORY_MB

    @property
    def possible_ratios(self) -> tuple[int, ...]:
        """The supported ratios that the function may have; none where its ratio is not one."""
        if self.ratio is None:
            return RATIOS_GIB_PER_VCPU
        return tuple(ratio for ratio in RATIOS_GIB_PER_VCPU if ratio == self.ratio)

    @property
    def exceeds_memory(self) -> bool:
        """Whether one vCPU's share is more than all the memory; the matter of MEM-05."""
        ratios = self.possible_ratios
        return (
            self.memory_mb is not None
            and bool(ratios)
            and all(ratio * GIB_IN_MB > self.memory_mb for ratio in ratios)
        )

    @property
    def vcpus(self) -> int | None:
        """Whole vCPUs, rounded up; None where memory or a supported ratio is not known."""
        if self.memory_mb is None or len(self.possible_ratios) != 1:
            return None
        return whole_vcpus(self.memory_mb, self.possible_ratios[0])

    @property
    def most_vcpus(self) -> int:
        """The most vCPUs that the function can have, given what is known."""
        memory_mb = MAX_MEMORY_MB if self.memory_mb is None else self.memory_mb
        ratios = self.possible_ratios or RATIOS_GIB_PER_VCPU
        return max(whole_vcpus(memory_mb, ratio) for ratio in ratios)

    @property
    def concurrency_is_in_range(self) -> bool:
        """Whether the concurrency is set and CON-01 has nothing to say about it."""
        return self.concurrency is not None and (
            MIN_CONCURRENCY <= self.concurrency <= MAX_CONCURRENCY
        )

    @property
    def concurrency_exceeds_vcpus(self) -> bool:
        """Whether the concurrency is too high for any vCPU count it can have; see CON-02."""
        return (
            self.concurrency is not None
            and self.concurrency > MAX_CONCURRENCY_PER_VCPU * self.most_vcpus
        )

    @property
    def sound_concurrency(self) -> int | None:
        """The concurrency where it is set, and CON-01 and CON-02 have nothing to say about it."""
        is_sound = self.concurrency_is_in_range and not self.concurrency_exceeds_vcpus
        return self.concurrency if is_sound else None

    def effective_concurrency(self, family: str) -> int | None:
        """Return the concurrency as set, or the default of a runtime family."""
        if not self.concurrency_omitted:
            return self.concurrency
        per_vcpu = DEFAULT_CONCURRENCY_PER_VCPU.get(family)
        return per_vcpu * self.vcpus if per_vcpu and self.vcpus else None


@dataclass(frozen=True, slots=True)
class MendedSize:
    """The size that messages propose, so that what several rules propose holds together."""

    memory_mb: int
    """The least multiple of the ratio that is no smaller than the memory as set, in MB."""
    ratio: int
    """The ratio as set or, where that is not supported, one that fits the memory, else the nearest;
    in GiB per vCPU."""
    most_concurrency: int
    """The highest concurrency that no rule reports at this size."""


def mended(function: Function, size: Size) -> MendedSize:
    """Return a size near to a function's that every rule accepts, by the rules' defaults."""
    runs_processes = function.runs_a_process_per_request
    ratio = _supported_ratio(size, PYTHON_RATIO_GIB_PER_VCPU if runs_processes else 0)
    memory_mb = neighbouring_memory_mb(size.memory_mb or MAX_MEMORY_MB, ratio)[1]
    vcpus = whole_vcpus(memory_mb, ratio)
    per_vcpu = (
        DEFAULT_CONCURRENCY_PER_VCPU["python"] if runs_processes else MAX_CONCURRENCY_PER_VCPU
    )
    most = min(per_vcpu * vcpus, MAX_FILE_DESCRIPTORS // DESCRIPTORS_PER_REQUEST)
    return MendedSize(memory_mb, ratio, most)


def _supported_ratio(size: Size, least: int) -> int:
    """Return the ratio to propose, at least a certain one."""
    wanted = RATIOS_GIB_PER_VCPU[0] if size.ratio is None else size.ratio
    ratios = [ratio for ratio in RATIOS_GIB_PER_VCPU if ratio >= least]
    nearest = sorted(ratios, key=lambda ratio: abs(ratio - wanted))
    if wanted in RATIOS_GIB_PER_VCPU or not size.memory_is_in_range:
        return nearest[0]
    fitting = (ratio for ratio in nearest if (size.memory_mb or 0) % (ratio * GIB_IN_MB) == 0)
    return next(fitting, nearest[0])


def size_of(function: Function) -> Size:
    """Return the size of a function; nothing is known of one that does not certainly run on LMI."""
    if not function.is_managed:
        return Size(None, None, None, concurrency_omitted=False)
    return Size(
        # Of aws-native, which sends nothing where it is omitted, only as set.
        memory_mb=function.memory_mb.or_none()
        if function.is_native
        else function.memory_mb.or_default(PULUMI_DEFAULT_MEMORY_MB),
        ratio=function.ratio.or_default(DEFAULT_RATIO_GIB_PER_VCPU),
        concurrency=function.concurrency.or_none(),
        concurrency_omitted=function.concurrency.is_absent,
    )
