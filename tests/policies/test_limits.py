"""The arithmetic of LMI, against the sizes and examples that AWS prints."""

from fractions import Fraction

import pytest

from policies.lmi.facts import limits


@pytest.mark.parametrize(
    ("memory", "ratio", "vcpus"),
    [
        (2048, 2, 1),
        (4096, 4, 1),
        (8192, 8, 1),
        (4096, 2, 2),
        (32768, 2, 16),
        (32768, 4, 8),
        (32768, 8, 4),
        (6144, 4, Fraction(3, 2)),
        (2048, 4, Fraction(1, 2)),
    ],
)
def test_vcpus(memory: int, ratio: int, vcpus: Fraction) -> None:
    assert limits.vcpus(memory, ratio) == vcpus


@pytest.mark.parametrize(
    ("memory", "ratio", "whole"),
    [(2048, 4, 1), (4096, 4, 1), (4097, 4, 2), (6144, 4, 2), (128, 2, 1)],
)
def test_a_fraction_of_a_vcpu_counts_as_a_whole_one(memory: int, ratio: int, whole: int) -> None:
    assert limits.whole_vcpus(memory, ratio) == whole


@pytest.mark.parametrize(
    ("memory", "ratio", "neighbours"),
    [
        (6144, 4, (4096, 8192)),
        (4096, 4, (4096, 4096)),
        (100, 4, (4096, 4096)),
        (99999, 8, (32768, 32768)),
        (32767, 8, (24576, 32768)),
    ],
)
def test_neighbours(memory: int, ratio: int, neighbours: tuple[int, int]) -> None:
    assert limits.neighbouring_memory_mb(memory, ratio) == neighbours


def test_the_largest_environment_has_16_vcpu() -> None:
    assert limits.MAX_VCPU == 16
