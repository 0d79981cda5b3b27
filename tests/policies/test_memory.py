"""MEM rules: each row is one size at a limit, and exactly the rules that speak about it."""

import pytest

from testing.policies.support import UNKNOWN, lmi
from tests.policies.judging import SILENT, message, names
from tests.policies.stacks import function, sized


@pytest.mark.parametrize(
    ("memory", "ratio", "rules"),
    [
        # MEM-01: 2048 MB is the least
        (2048, 2, SILENT),
        (2047, 2, {"mem-01"}),
        (2047, None, {"mem-01"}),
        (128, 8, {"mem-01"}),  # not MEM-05 as well: the first message names 8192
        (None, 2, {"mem-01"}),  # the provider's default is 128 MB
        (-1, 2, {"mem-01"}),
        (0, 2, {"mem-01"}),
        # MEM-02: 32768 MB is the most
        (32768, 2, SILENT),
        (32769, 2, {"mem-02"}),  # not MEM-06 as well
        (40960, 2, {"mem-02"}),  # 20 vCPU: MEM-08 would say the same
        # MEM-03: 2 to 8 GiB per vCPU
        (8192, 8, SILENT),
        (16384, 8.5, {"mem-03"}),
        (16384, 1.5, {"mem-03"}),
        (16384, 0, SILENT),  # pulumi-aws sends nothing for 0
        (16384, -4, {"mem-03"}),
        # MEM-04: 2, 4 and 8 only
        (4096, 4, SILENT),
        (6144, 3, {"mem-04"}),
        (8192, 7.99, {"mem-04"}),
        # MEM-05: one vCPU's share within the memory
        (4095, 4, {"mem-05"}),
        (2048, 4, {"mem-05"}),
        (8191, 8, {"mem-05"}),
        # MEM-06: whole multiples of the ratio
        (4096, 2, SILENT),
        (4097, 2, {"mem-06"}),
        (4095, 2, {"mem-06"}),
        (6144, 4, {"mem-06"}),
        (6144, 2, SILENT),
        (6144, None, SILENT),  # the default ratio is 2
        (8193, 8, {"mem-06"}),
        (24576, 8, SILENT),
        (32767, 8, {"mem-06"}),
        # what is not known silences what depends on it, and nothing else
        (UNKNOWN, 2, SILENT),
        (UNKNOWN, 3, {"mem-04"}),
        (UNKNOWN, 9, {"mem-03"}),
        (2047, UNKNOWN, {"mem-01"}),
        (32769, UNKNOWN, {"mem-02"}),
        (6144, UNKNOWN, SILENT),  # right at 2, wrong at 4: not decided
        (3000, UNKNOWN, {"mem-06"}),  # wrong at every ratio
        (2048, UNKNOWN, SILENT),  # wrong at 4 and 8 only
        # a wrong type is for the provider to refuse
        ("2048 MB", 2, SILENT),
        (2048.5, 2, SILENT),
        (2048, "four", SILENT),
    ],
)
def test_memory_and_ratio(memory: object, ratio: object, rules: set[str]) -> None:
    assert names(sized(memory, ratio)) == rules


def test_an_unknown_provider_still_means_lmi() -> None:
    config = lmi(capacityProviderArn=UNKNOWN)
    assert names(function(memorySize=128, capacityProviderConfig=config)) == {"mem-01"}


@pytest.mark.parametrize("block", [None, UNKNOWN], ids=["no provider", "not known whether one"])
def test_ordinary_functions_may_have_any_size(block: object) -> None:
    assert names(function(memorySize=3000, publish=False, capacityProviderConfig=block)) == SILENT


def test_the_neighbours_of_a_wrong_size_are_named() -> None:
    text = message("mem-06-exact-ratio-multiple", sized(6144, 4))
    assert "memory_size is 6144 MB at 4 GiB per vCPU, which is 1.5 vCPU" in text
    assert "4096 or 8192" in text
    assert "Fix: set memory_size to 8192" in text


def test_the_least_memory_follows_the_ratio() -> None:
    assert "set memory_size to 8192" in message("mem-01-at-least-2048-mb", sized(128, 8))


def test_a_ratio_above_memory_can_be_mended_at_either_end() -> None:
    text = message("mem-05-ratio-within-memory", sized(4096, 8))
    assert "set memory_size to 8192" in text
    assert "set execution_environment_memory_gib_per_vcpu to 4" in text
    assert "3008" in text  # MEM-09: the quota of a young account


def test_functions_of_this_project_are_mended_through_its_config() -> None:
    ours = sized(6144, 4)
    parent = "lmi-streaming:infra:Service"
    theirs = type(ours)(ours.type, ours.name, ours.inputs, parent_type=parent)
    ours = type(ours)(ours.type, ours.name, ours.inputs, project="lmi-streaming")
    assert "`pulumi config set memoryMb 8192`" in message("mem-06-exact-ratio-multiple", ours)
    assert "pulumi config" not in message("mem-06-exact-ratio-multiple", theirs)


def test_aws_native_functions_are_judged_alike() -> None:
    config = {
        "lambdaManagedInstancesCapacityProviderConfig": {
            "capacityProviderArn": UNKNOWN,
            "executionEnvironmentMemoryGiBPerVCpu": 4,
        }
    }
    native = function(memorySize=6144, capacityProviderConfig=config)
    native = type(native)("aws-native:lambda:Function", native.name, native.inputs)
    assert names(native) == {"mem-06"}
    text = message("mem-06-exact-ratio-multiple", native)
    assert "execution_environment_memory_gi_b_per_v_cpu" in text
