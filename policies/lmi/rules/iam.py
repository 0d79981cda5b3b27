"""Roles, their policies, and keys (rules IAM)."""

import re
from collections.abc import Iterator

from ..facts import sources
from ..facts.aws_policies import LOG_ACTIONS
from ..graph.permissions import Permissions
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function
from ..model.general import Key
from ..model.iam import Role, RolePolicyAttachment
from ..model.iam_policy import Statement, parse
from .checks import holders_of
from .rule import Finding, hardening, insecure, loses_telemetry, never_active, unwise

LAMBDA = "lambda.amazonaws.com"
OPERATOR_POLICY = "AWSLambdaManagedEC2ResourceOperator"
OPERATOR_POLICY_ARN = rf"arn:aws[a-zA-Z-]*:iam::aws:policy/{OPERATOR_POLICY}"
NO_POLICY = "AmazonLambdaCapacityProviderOperatorRolePolicy"
"""A name that AWS's own tools had for it until they were tried."""
LAUNCH_ACTIONS = ("ec2:RunInstances", "ec2:DescribeSecurityGroups")
"""What nothing starts without; AWS ran roles that lacked several of the others.

The second is asked for when the capacity provider is created.
"""
OTHER_ACTIONS = (
    "ec2:CreateTags", "ec2:AttachNetworkInterface", "ec2:CreateNetworkInterface",
    "ec2:DescribeAvailabilityZones", "ec2:DescribeCapacityReservations", "ec2:DescribeInstances",
    "ec2:DescribeInstanceStatus", "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes", "ec2:DescribeSubnets", "ec2:DescribeVpcEncryptionControls",
)  # fmt: skip
"""What else the managed policy allows, its logs left out (IAM-03)."""
TRACE_ACTIONS = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
WIDE_POLICIES = (
    r"arn:aws[a-zA-Z-]*:iam::aws:policy/(AdministratorAccess|PowerUserAccess|AmazonEC2FullAccess)"
)
VPC_ACCESS_POLICY = "AWSLambdaVPCAccessExecutionRole"
MANAGED_BY = "ec2:managedresourceoperator"
"""The condition key that keeps a role to instances of Lambda's, lower case."""
SOURCES_OF_CALLS = {"aws:sourceaccount", "aws:sourcearn"}


@never_active(
    "iam-01-lambda-may-assume-the-operator-role",
    why="Lambda launches the instances with this role; neither EC2 nor any other service does.",
    fix="Allow sts:AssumeRole to the service lambda.amazonaws.com in the trust policy.",
    sources=(sources.OPERATOR_ROLE,),
)
def lambda_is_trusted(stack: Stack) -> Iterator[Finding]:
    """Lambda may assume the operator role of a capacity provider."""
    for provider in stack.all(CapacityProvider):
        roles = stack.roles_of(provider)
        trusts = [parse(role.trust.or_none()) for role in roles]
        if roles and all(one is not None and not any(map(_lets_in, one)) for one in trusts):
            yield roles[0].finding("The trust policy of the operator role does not name Lambda.")


@never_active(
    "iam-02-operator-policy-arn",
    why="AWS has it at the path /; the same name under service-role/ does not exist.",
    fix="Use arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator.",
    sources=(sources.OPERATOR_ROLE, sources.CDK_TRIAL),
)
def operator_policy_exists(stack: Stack) -> Iterator[Finding]:
    """The managed policy of the operator role is given by its right ARN."""
    references = [(holder, holder.policy) for holder in stack.all(RolePolicyAttachment)]
    for role in stack.all(Role):
        references += [(role, arn) for arn in role.managed_policies.or_none() or ()]
    for holder, reference in references:
        arn = reference.or_none() or ""
        name = arn.rpartition("/")[2] if ":aws:policy/" in arn else ""
        if name in (OPERATOR_POLICY, NO_POLICY) and not re.fullmatch(OPERATOR_POLICY_ARN, arn):
            yield holder.finding(
                f"AWS has no policy {name} at this path.",
                allowed=f"arn:aws:iam::aws:policy/{OPERATOR_POLICY}, with the Region's partition",
            )


@never_active(
    "iam-02-operator-role-has-a-policy",
    why="Lambda launches the instances with this role, and without a policy it may do nothing.",
    fix="Attach arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator.",
    sources=(sources.OPERATOR_ROLE,),
)
def operator_may_do_something(stack: Stack) -> Iterator[Finding]:
    """The operator role of a capacity provider has a policy."""
    for role, permissions in _operators(stack):
        if permissions.are_none:
            yield role.finding("The operator role has no policy.")


@never_active(
    "iam-03-operator-role-may-launch",
    why="Lambda launches the instances with this role, and can start nothing without it.",
    fix="Allow at least what AWSLambdaManagedEC2ResourceOperator allows.",
    sources=(sources.OPERATOR_ROLE, sources.PROVIDER_PROBE),
)
def operator_may_launch(stack: Stack) -> Iterator[Finding]:
    """The policies of an operator role allow launching instances."""
    yield from _operators_without(stack, LAUNCH_ACTIONS)


@unwise(
    "iam-03-operator-role-allows-what-aws-lists",
    why="AWS calls these permissions the minimum, and adds to them as LMI grows.",
    fix="Allow at least what AWSLambdaManagedEC2ResourceOperator allows.",
    sources=(sources.OPERATOR_ROLE,),
)
def operator_may_do_the_rest(stack: Stack) -> Iterator[Finding]:
    """The policies of an operator role allow all that AWS's managed policy allows."""
    yield from _operators_without(stack, OTHER_ACTIONS)


@insecure(
    "iam-04-operator-role-may-no-more",
    why="Everything that can use the role could launch and change instances that are not Lambda's.",
    fix="Attach AWSLambdaManagedEC2ResourceOperator alone, or copy its conditions.",
    confidence=3,
    sources=(sources.OPERATOR_ROLE, sources.SECURITY),
    equivalents=("checkov:CKV_AWS_274",),
)
def operator_may_no_more(stack: Stack) -> Iterator[Finding]:
    """The operator role may not do more than operate Lambda's instances."""
    for role, permissions in _operators(stack):
        wide = [arn for arn in permissions.managed if re.fullmatch(WIDE_POLICIES, arn)]
        allowing = [one for _, document in permissions.documents for one in document if one.allows]
        if wide:
            problem = f"The operator role has {wide[0].rpartition('/')[2]}."
        elif any(map(_is_all_of_ec2, allowing)):
            problem = "The operator role may do everything in EC2."
        elif any(map(_launches_unmanaged, allowing)):
            problem = "The operator role may launch instances that Lambda does not manage."
        else:
            continue
        yield role.finding(
            problem=problem,
            allowed=f"{OPERATOR_POLICY}, or its actions under its conditions",
            fix=(
                f"attach {OPERATOR_POLICY} alone, or demand ec2:ManagedResourceOperator = "
                f"scaler.{LAMBDA} for ec2:RunInstances on instances"
            ),
        )


@insecure(
    "iam-07-pass-certain-providers-only",
    why="Who may pass a provider can run code on the instances that its functions share.",
    fix='Name "arn:aws:lambda:*:*:capacity-provider:<prefix>-*" as Resource.',
    sources=(sources.SECURITY,),
    equivalents=("cdk-nag:AwsSolutions-IAM5",),
)
def provider_may_not_be_any(stack: Stack) -> Iterator[Finding]:
    """The right to lambda:PassCapacityProvider is for certain capacity providers only."""
    is_wrong = _passes_any_provider if stack.runs_lmi else _passes_any_by_name
    for holder in holders_of(stack.policy_documents(), is_wrong):
        yield holder.finding("lambda:PassCapacityProvider is allowed on every capacity provider.")


@hardening(
    "iam-08-operator-trust-names-the-account",
    why=(
        "AWS recommends it against a confused deputy, but shows no such condition for LMI: where "
        "Lambda sends no such key, the capacity provider never becomes active."
    ),
    fix="Add a condition on aws:SourceAccount or aws:SourceArn, tried in an account of your own.",
    confidence=4,
    sources=(sources.CONFUSED_DEPUTY,),
)
def trust_names_the_account(stack: Stack) -> Iterator[Finding]:
    """The trust policy of an operator role names the account that Lambda acts for."""
    for role, _ in _operators(stack):
        document = parse(role.trust.or_none())
        if document and not any(one.condition_keys & SOURCES_OF_CALLS for one in document):
            yield role.finding("The trust policy of the operator role takes calls for any account.")


@hardening(
    "iam-09-no-network-permissions-for-functions",
    why="The capacity provider brings the network, so the function needs no network interfaces.",
    fix="Attach AWSLambdaBasicExecutionRole, or allow writing to the log group only.",
    sources=(sources.GETTING_STARTED,),
)
def no_network_permissions(stack: Stack) -> Iterator[Finding]:
    """An execution role on Lambda Managed Instances has no permissions for a VPC."""
    for role, permissions, _ in _executions(stack):
        if any(arn.endswith(f"/{VPC_ACCESS_POLICY}") for arn in permissions.managed):
            yield role.finding(f"The execution role has {VPC_ACCESS_POLICY}.")


@loses_telemetry(
    "iam-09-traces-may-be-sent",
    why="The environment sends them itself; without the permission they are lost.",
    fix="Allow xray:PutTraceSegments and xray:PutTelemetryRecords, or turn tracing off.",
    sources=(sources.TRACING,),
)
def traces_are_permitted(stack: Stack) -> Iterator[Finding]:
    """The execution role of a traced function may send traces."""
    for role, permissions, function in _executions(stack):
        traced = function.tracing.or_none() == "Active"
        missing = permissions.lacking(TRACE_ACTIONS) if traced else ()
        if missing:
            yield role.finding(
                f"Tracing is Active, and the execution role lacks {' and '.join(missing)}."
            )


@loses_telemetry(
    "iam-11-operator-role-may-log",
    why="Without the permission Lambda delivers no system logs, and reports no error.",
    fix="Allow logs:CreateLogGroup, logs:CreateLogStream and logs:PutLogEvents.",
    sources=(sources.PROVIDER_LOGS, sources.OPERATOR_ROLE),
)
def operator_may_log(stack: Stack) -> Iterator[Finding]:
    """The policies of an operator role allow writing the provider's logs."""
    yield from _operators_without(stack, LOG_ACTIONS)


@unwise(
    "iam-12-provider-after-its-policies",
    why="Lambda uses the role at once, and the provider retries for two minutes only.",
    fix="Add the policies and their attachments to {dependsOn} of the capacity provider.",
    confidence=3,
    sources=(sources.PROVIDER_SOURCE + "capacity_provider.go",),
)
def provider_waits_for_policies(stack: Stack) -> Iterator[Finding]:
    """A capacity provider is created after the policies of its operator role."""
    for provider in stack.all(CapacityProvider):
        role = stack.role_of(provider)
        grants = stack.permissions_of(role).grants if role else []
        if not stack.comes_after(provider, grants):
            yield provider.finding("It does not wait for every policy of its operator role.")


def _operators(stack: Stack) -> Iterator[tuple[Role, Permissions]]:
    """Yield each role of the stack that certainly operates a capacity provider."""
    for role in dict.fromkeys(map(stack.role_of, stack.all(CapacityProvider))):
        if role is not None:
            yield role, stack.permissions_of(role)


def _operators_without(stack: Stack, actions: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a finding for each operator role whose policies leave out actions."""
    for role, permissions in _operators(stack):
        missing = permissions.lacking(actions)
        if missing:
            yield role.finding(
                problem=f"The operator role's policies do not allow {', '.join(missing)}.",
                allowed=f"at least what {OPERATOR_POLICY} allows",
                fix=f"add the missing actions, or attach {OPERATOR_POLICY} instead",
            )


def _executions(stack: Stack) -> Iterator[tuple[Role, Permissions, Function]]:
    """Yield each function on LMI whose execution role is certainly in the stack, with the role."""
    for function in stack.managed_functions():
        role = stack.role_of(function)
        if role is not None:
            yield role, stack.permissions_of(role), function


def _is_all_of_ec2(statement: Statement) -> bool:
    return any(action.lower() in ("*", "ec2:*") for action in statement.actions)


def _launches_unmanaged(statement: Statement) -> bool:
    on_instances = statement.is_on_any(":*") or any(":instance/" in r for r in statement.resources)
    launches = statement.covers("ec2:RunInstances") and on_instances
    return launches and MANAGED_BY not in statement.condition_keys


def _passes_any_provider(statement: Statement) -> bool:
    passes = statement.allows and statement.names("lambda:PassCapacityProvider")
    return passes and statement.is_on_any(":capacity-provider:*", ":*:*:*")


def _passes_any_by_name(statement: Statement) -> bool:
    """Return whether it names the action: without LMI, wildcards are not about providers."""
    named = any(action.lower().startswith("lambda:pass") for action in statement.actions)
    return named and _passes_any_provider(statement)


def _lets_in(statement: Statement) -> bool:
    """Return whether a statement of a trust policy may let Lambda in."""
    # Not refused for want of a name where it is open to all, which is another matter.
    is_open = "*" in statement.principals or "*" in statement.principals.get("AWS", ())
    is_named = is_open or LAMBDA in statement.principals.get("Service", ())
    return statement.allows and statement.covers("sts:AssumeRole") and is_named


SYMMETRIC = "SYMMETRIC_DEFAULT"


@never_active(
    "iam-10-key-encrypts-volumes",
    why="It encrypts the instances' EBS volumes, which other keys cannot.",
    fix=f"Give the capacity provider an enabled key with {SYMMETRIC}, or none.",
    confidence=4,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def key_encrypts_volumes(stack: Stack) -> Iterator[Finding]:
    """The KMS key of a capacity provider is enabled and symmetric."""
    for provider in stack.all(CapacityProvider):
        for key in stack.links(provider, CapacityProvider.kms_key, Key).found:
            is_disabled = key.is_enabled.or_none() is False
            if is_disabled or key.spec.or_default(SYMMETRIC) not in (None, SYMMETRIC):
                spec = "{customerMasterKeySpec} is none that encrypts volumes."
                yield key.finding("The key is disabled." if is_disabled else spec)
