"""Whether a provider has room for what its functions may scale to (rules SC)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.access import Reading, State
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function, ScalingConfig
from ..model.sizing import size_of
from .checks import default_in
from .rule import Finding, never_active, unwise


@never_active(
    "sc-09-minimum-fits-the-provider",
    why="A version whose environments do not fit ends with CapacityProviderScalingLimitExceeded.",
    fix="Raise {maxVcpuCount}, or lower {minExecutionEnvironments}.",
    sources=(sources.POWERTOOLS_ISSUE, sources.DURABLE_ISSUE, sources.CAPACITY_PROVIDERS),
)
def minimum_fits(stack: Stack) -> Iterator[Finding]:
    """A capacity provider has room for the minimum environments that its functions set."""
    for provider, floor in _always_on(stack).items():
        most = provider.sound_max_vcpu.or_none()
        if most is not None and floor.certain > most:
            yield _too_small(provider, floor.certain, most, f"at least {floor.certain} vCPU")


@unwise(
    "sc-10-room-to-publish",
    why="A new version starts its environments while the old one still serves.",
    fix="Raise {maxVcpuCount} to twice the vCPUs that always run.",
    confidence=3,
    sources=(sources.PUBLISHING,),
)
def room_to_publish(stack: Stack) -> Iterator[Finding]:
    """A capacity provider has room for two versions of its functions at once."""
    for provider, floor in _always_on(stack).items():
        most = provider.sound_max_vcpu.or_default(limits.DEFAULT_MAX_VCPU)
        is_certain = provider.max_vcpu.is_present and most is not None and floor.certain > most
        if most is not None and most < 2 * floor.expected and not is_certain:
            needed = f"{2 * floor.expected} vCPU, twice as many"
            yield _too_small(provider, floor.expected, most, needed)


@unwise(
    "sc-11-maximum-within-the-provider",
    why="The provider's own maximum comes first, and requests beyond it are throttled.",
    fix="Raise {maxVcpuCount}, or lower {maxExecutionEnvironments}.",
    confidence=3,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def maximum_is_reachable(stack: Stack) -> Iterator[Finding]:
    """The maximum of execution environments fits into the capacity provider."""
    for config in stack.scaling_configs():
        maximum = config.sound_maximum.or_none()
        for function in stack.functions_of(config)[:1]:
            vcpus, most = size_of(function).vcpus, _cap_of(stack, function)
            if maximum is None or vcpus is None or most is None or maximum * vcpus <= most:
                continue
            reachable = most // vcpus
            default = limits.DEFAULT_MIN_ENVIRONMENTS
            least = config.minimum.or_default(default) or default
            yield config.finding(
                problem=(
                    f"{maximum} environments with {vcpus} vCPU each are {maximum * vcpus} vCPU; "
                    f"the capacity provider has at most {most}."
                ),
                allowed=f"{reachable} environments at most",
                fix=(
                    config.set_to(ScalingConfig.maximum, reachable)
                    + ", or raise {maxVcpuCount} of the capacity provider"
                    if reachable >= least
                    else f"raise {{maxVcpuCount}} of the capacity provider to {maximum * vcpus}"
                ),
            )


@dataclass(slots=True)
class _Floor:
    """The vCPUs that the functions of a capacity provider keep running, as far as known."""

    expected: int = 0
    """With AWS's default minimum where a function sets none."""
    certain: int = 0
    """By minimums that the program sets, and nothing else."""


def _always_on(stack: Stack) -> dict[CapacityProvider, _Floor]:
    """Return what the functions of each provider keep running."""
    minimums = _minimums(stack)
    floors: dict[CapacityProvider, _Floor] = defaultdict(_Floor)
    unset: list[Reading[int]] = [Reading(State.ABSENT)]
    for function in stack.managed_functions():
        providers = stack.providers_of(function)
        vcpus = size_of(function).vcpus
        if len(providers) != 1 or vcpus is None:
            continue
        for minimum in minimums.get(function, unset):
            floor = floors[providers[0]]
            floor.expected += vcpus * (minimum.or_default(limits.DEFAULT_MIN_ENVIRONMENTS) or 0)
            floor.certain += vcpus * (minimum.or_none() or 0)
    return floors


def _minimums(stack: Stack) -> dict[Function, list[Reading[int]]]:
    """Return the least environments of each version of which the stack knows something."""
    minimums: dict[Function, list[Reading[int]]] = defaultdict(list)
    for config in stack.all(ScalingConfig):
        for function in stack.functions_of(config):
            if config.urn != function.urn or function.publishes_latest:
                minimums[function].append(config.sound_minimum)
    return minimums


def _cap_of(stack: Stack, function: Function) -> int | None:
    providers = stack.providers_of(function)
    most = limits.DEFAULT_MAX_VCPU
    return providers[0].sound_max_vcpu.or_default(most) if len(providers) == 1 else None


def _too_small(provider: CapacityProvider, floor: int, most: int, needed: str) -> Finding:
    field, omitted = provider.spell(CapacityProvider.max_vcpu), default_in(provider.max_vcpu)
    return provider.finding(
        problem=f"Its functions keep {floor} vCPU running, and {field} is {most}{omitted}.",
        allowed=needed,
        fix=f"raise {field}, or lower {{minExecutionEnvironments}} of the functions",
    )
