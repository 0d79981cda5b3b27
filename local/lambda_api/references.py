"""What functions and capacity providers name beside each other: roles, layers and networks.

moto has the roles and the networks. AWS's words: docs/facts/lmi.md#what-the-api-answers.
"""

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from moto.iam.models import iam_backends

from local.account import ACCOUNT_ID
from local.lambda_api.errors import access_denied, invalid_parameter
from local.lambda_api.layers import layer_files
from local.lambda_api.protocol import Members
from local.lambda_api.state import Region

_NO_SUBNET: Final = (
    "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error"
    " Message: The subnet ID '{id}' does not exist"
)

_NO_GROUP: Final = (
    "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error"
    " Message: The security group '{id}' does not exist"
)

_INVALID_IDS: Final = (
    "One or more {what} IDs are invalid. Check that the IDs are correct and try again."
)


def check_references_of_function(region: Region, request: Members) -> None:
    """Raise for a role, layers or a network that a function cannot have.

    Layers of other accounts and Regions, such as the web adapter's, cannot be looked up.
    """
    role: str | None = request.get("Role")
    if role and f":{ACCOUNT_ID}:" not in role:
        raise access_denied("Cross-account pass role is not allowed.")
    if role and not _trusts_lambda(role):
        raise invalid_parameter("The role defined for the function cannot be assumed by Lambda.")
    for arn in request.get("Layers") or ():
        is_own = arn.startswith(region.arn("layer:"))
        if is_own and not list(layer_files(region, [arn])):
            raise invalid_parameter(f"Layer version {arn} does not exist.")
    network: Members = request.get("VpcConfig") or {}
    if bool(network.get("SubnetIds")) != bool(network.get("SecurityGroupIds")):
        raise invalid_parameter("SubnetIds and SecurityIds must coexist or be both empty list.")
    if network.get("SubnetIds"):
        _check_network(region, network, _NO_SUBNET, _NO_GROUP)


def check_references_of_capacity_provider(region: Region, settings: Members) -> None:
    """Raise for an operator role or a network that a capacity provider cannot have."""
    if not _trusts_lambda(settings["PermissionsConfig"]["CapacityProviderOperatorRoleArn"]):
        raise invalid_parameter(
            "The operator role is invalid or doesn't have sufficient permissions. Verify the role"
            " and permissions and try again."
        )
    unknown = [_INVALID_IDS.format(what=what) for what in ("subnet", "security group")]
    _check_network(region, settings["VpcConfig"], *unknown)


def _check_network(region: Region, network: Members, no_subnet: str, no_group: str) -> None:
    # Loaded with the first call to moto (local/memory.py); importing it earlier takes seconds.
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    ec2 = cast("Any", ec2_backends)[ACCOUNT_ID][region.name]
    for ids, resources, missing in (
        (network["SubnetIds"], ec2.describe_subnets(), no_subnet),
        (network["SecurityGroupIds"], ec2.describe_security_groups(), no_group),
    ):
        known = {resource.id for resource in resources}
        for unknown in (each for each in ids if each not in known):
            raise invalid_parameter(missing.format(id=unknown))


def _trusts_lambda(arn: str) -> bool:
    """Return whether a role exists and Lambda may assume it; conditions are not evaluated."""
    roles: Iterable[Any] = cast("Any", iam_backends)[ACCOUNT_ID]["aws"].get_roles()
    return any(
        _admits_lambda(statement)
        for role in list(roles)
        if role.arn == arn
        for statement in _listed(json.loads(role.assume_role_policy_document)["Statement"])
    )


def _admits_lambda(statement: Members) -> bool:
    """Return whether a statement lets Lambda assume the role.

    ``NotAction`` and ``NotPrincipal`` count as all: what AWS may accept is not refused.
    """
    principal: str | Members = statement.get("Principal", "*")
    services = principal if isinstance(principal, str) else principal.get("Service", [])
    actions = _listed(statement.get("Action", "*"))
    return (
        statement["Effect"] == "Allow"
        and any(fnmatchcase("sts:assumerole", action.lower()) for action in actions)
        and not {"*", "lambda.amazonaws.com"}.isdisjoint(_listed(services))
    )


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]
