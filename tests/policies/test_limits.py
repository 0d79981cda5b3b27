"""The arithmetic of LMI, against the sizes and examples that AWS prints."""

import re
from fractions import Fraction
from typing import Any, cast

import pytest
from botocore.loaders import JSONFileLoader, Loader

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


@pytest.mark.parametrize(
    ("shape", "least", "most"),
    [
        ("MemorySize", limits.PULUMI_DEFAULT_MEMORY_MB, limits.MAX_MEMORY_MB),
        ("PerExecutionEnvironmentMaxConcurrency", limits.MIN_CONCURRENCY, limits.MAX_CONCURRENCY),
        ("FunctionScalingConfigExecutionEnvironments", 0, limits.MAX_ENVIRONMENTS),
        ("CapacityProviderMaxVCpuCount", limits.MIN_PROVIDER_VCPU, limits.MAX_PROVIDER_VCPU),
        ("Timeout", 1, limits.MAX_TIMEOUT_SECONDS),
        ("EphemeralStorageSize", limits.MIN_STORAGE_MB, limits.MAX_ACCELERATED_STORAGE_MB),
    ],
)
def test_ranges_are_those_of_the_api(shape: str, least: int, most: int) -> None:
    found = _shapes("lambda")[shape]
    assert (found["min"], found["max"]) == (least, most)


def test_logs_are_kept_as_long_as_cloudwatch_offers() -> None:
    sentence = _shapes("logs")["Days"]["documentation"].partition("</p>")[0]
    offered = re.findall(r"\d+", sentence)
    assert [0, *map(int, offered)] == list(limits.LOG_RETENTION_DAYS)


def _shapes(service: str) -> dict[str, Any]:
    """Return AWS's own model of an API, which botocore has.

    The local AWS, whose tests may run in this process, makes loaders leave documentation out.
    """
    loader = Loader(file_loader=JSONFileLoader())
    return cast("Any", loader).load_service_model(service, "service-2")["shapes"]
