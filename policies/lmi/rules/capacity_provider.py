"""The capacity provider, and what it must share with its functions (rules CP)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..facts.limits import (
    DEFAULT_MAX_VCPU,
    MAX_PROVIDER_VCPU,
    MIN_PROVIDER_VCPU,
    RECOMMENDED_MIN_VCPU,
)
from ..facts.sources import (
    BEST_PRACTICES,
    CAPACITY_PROVIDERS,
    CDK_PROVIDER,
    CREATE_PROVIDER,
    INSTANCE_REQUIREMENTS,
    OPERATOR_ROLE,
    PROVIDER_CONFIG,
    PROVIDER_SCALING,
    PROVIDER_SOURCE,
    SKILL,
    TARGET_TRACKING,
    TOOLKIT,
    TROUBLESHOOTING,
)
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function
from ..model.names import fixed_name
from ..model.resource import snake_case
from .checks import number_within, text_matching, value_among
from .rule import Failure, Finding, Setting, resource_rule, stack_rule
from .wording import amount, either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph.stack import Stack
    from ..model.access import Props, Reading
    from ..model.resource import Field

ARN_LIMIT = 140
NAME = r"[a-zA-Z0-9-_]+"
ARN_OF_ACCOUNT = "arn:aws:lambda::123456789012:capacity-provider:"
ROLE = r"arn:aws[a-zA-Z-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
KMS_KEY = r"arn:aws[a-zA-Z-]*:[a-z0-9-.]+:.*"
PROVIDER_ARN = (
    r"arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d:\d{12}"
    r":capacity-provider:[a-zA-Z0-9-_]+"
)
MODES = ("Auto", "Manual")
METRICS = (
    "LambdaCapacityProviderAverageCPUUtilization",
    "LambdaCapacityProviderAverageGPUUtilization",
)


@dataclass(frozen=True, slots=True)
class IdList:
    """What AWS demands of a list of ids: how many, and their form."""

    least: int
    most: int
    pattern: str
    meaning: str


SUBNETS = IdList(1, 16, r"subnet-[0-9a-z]*", "subnet ids")
SECURITY_GROUPS = IdList(0, 5, r"sg-[0-9a-zA-Z]*", "security group ids")


@resource_rule(
    "cp-01-name-fits-the-arn",
    CapacityProvider,
    why="AWS takes letters, digits, - and _, and holds the whole ARN to 140 characters.",
    fix="Leave name out for a generated one, or shorten it.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(CREATE_PROVIDER,),
)
def name_and_arn_fit(provider: CapacityProvider) -> Iterator[Finding]:
    """The name of a capacity provider fits into its ARN."""
    region = provider.region.or_default("") or ""
    most = ARN_LIMIT - len(ARN_OF_ACCOUNT) - len(region)
    meaning = "letters, digits, - and _"
    yield from text_matching(provider, CapacityProvider.own_name, NAME, most, meaning)


@stack_rule(
    "cp-02-names-differ",
    why="The name is the provider's identity there, and the API refuses it a second time.",
    fix="Leave name out for a generated one, or change it.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(CAPACITY_PROVIDERS, CREATE_PROVIDER),
)
def names_differ(stack: Stack) -> Iterator[Finding]:
    """Capacity providers of one account and Region have different names."""
    places: set[tuple[str, str, str]] = set()
    for provider in stack.all(CapacityProvider):
        name, region = provider.own_name.or_none(), provider.region.or_default("")
        if name is None or region is None or provider.made_by is None:
            continue
        place = (name, region, provider.made_by)
        if place in places:
            field = provider.spell(CapacityProvider.own_name)
            yield Finding(
                problem=f"Another capacity provider of the stack has the same {field}.",
                allowed=f"{field} once in each account and Region",
                fix=f"remove {field} for a generated one, or change it",
                resource=provider,
            )
        places.add(place)


def _ids(what: str, ids: Reading[tuple[Reading[str], ...]], form: IdList) -> Iterator[Finding]:
    found = ids.or_none()
    if found is None:
        return
    wrong = sum(1 for one in found if _is_wrong(one, form.pattern))
    if form.least <= len(found) <= form.most and not wrong:
        return
    yield Finding(
        problem=f"{wrong} of {len(found)} entries of {what} are not {form.meaning}."
        if wrong
        else f"{what} has {len(found)} entries.",
        allowed=f"{form.least} to {form.most} ids",
        fix=f"give {what} {form.least} to {form.most} ids",
    )


def _is_wrong(one: Reading[str], pattern: str) -> bool:
    value = one.or_none()
    return value is not None and not re.fullmatch(pattern, value)


@resource_rule(
    "cp-03-from-1-to-16-subnets",
    CapacityProvider,
    why="Its instances run in these subnets; the API refuses none and more than 16.",
    fix="Give vpc_config.subnet_ids 1 to 16 subnet ids, in three zones where possible.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(CREATE_PROVIDER, CAPACITY_PROVIDERS),
)
def subnets(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has 1 to 16 subnets."""
    yield from _ids("subnet_ids", provider.subnet_ids, SUBNETS)


@resource_rule(
    "cp-04-at-most-5-security-groups",
    CapacityProvider,
    why="The API refuses more.",
    fix="Give vpc_config.security_group_ids 1 to 5 security group ids.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(CREATE_PROVIDER,),
)
def security_groups(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has at most 5 security groups."""
    yield from _ids("security_group_ids", provider.security_group_ids, SECURITY_GROUPS)


@resource_rule(
    "cp-05-a-security-group-of-its-own",
    CapacityProvider,
    why="Without one its instances join the default group of the VPC, with everything else in it.",
    fix="Give vpc_config.security_group_ids a dedicated security group.",
    failure=Failure.INSECURE,
    confidence=1,
    sources=(CAPACITY_PROVIDERS,),
)
def a_group_of_its_own(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has a security group of its own."""
    if provider.security_group_ids.or_none() == ():
        yield Finding(
            problem="security_group_ids is empty.",
            allowed="a security group of its own, with egress only",
            fix="create a security group for the instances, and give its id",
        )


@resource_rule(
    "cp-09-one-architecture",
    CapacityProvider,
    why="All its instances have the same one, and its functions must match it.",
    fix='Set instance_requirements architectures to ["x86_64"] or ["arm64"].',
    failure=Failure.REFUSED,
    confidence=1,
    sources=(INSTANCE_REQUIREMENTS,),
)
def one_architecture(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has exactly one architecture."""
    names = provider.architectures.or_none()
    if names is None:
        return
    known = [value for name in names if (value := name.or_none()) is not None]
    wrong = [value for value in known if value not in CapacityProvider.ARCHITECTURES]
    if len(names) == 1 and not wrong:
        return
    problem = f"architectures has {len(names)} entries."
    if wrong:
        problem = f"architectures holds {_shown(wrong[0])}."
    yield Finding(
        problem=problem,
        allowed=f"one entry: {either(CapacityProvider.ARCHITECTURES)}",
        fix='set architectures=["x86_64"] or architectures=["arm64"]',
    )


@stack_rule(
    "cp-10-same-architecture",
    why="AWS answers with an architecture mismatch; both are x86_64 where nothing is set.",
    fix="Set architectures to the same value on the function and on the capacity provider.",
    failure=Failure.REFUSED,
    confidence=2,
    sources=(TOOLKIT, CAPACITY_PROVIDERS, SKILL),
)
def same_architecture(stack: Stack) -> Iterator[Finding]:
    """A function and its capacity provider have the same architecture."""
    for function in stack.managed_functions():
        own = function.architecture
        offered = {provider.architecture for provider in stack.providers_of(function)}
        if own is None or len(offered) != 1 or None in offered or own in offered:
            continue
        if own not in CapacityProvider.ARCHITECTURES:
            yield _no_architecture(function)
            continue
        (architecture,) = offered
        omitted = " (the default)" if function.architectures.is_absent else ""
        name = function.spell(Function.architectures)
        yield Finding(
            problem=(
                f"The function is built for {_shown(own)}{omitted}, and its capacity provider has "
                f"{_shown(architecture)} instances."
            ),
            allowed=f"{_shown(architecture)} for both, or {_shown(own)} for both",
            fix=(
                f'set {name}=["{_shown(architecture)}"] on the function, or change '
                f"instance_requirements of the capacity provider (which replaces it)"
            ),
            resource=function,
        )


@resource_rule(
    "cp-19-from-2-to-15000-vcpu",
    CapacityProvider,
    why="The API refuses any other number; 15000 is the quota of one provider.",
    fix="Set max_vcpu_count within 2 to 15000.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(PROVIDER_SCALING,),
)
def vcpu_in_range(provider: CapacityProvider) -> Iterator[Finding]:
    """The vCPU maximum of a capacity provider is from 2 to 15000."""
    field = CapacityProvider.max_vcpu
    yield from number_within(provider, field, MIN_PROVIDER_VCPU, MAX_PROVIDER_VCPU, " vCPU")


@resource_rule(
    "cp-20-vcpu-maximum-is-set",
    CapacityProvider,
    why="The default of 400 vCPU is the only ceiling on what the provider may spend.",
    fix="Set max_vcpu_count to what you are ready to pay for.",
    failure=Failure.COSTLY,
    confidence=1,
    sources=(CAPACITY_PROVIDERS,),
)
def vcpu_maximum_is_set(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has a vCPU maximum."""
    if provider.max_vcpu.is_absent:
        yield Finding(
            problem=f"{provider.spell(CapacityProvider.max_vcpu)} is not set.",
            allowed=f"a number you are ready to pay for; AWS takes {DEFAULT_MAX_VCPU} otherwise",
            fix=provider.set_to(CapacityProvider.max_vcpu, RECOMMENDED_MIN_VCPU) + " or more",
        )


@resource_rule(
    "cp-21-room-for-three-instances",
    CapacityProvider,
    why="Lambda starts three instances by default; three of size xlarge have 12 vCPU.",
    fix="Set max_vcpu_count to 12 or more, or to 6 where only large sizes are allowed.",
    failure=Failure.UNWISE,
    confidence=2,
    sources=(CDK_PROVIDER, BEST_PRACTICES),
)
def room_for_three_instances(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has room for an instance in each of three zones."""
    most = provider.max_vcpu.or_none()
    least = RECOMMENDED_MIN_VCPU
    types = provider.allowed_types.or_none()
    if types and all((one.or_none() or "").endswith(".large") for one in types):
        least //= 2
    if most is None or most < MIN_PROVIDER_VCPU or most >= least:
        return
    yield Finding(
        problem=f"{provider.spell(CapacityProvider.max_vcpu)} is {most}.",
        allowed=f"at least {least}, for three instances of the smallest usable size",
        fix=provider.set_to(CapacityProvider.max_vcpu, least) + " or more",
    )


@resource_rule(
    "cp-22-scaling-mode-auto-or-manual",
    CapacityProvider,
    why="AWS distinguishes upper and lower case here.",
    fix="Set scaling_mode to Auto or Manual.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(PROVIDER_SCALING,),
)
def known_mode(provider: CapacityProvider) -> Iterator[Finding]:
    """The scaling mode is Auto or Manual."""
    yield from value_among(provider, CapacityProvider.scaling_mode, MODES)


@resource_rule(
    "cp-23-manual-scaling-has-a-policy",
    CapacityProvider,
    why="Manual scaling follows its policies, and AWS refuses it without any.",
    fix="Add a scaling policy, or set scaling_mode to Auto.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(PROVIDER_SCALING,),
)
def manual_has_policies(provider: CapacityProvider) -> Iterator[Finding]:
    """Manual scaling has 1 to 10 scaling policies."""
    policies = provider.scaling_policies.or_default(())
    if policies is None or 1 <= len(policies) <= 10:
        return
    if not policies and provider.scaling_mode.or_none() != "Manual":
        return
    mode = "scaling_mode is Manual, and " if not policies else ""
    yield Finding(
        problem=f"{mode}scaling_policies has {len(policies)} policies.",
        allowed="1 to 10 policies with Manual, none with Auto",
        fix=f"add a policy for {METRICS[0]}, or set scaling_mode to Auto",
    )


@resource_rule(
    "cp-24-automatic-scaling-has-no-policy",
    CapacityProvider,
    why="Targets belong to manual scaling; AWS's own tools switch to Manual where one is given.",
    fix="Set scaling_mode to Manual, or remove scaling_policies.",
    failure=Failure.LIKELY_REFUSED,
    confidence=3,
    sources=(CDK_PROVIDER,),
)
def auto_has_no_policies(provider: CapacityProvider) -> Iterator[Finding]:
    """Automatic scaling has no scaling policies."""
    if provider.scaling_mode.or_none() == "Auto" and provider.scaling_policies.or_none():
        yield Finding(
            problem="scaling_mode is Auto, and scaling_policies is set.",
            allowed="policies with Manual, none with Auto",
            fix="set scaling_mode to Manual, or remove scaling_policies",
        )


@resource_rule(
    "cp-25-known-scaling-metric",
    CapacityProvider,
    why="The API knows these two metrics and no other.",
    fix="Set predefined_metric_type to LambdaCapacityProviderAverageCPUUtilization.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(TARGET_TRACKING,),
)
def known_metrics(provider: CapacityProvider) -> Iterator[Finding]:
    """A scaling policy follows the CPU or the GPU metric."""
    for policy in _policies(provider):
        metric = policy.text(("predefinedMetricType",)).or_none()
        if metric is not None and metric not in METRICS:
            yield Finding(
                problem="predefined_metric_type is none of the metrics that AWS knows.",
                allowed=either(METRICS),
                fix=f"set predefined_metric_type to {METRICS[0]}",
            )


@resource_rule(
    "cp-26-target-from-0-to-100",
    CapacityProvider,
    why="It is an average utilization; the API refuses any other number.",
    fix="Set target_value within 0 to 100, best within 20 to 80.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(TARGET_TRACKING,),
)
def target_in_range(provider: CapacityProvider) -> Iterator[Finding]:
    """The target of a scaling policy is from 0 to 100 percent."""
    for target in _targets(provider):
        if not 0 <= target <= 100:
            yield _wrong_target(target, "0 to 100")


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


@resource_rule(
    "cp-26-target-leaves-headroom",
    CapacityProvider,
    why="Above about 80 percent bursts are throttled; far below 20 idle vCPUs are paid for.",
    fix="Set target_value within 20 to 80.",
    failure=Failure.UNWISE,
    confidence=3,
    sources=(BEST_PRACTICES, TROUBLESHOOTING),
    settings=(LEAST_TARGET, MOST_TARGET),
)
def sensible_target(provider: CapacityProvider, least: int, most: int) -> Iterator[Finding]:
    """The target of a scaling policy leaves headroom without waste."""
    for target in _targets(provider):
        if 0 <= target <= 100 and not least <= target <= most:
            yield _wrong_target(target, f"{least} to {most}")


@stack_rule(
    "cp-27-gpu-metric-for-accelerators",
    why="Without one there is no GPU to measure, and the policy never acts.",
    fix="Set predefined_metric_type to LambdaCapacityProviderAverageCPUUtilization.",
    failure=Failure.UNWISE,
    confidence=3,
    sources=(TARGET_TRACKING,),
)
def gpu_metric_is_useful(stack: Stack) -> Iterator[Finding]:
    """Scaling by GPU is for functions with accelerators."""
    for provider, functions in stack.functions_by_provider().items():
        metrics = {
            policy.text(("predefinedMetricType",)).or_none() for policy in _policies(provider)
        }
        if METRICS[1] in metrics and all(f.is_accelerated is False for f in functions):
            yield Finding(
                problem="It scales by GPU, and none of its functions has an accelerator.",
                allowed=f"{METRICS[0]} for functions without accelerators",
                fix=f"set predefined_metric_type to {METRICS[0]}",
                resource=provider,
            )


@resource_rule(
    "cp-28-operator-role-is-an-arn",
    CapacityProvider,
    why="The API takes the ARN of an IAM role only.",
    fix="Set capacity_provider_operator_role_arn to the role's arn.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(OPERATOR_ROLE, CREATE_PROVIDER),
)
def role_arn(provider: CapacityProvider) -> Iterator[Finding]:
    """The operator role of a capacity provider is given by its ARN."""
    field = CapacityProvider.operator_role
    yield from text_matching(provider, field, ROLE, 10_000, "the ARN of an IAM role")


@resource_rule(
    "cp-29-key-is-an-arn",
    CapacityProvider,
    why="The API takes neither key ids nor an empty text.",
    fix="Set kms_key_arn to the key's arn, or leave it out.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(CREATE_PROVIDER,),
)
def key_arn(provider: CapacityProvider) -> Iterator[Finding]:
    """The KMS key of a capacity provider is given by its ARN."""
    field = CapacityProvider.kms_key
    yield from text_matching(provider, field, KMS_KEY, 10_000, "the ARN of a KMS key")


@resource_rule(
    "cp-31-generated-name",
    CapacityProvider,
    why="Most changes replace it, and while it is used it stays: its successor needs another name.",
    fix="Leave name out, so that old and new provider can stand beside each other.",
    failure=Failure.UNWISE,
    confidence=1,
    sources=(CAPACITY_PROVIDERS, TROUBLESHOOTING),
)
def generated_name(provider: CapacityProvider) -> Iterator[Finding]:
    """The name of a capacity provider is generated."""
    if fixed_name(provider) is None:
        return
    field = provider.spell(CapacityProvider.own_name)
    yield Finding(
        problem=f"{field} is fixed.",
        allowed=f"no {field}, which lets Pulumi generate one",
        fix=f"remove {field}",
    )


@resource_rule(
    "cp-34-provider-is-an-arn",
    Function,
    why="The API refuses a bare name and any other ARN.",
    fix="Set capacity_provider_arn to the capacity provider's arn.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(PROVIDER_CONFIG,),
)
def provider_arn(function: Function) -> Iterator[Finding]:
    """A function names its capacity provider by the provider's ARN."""
    meaning = "the ARN of a capacity provider"
    yield from text_matching(function, Function.provider_arn, PROVIDER_ARN, ARN_LIMIT, meaning)


@resource_rule(
    "cp-35-requirements-have-architectures",
    CapacityProvider,
    why="The provider refuses the block without it.",
    fix="Add architectures to instance_requirements.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(PROVIDER_SOURCE + "capacity_provider.go",),
)
def architectures_given(provider: CapacityProvider) -> Iterator[Finding]:
    """Instance requirements name an architecture."""
    fix = 'add architectures=["x86_64"] or architectures=["arm64"]'
    yield from _left_out(
        provider, CapacityProvider.requirements, CapacityProvider.architectures, fix
    )


@resource_rule(
    "cp-36-scaling-has-a-mode",
    CapacityProvider,
    why="The provider refuses the block without it.",
    fix="Add scaling_mode to capacity_provider_scaling_configs.",
    failure=Failure.REFUSED,
    confidence=1,
    sources=(PROVIDER_SOURCE + "capacity_provider.go",),
)
def mode_given(provider: CapacityProvider) -> Iterator[Finding]:
    """A scaling configuration names its mode."""
    fix = "add scaling_mode: Auto, or Manual with scaling_policies"
    yield from _left_out(provider, CapacityProvider.scaling, CapacityProvider.scaling_mode, fix)


def _left_out(
    provider: CapacityProvider, block: Field[Any], needed: Field[Any], fix: str
) -> Iterator[Finding]:
    """Yield a finding where a block lacks what pulumi-aws demands in it."""
    if provider.is_native or not block.of(provider).is_present:
        return
    if needed.of(provider).is_absent:
        name = snake_case(block.property_of(provider))
        yield Finding(
            problem=f"{name} is set without {provider.spell(needed)}.",
            allowed=f"{provider.spell(needed)} in every {name}",
            fix=fix,
        )


def _shown(architecture: str | None) -> str:
    """Return an architecture as set, or that it is none; never a text that may be a secret."""
    is_known = (architecture or "").lower() in CapacityProvider.ARCHITECTURES
    return f"{architecture}" if is_known else "a value that is no architecture"


def _no_architecture(function: Function) -> Finding:
    name = function.spell(Function.architectures)
    return Finding(
        problem=f"{name} of the function holds {_shown(function.architecture)}.",
        allowed=f"{either(CapacityProvider.ARCHITECTURES)}, spelt exactly so",
        fix=f'set {name}=["x86_64"] or {name}=["arm64"] on the function',
        resource=function,
    )


def _policies(provider: CapacityProvider) -> Iterator[Props]:
    for policy in provider.scaling_policies.or_none() or ():
        known = policy.or_none()
        if known is not None:
            yield known


def _targets(provider: CapacityProvider) -> Iterator[float]:
    for policy in _policies(provider):
        target = policy.number(("targetValue",)).or_none()
        if target is not None:
            yield target


def _wrong_target(target: float, allowed: str) -> Finding:
    return Finding(
        problem=f"target_value is {amount(target)}.",
        allowed=f"{allowed} percent",
        fix=f"set target_value within {allowed}; 70 is a good start",
    )
