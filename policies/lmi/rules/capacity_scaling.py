"""How a capacity provider scales: vCPUs, mode, targets and metrics (rules CP)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.access import known
from ..model.capacity_provider import CapacityProvider
from .checks import amount, either, number_within, value_among
from .rule import Finding, Setting, costly, likely_refused, refused, unwise

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
    is_low = (provider.max_vcpu.or_none() or 0) < limits.MIN_PROVIDER_VCPU
    proposed = limits.RECOMMENDED_MIN_VCPU if is_low else limits.MAX_PROVIDER_VCPU
    fix = provider.set_to(field, proposed)
    yield from number_within(
        provider, field, limits.MIN_PROVIDER_VCPU, limits.MAX_PROVIDER_VCPU, " vCPU", fix=fix
    )


@costly(
    "cp-20-vcpu-maximum-is-set",
    why="The default of 400 vCPU is the only ceiling on what the provider may spend.",
    fix="Set {maxVcpuCount} to what you are ready to pay for.",
    sources=(sources.CAPACITY_PROVIDERS,),
)
def vcpu_maximum_is_set(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has a vCPU maximum."""
    if provider.max_vcpu.is_absent:
        yield provider.finding(
            field=CapacityProvider.max_vcpu,
            value="not set",
            allowed=(
                f"a number you are ready to pay for; AWS takes {limits.DEFAULT_MAX_VCPU} otherwise"
            ),
            fix=provider.set_to(CapacityProvider.max_vcpu, limits.RECOMMENDED_MIN_VCPU)
            + " or more",
        )


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
    if most is None or most >= least:
        return
    yield provider.finding(
        field=CapacityProvider.max_vcpu,
        value=most,
        allowed=f"at least {least}, for three instances of the smallest usable size",
        fix=provider.set_to(CapacityProvider.max_vcpu, least) + " or more",
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
    if not policies and provider.scaling_mode.or_none() != "Manual":
        return
    mode = "{scalingMode} is Manual, and " if not policies else ""
    yield provider.finding(
        problem=f"{mode}{{scalingPolicies}} has {len(policies)} policies.",
        allowed="1 to 10 policies with Manual, none with Auto",
    )


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
        yield provider.finding(
            problem="{scalingMode} is Auto, and {scalingPolicies} is set.",
            allowed="policies with Manual, none with Auto",
        )


@refused(
    "cp-25-known-scaling-metric",
    why="The API knows these two metrics and no other.",
    fix="Set {predefinedMetricType} to LambdaCapacityProviderAverageCPUUtilization.",
    sources=(sources.TARGET_TRACKING,),
)
def known_metrics(provider: CapacityProvider) -> Iterator[Finding]:
    """A scaling policy follows the CPU or the GPU metric."""
    for policy in known(provider.scaling_policies):
        metric = policy.text(("predefinedMetricType",)).or_none()
        if metric is not None and metric not in METRICS:
            yield provider.finding(
                problem="{predefinedMetricType} is none of the metrics that AWS knows.",
                allowed=either(METRICS),
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
    name="leastTargetPercent",
    description="Least sensible utilization target, in percent.",
    default=20,
    minimum=0,
    maximum=100,
)
MOST_TARGET = Setting(
    name="mostTargetPercent",
    description="Greatest sensible utilization target, in percent.",
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
    for provider, functions in stack.functions_by_provider().items():
        policies = known(provider.scaling_policies)
        metrics = {policy.text(("predefinedMetricType",)).or_none() for policy in policies}
        if METRICS[1] in metrics and all(f.is_accelerated is False for f in functions):
            yield provider.finding(
                problem="It scales by GPU, and none of its functions has an accelerator.",
                allowed=f"{METRICS[0]} for functions without accelerators",
            )


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
