"""How a capacity provider scales, and what it has room for (rules CP, SC)."""

from collections import defaultdict
from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.access import ABSENT, Reading, known
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function, ScalingConfig
from ..model.sizing import size_of
from .checks import amount, default_in, either, number_within, value_among
from .rule import Finding, Setting, costly, likely_refused, never_active, refused, unwise

MODES = ("Auto", "Manual")
METRICS = (
    "LambdaCapacityProviderAverageCPUUtilization",
    "LambdaCapacityProviderAverageGPUUtilization",
)

GOOD_TARGET = 70
"""A target that leaves headroom without waste, in percent."""


@refused(
    "cp-19-from-2-to-15000-vcpu",
    why="The API refuses any other number; 15000 is the quota of one provider.",
    fix="Set {maxVcpuCount} within 2 to 15000.",
    sources=(sources.PROVIDER_SCALING,),
)
def vcpu_in_range(provider: CapacityProvider) -> Iterator[Finding]:
    """The vCPU maximum of a capacity provider is from 2 to 15000."""
    field = CapacityProvider.max_vcpu
    least, most = limits.MIN_PROVIDER_VCPU, limits.MAX_PROVIDER_VCPU
    is_low = (provider.max_vcpu.or_none() or 0) < least
    fix = provider.set_to(field, limits.RECOMMENDED_MIN_VCPU if is_low else most)
    yield from number_within(provider, field, least, most, " vCPU", fix=fix)


@costly(
    "cp-20-vcpu-maximum-is-set",
    why="The default of 400 vCPU is the only ceiling on what the provider may spend.",
    fix="Set {maxVcpuCount} to what you are ready to pay for.",
    sources=(sources.CAPACITY_PROVIDERS,),
)
def vcpu_maximum_is_set(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has a vCPU maximum."""
    if provider.max_vcpu.is_absent:
        fix = provider.set_to(CapacityProvider.max_vcpu, limits.RECOMMENDED_MIN_VCPU) + " or more"
        yield provider.finding(field=CapacityProvider.max_vcpu, value="not set", fix=fix)


@unwise(
    "cp-21-room-for-three-instances",
    why="Lambda starts three instances by default; three of size xlarge have 12 vCPU.",
    fix="Set {maxVcpuCount} to 12 or more, or to 6 where only large sizes are allowed.",
    confidence=2,
    sources=(sources.CDK_PROVIDER, sources.BEST_PRACTICES),
)
def room_for_three_instances(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has room for an instance in each of three zones."""
    most = provider.sound_max_vcpu.or_none()
    least = limits.RECOMMENDED_MIN_VCPU
    types = provider.allowed_types.or_none()
    if types and all((one.or_none() or "").endswith(".large") for one in types):
        least //= 2
    if most is not None and most < least:
        fix = provider.set_to(CapacityProvider.max_vcpu, least) + " or more"
        allowed = f"at least {least}, for three instances of the smallest usable size"
        field = CapacityProvider.max_vcpu
        yield provider.finding(field=field, value=most, allowed=allowed, fix=fix)


QUOTA = Setting(
    "accountVcpuQuota",
    "The account's EC2 quota of On-Demand standard instances, in vCPU.",
    default=limits.MAX_PROVIDER_VCPU,
)


@never_active(
    "cp-33-maximum-within-the-account-quota",
    why="EC2 starts nothing beyond its own quota (VcpuLimitExceeded), even below the maximum.",
    fix="Lower {maxVcpuCount}, or have the EC2 quota raised.",
    stops=False,
    sources=(sources.QUOTAS, sources.TROUBLESHOOTING),
    settings=(QUOTA,),
)
def within_the_quota(provider: CapacityProvider, quota: int) -> Iterator[Finding]:
    """The vCPU maximum of a capacity provider is within the account's quota."""
    most = provider.sound_max_vcpu.or_default(limits.DEFAULT_MAX_VCPU)
    yield from _within(provider, most, quota, "quota")


BUDGET = Setting(
    "vcpuBudget",
    "The most vCPUs that you are ready to pay for on one capacity provider.",
    default=64,
    minimum=2,
    maximum=limits.MAX_PROVIDER_VCPU,
)


@costly(
    "cost-02-maximum-within-the-budget",
    why="It is the only ceiling on what the provider may spend.",
    fix="Lower {maxVcpuCount}, or raise the budget in the policy's configuration.",
    sources=(sources.CAPACITY_PROVIDERS,),
    settings=(BUDGET,),
)
def within_the_budget(provider: CapacityProvider, budget: int) -> Iterator[Finding]:
    """The vCPU maximum of a capacity provider is within the budget."""
    most = provider.sound_max_vcpu.or_none()
    yield from _within(provider, most, budget, "budget")


def _within(
    provider: CapacityProvider, most: int | None, ceiling: int, what: str
) -> Iterator[Finding]:
    """Yield a finding where the vCPU maximum is beyond a number that a setting gives."""
    if most is not None and most > ceiling:
        yield provider.finding(
            field=CapacityProvider.max_vcpu,
            value=f"{most}{default_in(provider.max_vcpu)}",
            allowed=f"at most {ceiling}",
            fix=provider.set_to(CapacityProvider.max_vcpu, ceiling)
            + f" or less, or raise the {what}",
        )


@refused(
    "cp-22-scaling-mode-auto-or-manual",
    why="AWS distinguishes upper and lower case here.",
    fix="Set {scalingMode} to Auto or Manual.",
    sources=(sources.PROVIDER_SCALING,),
)
def known_mode(provider: CapacityProvider) -> Iterator[Finding]:
    """The scaling mode is Auto or Manual."""
    yield from value_among(provider, CapacityProvider.scaling_mode, MODES)


@refused(
    "cp-23-manual-scaling-has-a-policy",
    why="Manual scaling follows its policies, and AWS refuses it without any.",
    fix="Add a scaling policy, or set {scalingMode} to Auto.",
    sources=(sources.PROVIDER_SCALING,),
)
def manual_has_policies(provider: CapacityProvider) -> Iterator[Finding]:
    """Manual scaling has 1 to 10 scaling policies."""
    policies = provider.scaling_policies.or_default(())
    if policies is None or 1 <= len(policies) <= 10:
        return
    if policies or provider.scaling_mode.or_none() == "Manual":
        mode = "" if policies else "{scalingMode} is Manual, and "
        yield provider.finding(f"{mode}{{scalingPolicies}} has {len(policies)} policies.")


@likely_refused(
    "cp-24-automatic-scaling-has-no-policy",
    why="Targets belong to manual scaling; AWS's own tools switch to Manual where one is given.",
    fix="Set {scalingMode} to Manual, or remove {scalingPolicies}.",
    confidence=3,
    sources=(sources.CDK_PROVIDER,),
)
def auto_has_no_policies(provider: CapacityProvider) -> Iterator[Finding]:
    """Automatic scaling has no scaling policies."""
    if provider.scaling_mode.or_none() == "Auto" and provider.scaling_policies.or_none():
        yield provider.finding("{scalingMode} is Auto, and {scalingPolicies} is set.")


@refused(
    "cp-25-known-scaling-metric",
    why="The API knows these two metrics and no other.",
    fix="Set {predefinedMetricType} to LambdaCapacityProviderAverageCPUUtilization.",
    sources=(sources.TARGET_TRACKING,),
)
def known_metrics(provider: CapacityProvider) -> Iterator[Finding]:
    """A scaling policy follows the CPU or the GPU metric."""
    if _metrics(provider).difference(METRICS):
        yield provider.finding(
            "{predefinedMetricType} is none of the metrics that AWS knows.", allowed=either(METRICS)
        )


@refused(
    "cp-26-target-from-0-to-100",
    why="It is an average utilization; the API refuses any other number.",
    fix="Set {targetValue} within 0 to 100, best within 20 to 80.",
    sources=(sources.TARGET_TRACKING,),
)
def target_in_range(provider: CapacityProvider) -> Iterator[Finding]:
    """The target of a scaling policy is from 0 to 100 percent."""
    for target in _targets(provider):
        if not 0 <= target <= 100:
            yield _wrong_target(provider, target, 0, 100)


LEAST_TARGET = Setting(
    "leastTargetPercent",
    "Least sensible utilization target, in percent.",
    default=20,
    minimum=0,
    maximum=100,
)
MOST_TARGET = Setting(
    "mostTargetPercent",
    "Greatest sensible utilization target, in percent.",
    default=80,
    minimum=0,
    maximum=100,
)


@unwise(
    "cp-26-target-leaves-headroom",
    why="Above about 80 percent bursts are throttled; far below 20 idle vCPUs are paid for.",
    fix="Set {targetValue} within 20 to 80.",
    confidence=3,
    sources=(sources.BEST_PRACTICES, sources.TROUBLESHOOTING),
    settings=(LEAST_TARGET, MOST_TARGET),
)
def sensible_target(provider: CapacityProvider, least: int, most: int) -> Iterator[Finding]:
    """The target of a scaling policy leaves headroom without waste."""
    for target in _targets(provider):
        if 0 <= target <= 100 and not least <= target <= most:
            yield _wrong_target(provider, target, least, most)


@unwise(
    "cp-27-gpu-metric-for-accelerators",
    why="Without one there is no GPU to measure, and the policy never acts.",
    fix="Set {predefinedMetricType} to LambdaCapacityProviderAverageCPUUtilization.",
    confidence=3,
    sources=(sources.TARGET_TRACKING,),
)
def gpu_metric_is_useful(stack: Stack) -> Iterator[Finding]:
    """Scaling by GPU is for functions with accelerators."""
    for provider, functions in stack.functions_by_provider.items():
        by_gpu = METRICS[1] in _metrics(provider)
        if by_gpu and all(function.is_accelerated is False for function in functions):
            problem = "It scales by GPU, and none of its functions has an accelerator."
            yield provider.finding(problem)


def _metrics(provider: CapacityProvider) -> set[str]:
    names = (one.text(("predefinedMetricType",)) for one in known(provider.scaling_policies))
    return {name for one in names if (name := one.or_none()) is not None}


def _targets(provider: CapacityProvider) -> list[float]:
    targets = (one.number(("targetValue",)) for one in known(provider.scaling_policies))
    return [target for one in targets if (target := one.or_none()) is not None]


def _wrong_target(provider: CapacityProvider, target: float, least: int, most: int) -> Finding:
    return provider.finding(
        field=CapacityProvider.first_target,
        value=amount(target),
        allowed=f"{least} to {most} percent",
        fix=provider.set_to(CapacityProvider.first_target, min(max(GOOD_TARGET, least), most)),
    )


@never_active(
    "sc-09-minimum-fits-the-provider",
    why="A version whose environments do not fit ends with CapacityProviderScalingLimitExceeded.",
    fix="Raise {maxVcpuCount}, or lower {minExecutionEnvironments}.",
    sources=(sources.POWERTOOLS_ISSUE, sources.DURABLE_ISSUE, sources.CAPACITY_PROVIDERS),
)
def minimum_fits(stack: Stack) -> Iterator[Finding]:
    """A capacity provider has room for the minimum environments that its functions set."""
    for provider, running in _always_on(stack, by_default=0).items():
        most = provider.sound_max_vcpu.or_none()
        if most is not None and running > most:
            yield _too_small(provider, running, most, f"at least {running} vCPU")


@unwise(
    "sc-10-room-to-publish",
    why="A new version starts its environments while the old one still serves.",
    fix="Raise {maxVcpuCount} to twice the vCPUs that always run.",
    confidence=3,
    sources=(sources.PUBLISHING,),
)
def room_to_publish(stack: Stack) -> Iterator[Finding]:
    """A capacity provider has room for two versions of its functions at once."""
    told = {finding.resource for finding in minimum_fits.check(stack)}
    for provider, running in _always_on(stack, limits.DEFAULT_MIN_ENVIRONMENTS).items():
        most = provider.sound_max_vcpu.or_default(limits.DEFAULT_MAX_VCPU)
        if most is not None and most < 2 * running and provider not in told:
            yield _too_small(provider, running, most, f"{2 * running} vCPU, twice as many")


@unwise(
    "sc-11-maximum-within-the-provider",
    why="The provider's own maximum comes first, and requests beyond it are throttled.",
    fix="Raise {maxVcpuCount}, or lower {maxExecutionEnvironments}.",
    confidence=3,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def maximum_is_reachable(stack: Stack) -> Iterator[Finding]:
    """The maximum of execution environments fits into the capacity provider."""
    for config, functions in stack.scaling_configs():
        maximum, default = config.sound_maximum.or_none(), limits.DEFAULT_MIN_ENVIRONMENTS
        for function in functions[:1]:
            providers, vcpus = stack.providers_of(function), size_of(function).vcpus
            if len(providers) != 1 or maximum is None or vcpus is None:
                continue
            most = providers[0].sound_max_vcpu.or_default(limits.DEFAULT_MAX_VCPU)
            if most is None or maximum * vcpus <= most:
                continue
            reachable, needed = most // vcpus, maximum * vcpus
            fix = f"raise {{maxVcpuCount}} of the capacity provider to {needed}"
            if reachable >= (config.minimum.or_default(default) or default):
                fix = config.set_to(ScalingConfig.maximum, reachable) + f", or {fix}"
            yield config.finding(
                f"{maximum} environments with {vcpus} vCPU each are {needed} vCPU; the capacity "
                f"provider has at most {most}.",
                allowed=f"{reachable} environments at most",
                fix=fix,
            )


def _always_on(stack: Stack, by_default: int) -> dict[CapacityProvider, int]:
    """Return the vCPUs that the functions of each provider keep running, as far as known.

    Where no least number of environments is set, it is that of ``by_default``.
    """
    minimums: dict[Function, list[Reading[int]]] = defaultdict(list)
    for config in stack.all(ScalingConfig):
        for function in stack.functions_of(config):
            if config.urn != function.urn or function.publishes_latest:
                minimums[function].append(config.sound_minimum)
    running: dict[CapacityProvider, int] = defaultdict(int)
    for provider, functions in stack.functions_by_provider.items():
        for function in functions:
            for minimum in minimums.get(function, (ABSENT,)):
                environments = minimum.or_default(by_default) or 0
                running[provider] += environments * (size_of(function).vcpus or 0)
    return running


def _too_small(provider: CapacityProvider, floor: int, most: int, needed: str) -> Finding:
    field, omitted = provider.spell(CapacityProvider.max_vcpu), default_in(provider.max_vcpu)
    return provider.finding(
        f"Its functions keep {floor} vCPU running, and {field} is {most}{omitted}.",
        allowed=needed,
        fix=f"raise {field}, or lower {{minExecutionEnvironments}} of the functions",
    )
