"""The capacity provider and its operator role."""

import json

import pytest

from tests.infra.declared import ACCOUNT, REGION, Program, Resource, declare, resource_id

PROVIDER = "aws:lambda/capacityProvider:CapacityProvider"
OPERATOR = "lmi-streaming-operator"


@pytest.fixture
def provider(default: Program) -> Resource:
    return default.one(PROVIDER)


def test_the_operator_role_has_awss_managed_policy(default: Program, provider: Resource) -> None:
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
def test_it_has_the_functions_architecture_and_allows_all_instance_types(architecture: str) -> None:
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


def test_automatic_scaling_has_no_target_of_its_own() -> None:
    scaling = declare(scalingMode="Auto").one(PROVIDER).inputs["capacityProviderScalingConfigs"]

    assert scaling == [{"maxVcpuCount": 20, "scalingMode": "Auto"}]


def test_the_least_operator_policy_names_region_subnets_and_groups() -> None:
    declared = declare(operatorPolicy="least")
    policy = declared.one("aws:iam/rolePolicy:RolePolicy", role=f"{OPERATOR}-1a2b3c4")
    statements = json.loads(policy.inputs["policy"])["Statement"]
    ec2, logs = f"arn:aws:ec2:{REGION}", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda"
    subnets = [resource_id("subnet", f"lmi-streaming-{REGION}{letter}") for letter in "abc"]

    assert declared.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment") == []
    assert policy.urn in declared.before(declared.one(PROVIDER))
    assert statements == [
        {
            "Effect": "Allow",
            "Action": ["ec2:RunInstances", "ec2:CreateTags", "ec2:AttachNetworkInterface"],
            "Resource": [
                f"{ec2}:{ACCOUNT}:{it}/*" for it in ("instance", "network-interface", "volume")
            ],
            "Condition": {
                "StringEquals": {"ec2:ManagedResourceOperator": "scaler.lambda.amazonaws.com"}
            },
        },
        {
            "Effect": "Allow",
            "Action": ["ec2:RunInstances", "ec2:CreateNetworkInterface"],
            "Resource": [
                *(f"{ec2}:{ACCOUNT}:subnet/{subnet}" for subnet in subnets),
                f"{ec2}:{ACCOUNT}:security-group/{resource_id('sg', 'lmi-streaming-instances')}",
            ],
        },
        {
            "Effect": "Allow",
            "Action": "ec2:RunInstances",
            "Resource": f"{ec2}::image/*",
            "Condition": {"StringEquals": {"ec2:Owner": "amazon"}},
        },
        {
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeInstances",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcEncryptionControls",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": "logs:CreateLogGroup",
            "Resource": f"{logs}/capacity-provider/lmi-streaming-*",
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{logs}/capacity-provider/lmi-streaming-*:log-stream:*",
        },
    ]


def test_an_existing_provider_brings_its_own_network() -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"
    declared = declare(capacityProviderArn=arn)
    config = declared.one("aws:lambda/function:Function").inputs["capacityProviderConfig"]

    assert config["lambdaManagedInstancesCapacityProviderConfig"]["capacityProviderArn"] == arn
    assert declared.outputs["capacity_provider_arn"] == arn
    assert declared.outputs["vpc_id"] == ""
    assert declared.calls == []
    assert not {
        resource.type
        for resource in declared.resources
        if resource.type.startswith(("aws:ec2/", "aws:vpc/", "aws:lambda/capacityProvider"))
    }
