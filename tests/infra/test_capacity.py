"""The capacity provider and its operator role."""

import json

import pytest

from tests.infra.declared import ACCOUNT, Program, Resource, declare, resource_id

PROVIDER = "aws:lambda/capacityProvider:CapacityProvider"
OPERATOR = "lmi-streaming-operator"


@pytest.fixture
def provider(default: Program) -> Resource:
    return default.one(PROVIDER)


def test_lambda_operates_it_with_awss_managed_policy(default: Program, provider: Resource) -> None:
    role = next(role for role in default.all("aws:iam/role:Role") if role.name == OPERATOR)
    attachment = default.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    trust = json.loads(role.inputs["assumeRolePolicy"])["Statement"]

    assert [statement["Principal"] for statement in trust] == [{"Service": "lambda.amazonaws.com"}]
    assert attachment.inputs == {
        "role": f"{OPERATOR}-1a2b3c4",
        "policyArn": "arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator",
    }
    assert provider.inputs["permissionsConfig"] == {
        "capacityProviderOperatorRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{OPERATOR}-1a2b3c4"
    }


def test_its_instances_run_in_the_private_subnets(default: Program, provider: Resource) -> None:
    subnets = default.all("aws:ec2/subnet:Subnet")

    assert sorted(provider.inputs["vpcConfig"]["subnetIds"]) == sorted(
        resource_id("subnet", subnet.name) for subnet in subnets
    )
    assert provider.inputs["vpcConfig"]["securityGroupIds"] == [
        resource_id("sg", "lmi-streaming-instances")
    ]


def test_it_scales_by_cpu_within_its_maximum(provider: Resource) -> None:
    assert provider.inputs["capacityProviderScalingConfigs"] == [
        {
            "maxVcpuCount": 20,
            "scalingMode": "Manual",
            "scalingPolicies": [
                {
                    "predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization",
                    "targetValue": 70,
                }
            ],
        }
    ]


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_its_architecture_is_the_functions_and_no_type_is_ruled_out(architecture: str) -> None:
    declared = declare(architecture=architecture)

    assert declared.one(PROVIDER).inputs["instanceRequirements"] == [
        {"architectures": [architecture]}
    ]


def test_it_is_named_by_the_provider_so_that_it_can_be_replaced(provider: Resource) -> None:
    assert "name" not in provider.inputs


def test_its_arn_stays_within_140_characters_in_the_region_with_the_longest_name(
    provider: Resource,
) -> None:
    arn = f"arn:aws:lambda:ap-southeast-1:{ACCOUNT}:capacity-provider:{provider.name}-1a2b3c4"

    assert len(arn) <= 140
