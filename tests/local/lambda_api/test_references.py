"""Roles, subnets and security groups that a request names have to exist, as on AWS."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.endpoint import ServedEndpoint
from tests.local.lambda_api.account import (
    ROLE,
    SECURITY_GROUP,
    SUBNET,
    Members,
    capacity_provider,
    client,
    function,
    refused,
    trust,
)

CANNOT_BE_ASSUMED = "The role defined for the function cannot be assumed by Lambda."
INVALID_OPERATOR = "The operator role is invalid or doesn't have sufficient permissions."
FOREIGN_ROLE = "arn:aws:iam::210987654321:role/hello"
INVALID = "InvalidParameterValueException"


@pytest.fixture
def new_role(
    endpoint: ServedEndpoint, region: str, request: pytest.FixtureRequest
) -> Callable[[str], str]:
    """Return what makes a role with a trust policy, and gives its ARN."""
    iam = client("iam", endpoint.url, "us-east-1")

    def create(policy: str) -> str:
        role = iam.create_role(RoleName=region, AssumeRolePolicyDocument=policy)["Role"]
        request.addfinalizer(lambda: iam.delete_role(RoleName=region))
        return role["Arn"]

    return create


@pytest.mark.parametrize("role", [f"{ROLE}-missing", ROLE.replace("hello", "team/hello")])
def test_a_missing_role_is_refused(aws: Any, role: str) -> None:
    with refused(INVALID, CANNOT_BE_ASSUMED):
        aws.create_function(**function(Role=role))
    with refused(INVALID, INVALID_OPERATOR):
        operator = {"CapacityProviderOperatorRoleArn": role}
        aws.create_capacity_provider(**capacity_provider(PermissionsConfig=operator))


def test_a_role_that_trusts_another_service_is_refused(
    aws: Any, new_role: Callable[[str], str]
) -> None:
    role = new_role(trust("ec2.amazonaws.com"))

    with refused(INVALID, CANNOT_BE_ASSUMED):
        aws.create_function(**function(Role=role))
    with refused(INVALID, INVALID_OPERATOR):
        operator = {"CapacityProviderOperatorRoleArn": role}
        aws.create_capacity_provider(**capacity_provider(PermissionsConfig=operator))


def test_a_role_may_trust_lambda_among_others(aws: Any, new_role: Callable[[str], str]) -> None:
    statements: list[Members] = [
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"},
        {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
        },
    ]
    role = new_role(json.dumps({"Version": "2012-10-17", "Statement": statements}))

    assert aws.create_function(**function(Role=role))["Role"] == role


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "sts:*", "Principal": {"Service": "lambda.amazonaws.com"}},
        {"Action": "STS:Assume*", "Principal": {"Service": "lambda.amazonaws.com"}},
        {"Action": "*", "Principal": {"AWS": "123456789012", "Service": ["lambda.amazonaws.com"]}},
        {"NotAction": "sts:TagSession", "Principal": {"Service": "lambda.amazonaws.com"}},
        {"Action": "sts:AssumeRole", "Principal": "*"},
    ],
)
def test_a_trust_policy_may_be_wide(
    aws: Any, new_role: Callable[[str], str], statement: Members
) -> None:
    statements = [{"Effect": "Allow", **statement}]
    role = new_role(json.dumps({"Version": "2012-10-17", "Statement": statements}))

    assert aws.create_function(**function(Role=role))["Role"] == role


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "sts:AssumeRole", "Principal": {"AWS": "*"}},
        {"Action": "sts:TagSession", "Principal": {"Service": "lambda.amazonaws.com"}},
    ],
)
def test_a_trust_policy_that_does_not_mean_lambda_is_refused(
    aws: Any, new_role: Callable[[str], str], statement: Members
) -> None:
    statements = {"Effect": "Allow", **statement}  # one statement needs no list
    role = new_role(json.dumps({"Version": "2012-10-17", "Statement": statements}))

    with refused(INVALID, CANNOT_BE_ASSUMED):
        aws.create_function(**function(Role=role))


def test_a_function_keeps_its_role_when_the_new_one_is_missing(aws: Any) -> None:
    aws.create_function(**function())

    with refused(INVALID, CANNOT_BE_ASSUMED):
        aws.update_function_configuration(FunctionName="hello", Role=f"{ROLE}-missing")

    assert aws.get_function_configuration(FunctionName="hello")["Role"] == ROLE


def test_the_role_of_another_account_is_refused(aws: Any) -> None:
    with refused("AccessDeniedException", "Cross-account pass role is not allowed.") as response:
        aws.create_function(**function(Role=FOREIGN_ROLE))

    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    ("subnet", "group", "message"),
    [
        ("subnet-2", SECURITY_GROUP, "The subnet ID 'subnet-2' does not exist"),
        (SUBNET, "sg-2", "The security group 'sg-2' does not exist"),
    ],
)
def test_the_network_of_a_function_has_to_exist(
    aws: Any, subnet: str, group: str, message: str
) -> None:
    network = {"SubnetIds": [SUBNET, subnet], "SecurityGroupIds": [group]}
    with refused(INVALID, message):
        aws.create_function(**function(VpcConfig=network))


@pytest.mark.parametrize(
    "network",
    [
        {"SubnetIds": [SUBNET], "SecurityGroupIds": []},
        {"SubnetIds": [], "SecurityGroupIds": [SECURITY_GROUP]},
    ],
)
def test_a_function_has_subnets_and_groups_or_neither(aws: Any, network: Members) -> None:
    with refused(INVALID, "SubnetIds and SecurityIds must coexist or be both empty list."):
        aws.create_function(**function(VpcConfig=network))


@pytest.mark.parametrize(
    ("network", "what"),
    [
        ({"SubnetIds": ["subnet-2"], "SecurityGroupIds": [SECURITY_GROUP]}, "subnet"),
        ({"SubnetIds": [SUBNET], "SecurityGroupIds": ["sg-2"]}, "security group"),
    ],
)
def test_the_network_of_a_capacity_provider_has_to_exist(
    aws: Any, network: Members, what: str
) -> None:
    with refused(INVALID, f"One or more {what} IDs are invalid. Check that the IDs are correct"):
        aws.create_capacity_provider(**capacity_provider(VpcConfig=network))


def test_a_capacity_provider_needs_no_security_group_of_its_own(aws: Any) -> None:
    network = {"SubnetIds": [SUBNET], "SecurityGroupIds": []}
    created = aws.create_capacity_provider(**capacity_provider(VpcConfig=network))

    assert created["CapacityProvider"]["VpcConfig"]["SecurityGroupIds"] == []
