"""Memory, ratio and concurrency against a statement of the limits that shares no code with them.

The statement lists every size that AWS offers instead of computing with limits: a size is right
exactly where it is in the list.
"""

from hypothesis import given, settings, strategies as st

from tests.policies.judging import SILENT, names
from tests.policies.stacks import sized

SIZES: dict[tuple[int, float], int] = {
    (gib * 1024, ratio): gib // ratio
    for ratio, sizes in {
        2: [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32],
        4: [4, 8, 12, 16, 20, 24, 28, 32],
        8: [8, 16, 24, 32],
    }.items()
    for gib in sizes
}
"""vCPUs of each pair of MB and GiB per vCPU in the size table of AWS's blog."""

memories = st.one_of(
    st.integers(-1, 40000),
    st.sampled_from([128, 2047, 2048, 2049, 4096, 6144, 8192, 12288, 16384, 32767, 32768, 32769]),
    st.sampled_from(sorted({memory for memory, _ in SIZES})),
)
ratios = st.one_of(
    st.none(), st.sampled_from([0, 1, 1.99, 2, 2.5, 3, 4, 6, 8, 8.01, 16]), st.floats(-1, 20)
)
concurrencies = st.one_of(
    st.none(),
    st.integers(-1, 2000),
    st.sampled_from([0, 1, 63, 64, 65, 128, 129, 1024, 1025, 1600, 1601]),
)

MANDATORY = {"mem-01", "mem-02", "mem-03", "mem-04", "mem-05", "mem-06", "con-01", "con-02"}


@settings(max_examples=250)
@given(memories, ratios, concurrencies)
def test_a_size_passes_exactly_where_aws_offers_it(
    memory: int, ratio: float | None, concurrency: int | None
) -> None:
    reported = names(sized(memory, ratio, concurrency)) & MANDATORY
    vcpus = SIZES.get((memory, ratio or 2))  # pulumi-aws sends nothing for 0
    fits = vcpus is not None and (not concurrency or 1 <= concurrency <= 64 * vcpus)
    assert (not reported) == fits


@settings(max_examples=100)
@given(memories, ratios)
def test_a_wrong_size_is_told_once(memory: int, ratio: float | None) -> None:
    about_ratio = names(sized(memory, ratio)) & {"mem-03", "mem-04"}
    about_memory = names(sized(memory, ratio)) & {"mem-01", "mem-02", "mem-05", "mem-06"}
    assert len(about_ratio) <= 1
    assert len(about_memory) <= 1


def test_every_size_on_offer_passes() -> None:
    for (memory, ratio), vcpus in SIZES.items():
        assert names(sized(memory, ratio, 64 * vcpus)) & MANDATORY == SILENT
        assert names(sized(memory, ratio, 64 * vcpus + 1)) & MANDATORY == {"con-02"}
