"""The capacity provider, its logs, and what it must share with its functions (rules CP, TEL)."""

from collections.abc import Iterator

from ..facts import sources
from ..graph.stack import Stack
from ..model.access import known
from ..model.capacity_provider import OWN_LOG_GROUP, CapacityProvider
from ..model.functions import Function
from ..model.general import LogGroup
from .checks import default_in, either, entries_matching, text_matching, value_among
from .rule import Finding, costly, insecure, loses_telemetry, refused, unwise

ARN_LIMIT = 140
NAME = r"[a-zA-Z0-9-_]+"
ARN_OF_ACCOUNT = "arn:aws:lambda::123456789012:capacity-provider:"
ROLE = r"arn:aws[a-zA-Z-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
KMS_KEY = r"arn:aws[a-zA-Z-]*:[a-z0-9-.]+:.*"
SUBNET = r"subnet-[0-9a-z]*"
SECURITY_GROUP = r"sg-[0-9a-zA-Z]*"
PROVIDER_ARN = (
    r"arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d:\d{12}"
    r":capacity-provider:[a-zA-Z0-9-_]+"
)


@refused(
    "cp-01-name-fits-the-arn",
    why="AWS takes letters, digits, - and _, and 140 characters at most for the whole ARN.",
    fix="Leave {name} out for a generated one, or shorten it.",
    sources=(sources.CREATE_PROVIDER,),
)
def name_and_arn_fit(provider: CapacityProvider) -> Iterator[Finding]:
    """The name of a capacity provider fits into its ARN."""
    region = provider.region.or_default("") or ""
    partition = next((one for one in ("cn-", "us-gov-") if region.startswith(one)), "")
    most = ARN_LIMIT - len(ARN_OF_ACCOUNT) - len(partition) - len(region)
    meaning = "letters, digits, - and _"
    yield from text_matching(provider, CapacityProvider.own_name, NAME, most, meaning)


@refused(
    "cp-02-names-differ",
    why="The name is the provider's identity there, and the API refuses it a second time.",
    fix="Leave {name} out for a generated one, or change it.",
    sources=(sources.CAPACITY_PROVIDERS, sources.CREATE_PROVIDER),
)
def names_differ(stack: Stack) -> Iterator[Finding]:
    """Capacity providers of one account and Region have different names."""
    places: set[tuple[str | None, ...]] = set()
    for provider in stack.all(CapacityProvider):
        place = (provider.own_name.or_none(), provider.region.or_default(""), provider.made_by)
        if place in places and None not in place:
            yield provider.finding("Another capacity provider has the same name.")
        places.add(place)


@refused(
    "cp-03-from-1-to-16-subnets",
    why="Its instances run in these subnets; the API takes 1 to 16 of them.",
    fix="Give {vpcConfig}.{subnetIds} 1 to 16 subnet ids, in three zones where possible.",
    sources=(sources.CREATE_PROVIDER, sources.CAPACITY_PROVIDERS),
)
def subnets(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has 1 to 16 subnets."""
    field = CapacityProvider.subnet_ids
    yield from entries_matching(provider, field, (1, 16), SUBNET, "subnet ids")


@refused(
    "cp-04-at-most-5-security-groups",
    why="The API refuses more.",
    fix="Give {vpcConfig}.{securityGroupIds} at most 5 security group ids.",
    sources=(sources.CREATE_PROVIDER,),
)
def security_groups(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has at most 5 security groups."""
    field, meaning = CapacityProvider.security_group_ids, "security group ids"
    yield from entries_matching(provider, field, (0, 5), SECURITY_GROUP, meaning)


@insecure(
    "cp-05-a-security-group-of-its-own",
    why="Without one its instances join the default group of the VPC, with everything else in it.",
    fix="Give {vpcConfig}.{securityGroupIds} a security group of its own, with egress only.",
    sources=(sources.CAPACITY_PROVIDERS,),
)
def a_group_of_its_own(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has a security group of its own."""
    if provider.security_group_ids.or_none() == ():
        yield provider.finding("{securityGroupIds} is empty.")


@refused(
    "cp-09-one-architecture",
    why="All its instances have the same one, and its functions must match it.",
    fix='Set {instanceRequirements} architectures to ["x86_64"] or ["arm64"].',
    sources=(sources.INSTANCE_REQUIREMENTS,),
)
def one_architecture(provider: CapacityProvider) -> Iterator[Finding]:
    """A capacity provider has exactly one architecture."""
    names, values = provider.architectures.or_none(), known(provider.architectures)
    wrong = [value for value in values if value not in CapacityProvider.ARCHITECTURES]
    if names is not None and (wrong or len(names) != 1):
        found = f"holds {_shown(wrong[0])}" if wrong else f"has {len(names)} entries"
        allowed = f"one entry: {either(CapacityProvider.ARCHITECTURES)}"
        yield provider.finding(f"architectures {found}.", allowed=allowed)


@refused(
    "cp-10-same-architecture",
    why="AWS answers with an architecture mismatch; both are x86_64 where nothing is set.",
    fix="Set architectures to the same value on the function and on the capacity provider.",
    confidence=2,
    sources=(sources.TOOLKIT, sources.CAPACITY_PROVIDERS, sources.SKILL),
)
def same_architecture(stack: Stack) -> Iterator[Finding]:
    """A function and its capacity provider have the same architecture."""
    for function in stack.managed_functions():
        own = function.architecture
        offered = {provider.architecture for provider in stack.providers_of(function)}
        is_one = len(offered) == 1 and offered.issubset(CapacityProvider.ARCHITECTURES)
        if own is None or not is_one or own in offered:
            continue  # CP-09 speaks about a provider with none that is known
        if function.is_accelerated and own == "arm64":
            continue  # GPU-04 speaks about it
        (architecture,), name = offered, function.spell(Function.architectures)
        is_known = own in CapacityProvider.ARCHITECTURES
        also = f", or {own} for both" if is_known else ", spelt exactly so"
        yield function.finding(
            f"The function is built for {_shown(own)}{default_in(function.architectures)}, "
            f"and its capacity provider has {architecture} instances.",
            allowed=f"{architecture} for both{also}",
            fix=(
                f'set {name}=["{architecture}"] on the function, or change {{instanceRequirements}}'
                " of the capacity provider (which replaces it)"
            ),
        )


@refused(
    "cp-28-operator-role-is-an-arn",
    why="The API takes the ARN of an IAM role only.",
    fix="Set {capacityProviderOperatorRoleArn} to the role's arn.",
    sources=(sources.OPERATOR_ROLE, sources.CREATE_PROVIDER),
)
def role_arn(provider: CapacityProvider) -> Iterator[Finding]:
    """The operator role of a capacity provider is given by its ARN."""
    field = CapacityProvider.operator_role
    yield from text_matching(provider, field, ROLE, 10_000, "the ARN of an IAM role")


@refused(
    "cp-29-key-is-an-arn",
    why="The API takes neither key ids nor an empty text.",
    fix="Set {kmsKeyArn} to the key's arn, or leave it out.",
    sources=(sources.CREATE_PROVIDER,),
)
def key_arn(provider: CapacityProvider) -> Iterator[Finding]:
    """The KMS key of a capacity provider is given by its ARN."""
    field = CapacityProvider.kms_key
    yield from text_matching(provider, field, KMS_KEY, 10_000, "the ARN of a KMS key")


@unwise(
    "cp-31-generated-name",
    why=(
        "Most changes replace it, and while it is used it stays: its successor needs another name. "
        "Lambda also makes a log group of that name, without a retention, which outlives the stack."
    ),
    fix=(
        "Leave {name} out; where it has to stay, exempt the provider, and add a log group named "
        f"{OWN_LOG_GROUP}<name> with a retention."
    ),
    sources=(sources.CAPACITY_PROVIDERS, sources.TROUBLESHOOTING),
)
def generated_name(provider: CapacityProvider) -> Iterator[Finding]:
    """The name of a capacity provider is generated."""
    if provider.fixed_name is not None:
        yield provider.finding(f"{provider.spell(CapacityProvider.own_name)} is fixed.")


@refused(
    "cp-34-provider-is-an-arn",
    why="The API refuses a bare name and any other ARN.",
    fix="Set {capacityProviderArn} to the capacity provider's arn.",
    sources=(sources.PROVIDER_CONFIG,),
)
def provider_arn(function: Function) -> Iterator[Finding]:
    """A function names its capacity provider by the provider's ARN."""
    meaning = "the ARN of a capacity provider"
    yield from text_matching(function, Function.provider_arn, PROVIDER_ARN, ARN_LIMIT, meaning)


@refused(
    "cp-35-requirements-have-architectures",
    why="The provider refuses the block without it.",
    fix='Add architectures=["x86_64"] or architectures=["arm64"] to {instanceRequirements}.',
    sources=(sources.PROVIDER_SOURCE + "capacity_provider.go",),
)
def architectures_given(provider: CapacityProvider) -> Iterator[Finding]:
    """Instance requirements name an architecture."""
    is_given = provider.requirements.is_present and not provider.is_native
    if is_given and provider.architectures.is_absent:
        yield provider.finding("{instanceRequirements} is set without architectures.")


@refused(
    "cp-36-scaling-has-a-mode",
    why="The provider refuses the block without it.",
    fix="Add {scalingMode} to {capacityProviderScalingConfigs}: Auto, or Manual with policies.",
    sources=(sources.PROVIDER_SOURCE + "capacity_provider.go",),
)
def mode_given(provider: CapacityProvider) -> Iterator[Finding]:
    """A scaling configuration names its mode."""
    is_given = provider.scaling.is_present and not provider.is_native
    if is_given and provider.scaling_mode.is_absent:
        yield provider.finding("{capacityProviderScalingConfigs} is set without {scalingMode}.")


def _shown(architecture: str) -> str:
    """Return an architecture as set, or that it is none; never a text that may be a secret."""
    is_known = architecture.lower() in CapacityProvider.ARCHITECTURES
    return architecture if is_known else "a value that is no architecture"


LEVELS = ("DEBUG", "INFO", "WARN")
LOG_GROUP = r"[.\-_/#A-Za-z0-9]+"


@refused(
    "tel-01-known-log-level",
    why="The API knows no other level.",
    fix="Set {systemLogLevel} to DEBUG, INFO or WARN.",
    sources=(sources.PROVIDER_LOGS, sources.CREATE_PROVIDER),
)
def known_level(provider: CapacityProvider) -> Iterator[Finding]:
    """The level of a capacity provider's logs is DEBUG, INFO or WARN."""
    yield from value_among(provider, CapacityProvider.log_level, LEVELS)


@refused(
    "tel-02-name-of-a-log-group",
    why="The API refuses other characters, and more than 512 of them.",
    fix="Use letters, digits and . - _ / # in {logGroup}.",
    sources=(sources.PROVIDER_LOGS, sources.CREATE_PROVIDER),
)
def name_of_a_log_group(provider: CapacityProvider) -> Iterator[Finding]:
    """The log group of a capacity provider has a name that AWS takes."""
    meaning = "letters, digits and . - _ / #"
    field = CapacityProvider.log_group
    yield from text_matching(provider, field, LOG_GROUP, 512, meaning)


@loses_telemetry(
    "tel-05-log-group-that-is-delivered-to",
    why="CloudWatch keeps such names for itself, and nothing is delivered there.",
    fix="Give {logGroup} another name, or one that begins with /aws/, a slash before it.",
    sources=(sources.PROVIDER_LOGS,),
)
def delivered(provider: CapacityProvider) -> Iterator[Finding]:
    """The log group of a capacity provider does not begin with aws/."""
    if (provider.log_group.or_none() or "").startswith("aws/"):
        yield provider.finding("{logGroup} begins with aws/.")


@costly(
    "tel-04-log-group-before-its-provider",
    why="Lambda makes it otherwise, without a retention, and it stays when the stack is gone.",
    fix="Add a log group of that name with a retention, and to {dependsOn} of the provider.",
    confidence=3,
    sources=(sources.PROVIDER_LOGS,),
)
def group_is_there_first(stack: Stack) -> Iterator[Finding]:
    """A log group that a program names for its capacity provider is there before it."""
    groups = {group.own_name.or_none(): group for group in stack.all(LogGroup)}
    if any(group.own_name.is_undecided for group in stack.all(LogGroup)):
        return
    for provider in stack.all(CapacityProvider):
        is_named = provider.is_native and not provider.log_group.is_absent
        group = groups.get(provider.logs_to)
        if group is None:  # CP-31 reports a fixed name, and tells of the log group
            problem = "The stack has no log group of the name in {logGroup}."
            is_early = is_named and provider.logs_to is not None
        else:
            problem = "The capacity provider does not wait for its log group."
            has_a_name = is_named or provider.fixed_name is not None
            is_early = has_a_name and not stack.comes_after(provider, [group])
        if is_early:
            yield provider.finding(problem)
