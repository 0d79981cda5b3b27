"""Memory, and its ratio to vCPUs (rules MEM)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..model.functions import Function
from ..model.resource import Fix
from ..model.sizing import Size, mended, size_of
from .checks import amount, default_in, either
from .rule import Finding, likely_refused, refused


@refused(
    "mem-01-at-least-2048-mb",
    why="LMI starts at one vCPU with 2 GiB; pulumi-aws sends 128 MB where none is set.",
    fix="Set {memorySize} to 2048 or more.",
    sources=(sources.SCALING, sources.BEST_PRACTICES, sources.BLOG),
)
def at_least_one_vcpu_of_memory(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has at least 2048 MB of memory."""
    size = size_of(function)
    if size.memory_mb is None or size.memory_mb >= limits.MIN_MEMORY_MB:
        return
    least_mb = mended(function, size).memory_mb
    yield function.finding(
        field=Function.memory_mb,
        value=f"{size.memory_mb} MB{default_in(function.memory_mb)}",
        allowed=f"{least_mb} to {limits.MAX_MEMORY_MB} MB{_at_ratio(size)}",
        fix=function.set_to(Function.memory_mb, least_mb) + _young_account(least_mb),
    )


@refused(
    "mem-02-at-most-32768-mb",
    why="Lambda's API takes no larger function, on LMI or elsewhere.",
    fix="Set {memorySize} to 32768 or less; add execution environments for more capacity.",
    sources=(sources.CREATE_FUNCTION, sources.BLOG),
)
def at_most_32_gib(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has at most 32768 MB of memory."""
    size = size_of(function)
    if size.memory_mb is None or size.memory_mb <= limits.MAX_MEMORY_MB:
        return
    yield function.finding(
        field=Function.memory_mb,
        value=f"{size.memory_mb} MB",
        allowed=f"{limits.MIN_MEMORY_MB} to {limits.MAX_MEMORY_MB} MB",
        fix=function.set_to(Function.memory_mb, limits.MAX_MEMORY_MB)
        + " or less"
        + and_what_follows(function, size),
    )


@refused(
    "mem-03-ratio-from-2-to-8",
    why="Lambda's API refuses any ratio outside this range.",
    fix="Set {executionEnvironmentMemoryGibPerVcpu} to 2, 4 or 8.",
    sources=(sources.PROVIDER_CONFIG,),
)
def ratio_in_range(function: Function) -> Iterator[Finding]:
    """The memory-to-vCPU ratio is from 2 to 8 GiB per vCPU."""
    size = size_of(function)
    if size.ratio is None or _is_in_range(size.ratio):
        return
    least, most = limits.MIN_RATIO_GIB_PER_VCPU, limits.MAX_RATIO_GIB_PER_VCPU
    yield _wrong_ratio(function, size, f"{least} to {most} GiB, as 2, 4 or 8")


@refused(
    "mem-04-ratio-2-4-or-8",
    why="LMI offers the shapes of c, m and r instances only; the API's schema alone is wider.",
    fix="Set {executionEnvironmentMemoryGibPerVcpu} to 2, 4 or 8.",
    sources=(sources.SAM_PROVIDER_CONFIG, sources.SCALING, sources.BLOG),
)
def ratio_of_an_instance_family(function: Function) -> Iterator[Finding]:
    """The memory-to-vCPU ratio is 2, 4 or 8 GiB per vCPU."""
    size = size_of(function)
    if size.ratio is None or size.possible_ratios or not _is_in_range(size.ratio):
        return
    yield _wrong_ratio(function, size, f"{either(limits.RATIOS_GIB_PER_VCPU)} GiB")


@refused(
    "mem-05-ratio-within-memory",
    why="LMI starts at one vCPU; AWS answers that the ratio exceeds the function's total memory.",
    fix="Raise {memorySize} to the ratio, or choose a smaller ratio.",
    sources=(sources.SAM_PROVIDER_CONFIG,),
)
def ratio_within_memory(function: Function) -> Iterator[Finding]:
    """Memory is enough for one vCPU at the memory-to-vCPU ratio."""
    size = size_of(function)
    if not size.memory_is_in_range or not size.exceeds_memory:
        return
    least_mb = min(size.possible_ratios) * limits.GIB_IN_MB
    fitting = [
        ratio
        for ratio in limits.RATIOS_GIB_PER_VCPU
        if ratio * limits.GIB_IN_MB <= (size.memory_mb or 0)
    ]
    yield function.finding(
        field=Function.ratio,
        value=(
            f"{amount(size.ratio)} GiB, more than all of {function.spell(Function.memory_mb)}, "
            f"{size.memory_mb} MB: less than one vCPU"
        ),
        allowed=f"at least {least_mb} MB at this ratio, or a ratio of {either(fitting)} GiB",
        fix=(
            function.set_to(Function.memory_mb, least_mb)
            + _young_account(least_mb)
            + ", or "
            + function.set_to(Function.ratio, fitting[-1]).text
        ),
    )


@likely_refused(
    "mem-06-exact-ratio-multiple",
    why=(
        "AWS says that memory must be set in multiples of the ratio, which gives whole vCPUs; "
        "its published sizes have no others."
    ),
    fix="Set {memorySize} to a multiple of the ratio: 2048, 4096 or 8192 MB for 2, 4 or 8 GiB.",
    confidence=2,
    stops=True,
    sources=(sources.BLOG, sources.SKILL),
)
def whole_multiple_of_ratio(function: Function) -> Iterator[Finding]:
    """Memory is a whole multiple of the memory-to-vCPU ratio."""
    size = size_of(function)
    if size.memory_mb is None or not size.memory_is_in_range:
        return
    ratios = size.possible_ratios
    vcpus = [limits.vcpus(size.memory_mb, ratio) for ratio in ratios]
    if size.exceeds_memory or not ratios or any(share.is_integer() for share in vcpus):
        return
    neighbours = limits.neighbouring_memory_mb(size.memory_mb, ratios[0])
    proposed = mended(function, size)
    most = limits.MAX_CONCURRENCY_PER_VCPU * limits.whole_vcpus(neighbours[0], ratios[0])
    smaller_fits = ratios[0] == proposed.ratio and (size.concurrency or 0) <= most
    yield function.finding(
        field=Function.memory_mb,
        value=(
            f"{size.memory_mb} MB{_at_ratio(size)}, which is {amount(vcpus[0])} vCPU"
            f"{'' if size.ratio else ' at the smallest ratio'}"
        ),
        allowed=f"multiples of {ratios[0] * limits.GIB_IN_MB} MB, such as {either(neighbours)} MB",
        fix=(
            function.set_to(Function.memory_mb, proposed.memory_mb)
            + _young_account(proposed.memory_mb)
            + (f", or {neighbours[0]}" if smaller_fits else "")
            + "; to size in other steps, change "
            + function.spell(Function.ratio)
        ),
    )


def _is_in_range(ratio: float) -> bool:
    return limits.MIN_RATIO_GIB_PER_VCPU <= ratio <= limits.MAX_RATIO_GIB_PER_VCPU


def _wrong_ratio(function: Function, size: Size, allowed: str) -> Finding:
    fix = function.set_to(Function.ratio, mended(function, size).ratio)
    return function.finding(
        field=Function.ratio,
        value=f"{amount(size.ratio)} GiB",
        allowed=allowed,
        fix=fix + and_what_follows(function, size),
    )


def and_what_follows(function: Function, size: Size) -> Fix:
    """Return what has to change together with the ratio, if another rule would report it then."""
    proposed = mended(function, size)
    more = Fix("")
    if size.memory_is_in_range and size.memory_mb != proposed.memory_mb:
        more = more + ", and " + function.set_to(Function.memory_mb, proposed.memory_mb)
    if size.concurrency is not None and size.concurrency > proposed.most_concurrency:
        more = more + ", and " + function.set_to(Function.concurrency, proposed.most_concurrency)
    return more


def _at_ratio(size: Size) -> str:
    return "" if size.ratio is None else f" at {amount(size.ratio)} GiB per vCPU"


def _young_account(memory_mb: int) -> str:
    """Return MEM-09 in words, which no preview can check, where it may matter."""
    if memory_mb <= limits.YOUNG_ACCOUNT_MEMORY_MB:
        return ""
    return (
        f" (a young account may be held to {limits.YOUNG_ACCOUNT_MEMORY_MB} MB until AWS raises it)"
    )
