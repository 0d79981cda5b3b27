"""Roles and their policies (catalogue section 9, IAM)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from pulumi_policy import EnforcementLevel

from ..kinds import CapacityProvider, Role, RolePolicyAttachment
from ..rule import Failure, Finding, ResourceRule, StackRule
from ..sources import OPERATOR_ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..stack import Stack

LAMBDA = "lambda.amazonaws.com"
OPERATOR_POLICY = "AWSLambdaManagedEC2ResourceOperator"
OPERATOR_POLICY_ARN = re.compile(rf"arn:aws[a-zA-Z-]*:iam::aws:policy/{OPERATOR_POLICY}")


def _lambda_is_trusted(stack: Stack) -> Iterator[Finding]:
    for provider in stack.all(CapacityProvider):
        roles = stack.operator_roles_of(provider)
        if roles and all(_trusts_lambda(role) is False for role in roles):
            yield Finding(
                problem="The trust policy of the operator role does not name Lambda.",
                allowed=f"a statement that lets the service {LAMBDA} do sts:AssumeRole",
                fix=f'allow sts:AssumeRole to Principal {{"Service": "{LAMBDA}"}}',
                resource=roles[0],
            )


IAM_01 = StackRule(
    id="IAM-01",
    name="iam-01-lambda-may-assume-the-operator-role",
    title="Lambda may assume the operator role of a capacity provider.",
    why="Lambda launches the instances with this role; neither EC2 nor any other service does.",
    fix="Allow sts:AssumeRole to the service lambda.amazonaws.com in the trust policy.",
    failure=Failure.NEVER_ACTIVE,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(OPERATOR_ROLE,),
    check=_lambda_is_trusted,
)


def _operator_policy_exists(attachment: RolePolicyAttachment) -> Iterator[Finding]:
    arn = attachment.policy.or_none()
    if arn is None or not arn.endswith(f"/{OPERATOR_POLICY}") or ":aws:policy/" not in arn:
        return
    if OPERATOR_POLICY_ARN.fullmatch(arn):
        return
    yield Finding(
        problem=f"policy_arn gives {OPERATOR_POLICY} a path that it does not have.",
        allowed=f"arn:aws:iam::aws:policy/{OPERATOR_POLICY}, with the partition of the Region",
        fix=f'set policy_arn to "arn:aws:iam::aws:policy/{OPERATOR_POLICY}"',
    )


IAM_02 = ResourceRule(
    id="IAM-02",
    name="iam-02-operator-policy-arn",
    title="The managed policy of the operator role is given by its right ARN.",
    why="AWS has it at the path /; the same name under service-role/ does not exist.",
    fix="Use arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator.",
    failure=Failure.NEVER_ACTIVE,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(OPERATOR_ROLE,),
    subject=RolePolicyAttachment,
    check=_operator_policy_exists,
)


def _trusts_lambda(role: Role) -> bool | None:
    """Whether any statement may let Lambda in; None where the policy cannot be read."""
    try:
        policy: Any = json.loads(role.trust.or_none() or "")
    except (ValueError, RecursionError):
        return None
    statements = _as_list(cast("dict[str, Any]", policy).get("Statement")) if _is(policy) else []
    if not statements or not all(_is(statement) for statement in statements):
        return None
    return any(_names_lambda(statement) for statement in statements)


def _names_lambda(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    if not _is(principal):
        return True  # "*", or NotPrincipal: not refused for want of a name
    services = _as_list(cast("dict[str, Any]", principal).get("Service"))
    return statement.get("Effect") == "Allow" and LAMBDA in services


def _is(value: object) -> bool:
    return isinstance(value, dict)


def _as_list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


RULES = (IAM_01, IAM_02)
