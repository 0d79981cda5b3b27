"""What holds for any IAM policy, carried for stacks with LMI (family GEN; see ``general``)."""

import re
from collections.abc import Iterator

from ..facts import sources
from ..graph.stack import Stack
from ..model.iam_policy import Statement, is_pattern_for_all, parse
from .checks import holders_of
from .rule import Finding, insecure

WHOLE_SERVICE = r"(?i)[a-z0-9-]+:\*"
ADMINISTRATOR = r"arn:aws[a-zA-Z-]*:iam::aws:policy/AdministratorAccess"


@insecure(
    "gen-13-no-star-permissions",
    why="All code that runs with the role can do all of it, an attacker's included.",
    fix="Name actions and resources.",
    sources=(sources.LEAST_PRIVILEGE,),
    equivalents=(
        "checkov:CKV_AWS_62",
        "checkov:CKV_AWS_63",
        "checkov:CKV_AWS_355",
        "cdk-nag:AwsSolutions-IAM5",
    ),
)
def no_star_permissions(stack: Stack) -> Iterator[Finding]:
    """Policies name the actions that they allow."""
    for holder in holders_of(stack.used.policy_documents(), _allows_too_much):
        yield holder.finding(
            problem="A statement allows all actions, or all of a service on every resource.",
            allowed="the actions that are needed, on the resources that they are for",
        )
    for role in filter(None, map(stack.role_of, stack.managed_functions())):
        if any(re.fullmatch(ADMINISTRATOR, arn) for arn in stack.permissions_of(role).managed):
            yield role.finding(
                problem="The execution role has AdministratorAccess.",
                allowed="the actions that the function needs",
            )


@insecure(
    "gen-14-pass-certain-roles-only",
    why="Who may pass any role to a function can use the permissions of every role.",
    fix="Name the roles as Resource, with a condition on iam:PassedToService.",
    sources=(sources.PASS_ROLE,),
    equivalents=("checkov:CKV_AWS_286", "checkov:CKV_AWS_289"),
)
def certain_roles_are_passed(stack: Stack) -> Iterator[Finding]:
    """The right to iam:PassRole is for certain roles only."""
    for holder in holders_of(stack.used.policy_documents(), _passes_any_role):
        yield holder.finding(
            problem="iam:PassRole is allowed on every role.",
            allowed="the ARNs of certain roles, or those with a common path",
        )


@insecure(
    "gen-15-trust-is-narrow",
    why="Every AWS account could act with it.",
    fix="Name a service, an account or a role as Principal.",
    sources=(sources.TRUST,),
    equivalents=("checkov:CKV_AWS_60", "checkov:CKV_AWS_61"),
)
def trust_is_narrow(stack: Stack) -> Iterator[Finding]:
    """A trust policy does not let everyone assume the role."""
    for role in stack.used.roles:
        document = parse(role.trust.or_none())
        if document and any(_trusts_everyone(statement) for statement in document):
            yield role.finding(
                problem="The trust policy lets every AWS account assume the role.",
                allowed="a service, an account or a role as Principal",
            )


def _allows_too_much(statement: Statement) -> bool:
    on_all = any(is_pattern_for_all(resource) for resource in statement.resources)
    whole = any(re.fullmatch(WHOLE_SERVICE, action) for action in statement.actions)
    everything = any(is_pattern_for_all(action) for action in statement.actions)
    return statement.allows and (everything or (whole and on_all))


def _passes_any_role(statement: Statement) -> bool:
    on_all = any(
        is_pattern_for_all(resource) or resource.endswith(":role/*")
        for resource in statement.resources
    )
    return statement.allows and on_all and statement.names("iam:PassRole")


def _trusts_everyone(statement: Statement) -> bool:
    anyone = "*" in (*statement.principals.get("*", ()), *statement.principals.get("AWS", ()))
    return statement.allows and anyone and not statement.condition_keys
