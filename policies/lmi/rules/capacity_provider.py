"""The capacity provider, and what it must share with its functions (rules CP)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_policy import EnforcementLevel

from ..facts.limits import (
    COMFORTABLE_PROVIDER_VCPU,
    DEFAULT_MAX_VCPU,
    MAX_PROVIDER_VCPU,
    MIN_PROVIDER_VCPU,
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
from .rule import Failure, Finding, ResourceRule, Setting, StackRule
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


SUBNETS = IdList(1, 16, r"subnet-[0-9a-z]*")
SECURITY_GROUPS = IdList(0, 5, r"sg-[0-9a-zA-Z]*")


def _name_and_arn_fit(provider: CapacityProvider) -> Iterator[Finding]:
    region = provider.region.or_default("") or ""
    most = ARN_LIMIT - len(ARN_OF_ACCOUNT) - len(region)
    meaning = "letters, digits, - and _"
    yield from text_matching(provider, CapacityProvider.own_name, NAME, most, meaning)


CP_01 = ResourceRule(
    id="CP-01",
    name="cp-01-name-fits-the-arn",
    title="The name of a capacity provider fits into its ARN.",
    why="AWS takes letters, digits, - and _, and holds the whole ARN to 140 characters.",
    fix="Leave name out for a generated one, or shorten it.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_PROVIDER,),
    subject=CapacityProvider,
    check=_name_and_arn_fit,
)


def _names_differ(stack: Stack) -> Iterator[Finding]:
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


CP_02 = StackRule(
    id="CP-02",
    name="cp-02-names-differ",
    title="Capacity providers of one account and Region have different names.",
    why="The name is the provider's identity there, and the API refuses it a second time.",
    fix="Leave name out for a generated one, or change it.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CAPACITY_PROVIDERS, CREATE_PROVIDER),
    check=_names_differ,
)


def _ids(what: str, ids: Reading[tuple[Reading[str], ...]], form: IdList) -> Iterator[Finding]:
    found = ids.or_none()
    if found is None:
        return
    wrong = sum(1 for one in found if _is_wrong(one, form.pattern))
    if form.least <= len(found) <= form.most and not wrong:
        return
    yield Finding(
        problem=f"{what} has {len(found)} entries, of which {wrong} are no such ids.",
        allowed=f"{form.least} to {form.most} ids",
        fix=f"give {what} {form.least} to {form.most} ids",
    )


def _is_wrong(one: Reading[str], pattern: str) -> bool:
    value = one.or_none()
    return value is not None and not re.fullmatch(pattern, value)


def _subnets(provider: CapacityProvider) -> Iterator[Finding]:
    yield from _ids("subnet_ids", provider.subnet_ids, SUBNETS)


CP_03 = ResourceRule(
    id="CP-03",
    name="cp-03-from-1-to-16-subnets",
    title="A capacity provider has 1 to 16 subnets.",
    why="Its instances run in these subnets; the API refuses none and more than 16.",
    fix="Give vpc_config.subnet_ids 1 to 16 subnet ids, in three zones where possible.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_PROVIDER, CAPACITY_PROVIDERS),
    subject=CapacityProvider,
    check=_subnets,
)


def _security_groups(provider: CapacityProvider) -> Iterator[Finding]:
    yield from _ids("security_group_ids", provider.security_group_ids, SECURITY_GROUPS)


CP_04 = ResourceRule(
    id="CP-04",
    name="cp-04-at-most-5-security-groups",
    title="A capacity provider has at most 5 security groups.",
    why="The API refuses more.",
    fix="Give vpc_config.security_group_ids 1 to 5 security group ids.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_PROVIDER,),
    subject=CapacityProvider,
    check=_security_groups,
)


def _a_group_of_its_own(provider: CapacityProvider) -> Iterator[Finding]:
    if provider.security_group_ids.or_none() == ():
        yield Finding(
            problem="security_group_ids is empty.",
            allowed="a security group of its own, with egress only",
            fix="create a security group for the instances, and give its id",
        )


CP_05 = ResourceRule(
    id="CP-05",
    name="cp-05-a-security-group-of-its-own",
    title="A capacity provider has a security group of its own.",
    why="Without one its instances join the default group of the VPC, with everything else in it.",
    fix="Give vpc_config.security_group_ids a dedicated security group.",
    failure=Failure.INSECURE,
    confidence=1,
    level=EnforcementLevel.ADVISORY,
    sources=(CAPACITY_PROVIDERS,),
    subject=CapacityProvider,
    check=_a_group_of_its_own,
)


def _one_architecture(provider: CapacityProvider) -> Iterator[Finding]:
    names = provider.architectures.or_none()
    if names is None:
        return
    wrong = any(
        name.is_present and name.or_none() not in CapacityProvider.ARCHITECTURES for name in names
    )
    if len(names) == 1 and not wrong:
        return
    yield Finding(
        problem=f"architectures has {len(names)} entries" + (", some unknown." if wrong else "."),
        allowed=f"one entry: {either(CapacityProvider.ARCHITECTURES)}",
        fix='set architectures=["x86_64"] or architectures=["arm64"]',
    )


CP_09 = ResourceRule(
    id="CP-09",
    name="cp-09-one-architecture",
    title="A capacity provider has exactly one architecture.",
    why="All its instances have the same one, and its functions must match it.",
    fix='Set instance_requirements architectures to ["x86_64"] or ["arm64"].',
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(INSTANCE_REQUIREMENTS,),
    subject=CapacityProvider,
    check=_one_architecture,
)


def _same_architecture(stack: Stack) -> Iterator[Finding]:
    for function in stack.managed_functions():
        own = function.architecture
        offered = {provider.architecture for provider in stack.providers_of(function)}
        if own is None or len(offered) != 1 or None in offered or own in offered:
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


CP_10 = StackRule(
    id="CP-10",
    name="cp-10-same-architecture",
    title="A function and its capacity provider have the same architecture.",
    why="AWS answers with an architecture mismatch; both are x86_64 where nothing is set.",
    fix="Set architectures to the same value on the function and on the capacity provider.",
    failure=Failure.REFUSED,
    confidence=2,
    level=EnforcementLevel.MANDATORY,
    sources=(TOOLKIT, CAPACITY_PROVIDERS, SKILL),
    check=_same_architecture,
)


def _vcpu_in_range(provider: CapacityProvider) -> Iterator[Finding]:
    field = CapacityProvider.max_vcpu
    yield from number_within(provider, field, MIN_PROVIDER_VCPU, MAX_PROVIDER_VCPU, " vCPU")


CP_19 = ResourceRule(
    id="CP-19",
    name="cp-19-from-2-to-15000-vcpu",
    title="The vCPU maximum of a capacity provider is from 2 to 15000.",
    why="The API refuses any other number; 15000 is the quota of one provider.",
    fix="Set max_vcpu_count within 2 to 15000.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PROVIDER_SCALING,),
    subject=CapacityProvider,
    check=_vcpu_in_range,
)


def _vcpu_maximum_is_set(provider: CapacityProvider) -> Iterator[Finding]:
    if provider.max_vcpu.is_absent:
        yield Finding(
            problem=f"{provider.spell(CapacityProvider.max_vcpu)} is not set.",
            allowed=f"a number you are ready to pay for; AWS takes {DEFAULT_MAX_VCPU} otherwise",
            fix=provider.set_to(CapacityProvider.max_vcpu, COMFORTABLE_PROVIDER_VCPU) + " or more",
        )


CP_20 = ResourceRule(
    id="CP-20",
    name="cp-20-vcpu-maximum-is-set",
    title="A capacity provider has a vCPU maximum.",
    why="The default of 400 vCPU is the only ceiling on what the provider may spend.",
    fix="Set max_vcpu_count to what you are ready to pay for.",
    failure=Failure.COSTLY,
    confidence=1,
    level=EnforcementLevel.ADVISORY,
    sources=(CAPACITY_PROVIDERS,),
    subject=CapacityProvider,
    check=_vcpu_maximum_is_set,
)


def _room_for_three_instances(provider: CapacityProvider) -> Iterator[Finding]:
    most = provider.max_vcpu.or_none()
    least = COMFORTABLE_PROVIDER_VCPU
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


CP_21 = ResourceRule(
    id="CP-21",
    name="cp-21-room-for-three-instances",
    title="A capacity provider has room for an instance in each of three zones.",
    why="Lambda starts three instances by default; three of size xlarge have 12 vCPU.",
    fix="Set max_vcpu_count to 12 or more, or to 6 where only large sizes are allowed.",
    failure=Failure.UNWISE,
    confidence=2,
    level=EnforcementLevel.ADVISORY,
    sources=(CDK_PROVIDER, BEST_PRACTICES),
    subject=CapacityProvider,
    check=_room_for_three_instances,
)


def _known_mode(provider: CapacityProvider) -> Iterator[Finding]:
    yield from value_among(provider, CapacityProvider.scaling_mode, MODES)


CP_22 = ResourceRule(
    id="CP-22",
    name="cp-22-scaling-mode-auto-or-manual",
    title="The scaling mode is Auto or Manual.",
    why="AWS distinguishes upper and lower case here.",
    fix="Set scaling_mode to Auto or Manual.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PROVIDER_SCALING,),
    subject=CapacityProvider,
    check=_known_mode,
)


def _manual_has_policies(provider: CapacityProvider) -> Iterator[Finding]:
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


CP_23 = ResourceRule(
    id="CP-23",
    name="cp-23-manual-scaling-has-a-policy",
    title="Manual scaling has 1 to 10 scaling policies.",
    why="Manual scaling follows its policies, and AWS refuses it without any.",
    fix="Add a scaling policy, or set scaling_mode to Auto.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PROVIDER_SCALING,),
    subject=CapacityProvider,
    check=_manual_has_policies,
)


def _auto_has_no_policies(provider: CapacityProvider) -> Iterator[Finding]:
    if provider.scaling_mode.or_none() == "Auto" and provider.scaling_policies.or_none():
        yield Finding(
            problem="scaling_mode is Auto, and scaling_policies is set.",
            allowed="policies with Manual, none with Auto",
            fix="set scaling_mode to Manual, or remove scaling_policies",
        )


CP_24 = ResourceRule(
    id="CP-24",
    name="cp-24-automatic-scaling-has-no-policy",
    title="Automatic scaling has no scaling policies.",
    why="Targets belong to manual scaling; AWS's own tools switch to Manual where one is given.",
    fix="Set scaling_mode to Manual, or remove scaling_policies.",
    failure=Failure.LIKELY_REFUSED,
    confidence=3,
    level=EnforcementLevel.ADVISORY,
    sources=(CDK_PROVIDER,),
    subject=CapacityProvider,
    check=_auto_has_no_policies,
)


def _known_metrics(provider: CapacityProvider) -> Iterator[Finding]:
    for policy in _policies(provider):
        metric = policy.text(("predefinedMetricType",)).or_none()
        if metric is not None and metric not in METRICS:
            yield Finding(
                problem="predefined_metric_type is none of the metrics that AWS knows.",
                allowed=either(METRICS),
                fix=f"set predefined_metric_type to {METRICS[0]}",
            )


CP_25 = ResourceRule(
    id="CP-25",
    name="cp-25-known-scaling-metric",
    title="A scaling policy follows the CPU or the GPU metric.",
    why="The API knows these two metrics and no other.",
    fix="Set predefined_metric_type to LambdaCapacityProviderAverageCPUUtilization.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(TARGET_TRACKING,),
    subject=CapacityProvider,
    check=_known_metrics,
)


def _target_in_range(provider: CapacityProvider) -> Iterator[Finding]:
    for target in _targets(provider):
        if not 0 <= target <= 100:
            yield _wrong_target(target, "0 to 100")


CP_26 = ResourceRule(
    id="CP-26",
    name="cp-26-target-from-0-to-100",
    title="The target of a scaling policy is from 0 to 100 percent.",
    why="It is an average utilization; the API refuses any other number.",
    fix="Set target_value within 0 to 100, best within 20 to 80.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(TARGET_TRACKING,),
    subject=CapacityProvider,
    check=_target_in_range,
)

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


def _sensible_target(provider: CapacityProvider, least: int, most: int) -> Iterator[Finding]:
    for target in _targets(provider):
        if 0 <= target <= 100 and not least <= target <= most:
            yield _wrong_target(target, f"{least} to {most}")


CP_26_SENSIBLE = ResourceRule(
    id="CP-26",
    name="cp-26-target-leaves-headroom",
    title="The target of a scaling policy leaves headroom without waste.",
    why="Above about 80 percent bursts are throttled; far below 20 idle vCPUs are paid for.",
    fix="Set target_value within 20 to 80.",
    failure=Failure.UNWISE,
    confidence=3,
    level=EnforcementLevel.ADVISORY,
    sources=(BEST_PRACTICES, TROUBLESHOOTING),
    settings=(LEAST_TARGET, MOST_TARGET),
    subject=CapacityProvider,
    check=_sensible_target,
)


def _gpu_metric_is_useful(stack: Stack) -> Iterator[Finding]:
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


CP_27 = StackRule(
    id="CP-27",
    name="cp-27-gpu-metric-for-accelerators",
    title="Scaling by GPU is for functions with accelerators.",
    why="Without one there is no GPU to measure, and the policy never acts.",
    fix="Set predefined_metric_type to LambdaCapacityProviderAverageCPUUtilization.",
    failure=Failure.UNWISE,
    confidence=3,
    level=EnforcementLevel.ADVISORY,
    sources=(TARGET_TRACKING,),
    check=_gpu_metric_is_useful,
)


def _role_arn(provider: CapacityProvider) -> Iterator[Finding]:
    field = CapacityProvider.operator_role
    yield from text_matching(provider, field, ROLE, 10_000, "the ARN of an IAM role")


CP_28 = ResourceRule(
    id="CP-28",
    name="cp-28-operator-role-is-an-arn",
    title="The operator role of a capacity provider is given by its ARN.",
    why="The API takes the ARN of an IAM role only.",
    fix="Set capacity_provider_operator_role_arn to the role's arn.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(OPERATOR_ROLE, CREATE_PROVIDER),
    subject=CapacityProvider,
    check=_role_arn,
)


def _key_arn(provider: CapacityProvider) -> Iterator[Finding]:
    field = CapacityProvider.kms_key
    yield from text_matching(provider, field, KMS_KEY, 10_000, "the ARN of a KMS key")


CP_29 = ResourceRule(
    id="CP-29",
    name="cp-29-key-is-an-arn",
    title="The KMS key of a capacity provider is given by its ARN.",
    why="The API takes neither key ids nor an empty text.",
    fix="Set kms_key_arn to the key's arn, or leave it out.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_PROVIDER,),
    subject=CapacityProvider,
    check=_key_arn,
)


def _generated_name(provider: CapacityProvider) -> Iterator[Finding]:
    if fixed_name(provider) is None:
        return
    field = provider.spell(CapacityProvider.own_name)
    yield Finding(
        problem=f"{field} is fixed.",
        allowed=f"no {field}, which lets Pulumi generate one",
        fix=f"remove {field}",
    )


CP_31 = ResourceRule(
    id="CP-31",
    name="cp-31-generated-name",
    title="The name of a capacity provider is generated.",
    why="Most changes replace it, and while it is used it stays: its successor needs another name.",
    fix="Leave name out, so that old and new provider can stand beside each other.",
    failure=Failure.NEVER_ACTIVE,
    confidence=1,
    level=EnforcementLevel.ADVISORY,
    sources=(CAPACITY_PROVIDERS, TROUBLESHOOTING),
    subject=CapacityProvider,
    check=_generated_name,
)


def _provider_arn(function: Function) -> Iterator[Finding]:
    meaning = "the ARN of a capacity provider"
    yield from text_matching(function, Function.provider_arn, PROVIDER_ARN, ARN_LIMIT, meaning)


CP_34 = ResourceRule(
    id="CP-34",
    name="cp-34-provider-is-an-arn",
    title="A function names its capacity provider by the provider's ARN.",
    why="The API refuses a bare name and any other ARN.",
    fix="Set capacity_provider_arn to the capacity provider's arn.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PROVIDER_CONFIG,),
    subject=Function,
    check=_provider_arn,
)


def _architectures_given(provider: CapacityProvider) -> Iterator[Finding]:
    fix = 'add architectures=["x86_64"] or architectures=["arm64"]'
    yield from _left_out(
        provider, CapacityProvider.requirements, CapacityProvider.architectures, fix
    )


CP_35 = ResourceRule(
    id="CP-35",
    name="cp-35-requirements-have-architectures",
    title="Instance requirements name an architecture.",
    why="The provider refuses the block without it.",
    fix="Add architectures to instance_requirements.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PROVIDER_SOURCE + "capacity_provider.go",),
    subject=CapacityProvider,
    check=_architectures_given,
)


def _mode_given(provider: CapacityProvider) -> Iterator[Finding]:
    fix = "add scaling_mode: Auto, or Manual with scaling_policies"
    yield from _left_out(provider, CapacityProvider.scaling, CapacityProvider.scaling_mode, fix)


CP_36 = ResourceRule(
    id="CP-36",
    name="cp-36-scaling-has-a-mode",
    title="A scaling configuration names its mode.",
    why="The provider refuses the block without it.",
    fix="Add scaling_mode to capacity_provider_scaling_configs.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PROVIDER_SOURCE + "capacity_provider.go",),
    subject=CapacityProvider,
    check=_mode_given,
)


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
    return architecture if architecture in CapacityProvider.ARCHITECTURES else "another value"


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


RULES = (
    CP_01,
    CP_02,
    CP_03,
    CP_04,
    CP_05,
    CP_09,
    CP_10,
    CP_19,
    CP_20,
    CP_21,
    CP_22,
    CP_23,
    CP_24,
    CP_25,
    CP_26,
    CP_26_SENSIBLE,
    CP_27,
    CP_28,
    CP_29,
    CP_31,
    CP_34,
    CP_35,
    CP_36,
)
