"""Capacity providers, from creation to deletion."""

from typing import Any

import pytest

from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import ROLE, capacity_provider, function, managed, refused

CPU = "LambdaCapacityProviderAverageCPUUtilization"


def test_a_new_provider_is_pending_and_then_active(aws: Any) -> None:
    created = aws.create_capacity_provider(**capacity_provider())
    found = aws.get_capacity_provider(CapacityProviderName="pool")

    assert created["CapacityProvider"]["State"] == "Pending"
    assert found["CapacityProvider"]["State"] == "Active"


def test_aws_fills_in_what_a_provider_leaves_out(aws: Any, region: str, pool: str) -> None:
    found = aws.get_capacity_provider(CapacityProviderName=pool)["CapacityProvider"]

    assert found["CapacityProviderArn"] == (
        f"arn:aws:lambda:{region}:123456789012:capacity-provider:pool"
    )
    assert found["InstanceRequirements"] == {"Architectures": ["x86_64"]}
    assert found["CapacityProviderScalingConfig"] == {"MaxVCpuCount": 400, "ScalingMode": "Auto"}
    assert found["PermissionsConfig"] == {"CapacityProviderOperatorRoleArn": ROLE}


def test_names_are_unique(aws: Any, pool: str) -> None:
    with pytest.raises(aws.exceptions.ResourceConflictException, match="already exists: pool"):
        aws.create_capacity_provider(**capacity_provider())


def test_scaling_can_be_changed(aws: Any, pool: str) -> None:
    manual = {
        "MaxVCpuCount": 20,
        "ScalingMode": "Manual",
        "ScalingPolicies": [{"PredefinedMetricType": CPU, "TargetValue": 70.0}],
    }

    aws.update_capacity_provider(CapacityProviderName="pool", CapacityProviderScalingConfig=manual)

    found = aws.get_capacity_provider(CapacityProviderName="pool")["CapacityProvider"]
    assert found["CapacityProviderScalingConfig"] == manual


def test_a_changed_limit_of_vcpus_counts_at_once(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    ((deployment, _),) = data_plane.deployments
    assert deployment.max_vcpus is not None
    before = deployment.max_vcpus()

    aws.update_capacity_provider(
        CapacityProviderName="pool", CapacityProviderScalingConfig={"MaxVCpuCount": 30}
    )

    assert (before, deployment.max_vcpus()) == (400, 30)


def test_manual_scaling_needs_a_policy(aws: Any) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="ScalingPolicies"):
        aws.create_capacity_provider(
            **capacity_provider(CapacityProviderScalingConfig={"ScalingMode": "Manual"})
        )


def test_allowed_and_excluded_types_exclude_each_other(aws: Any) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="together"):
        aws.create_capacity_provider(
            **capacity_provider(
                InstanceRequirements={
                    "Architectures": ["x86_64"],
                    "AllowedInstanceTypes": ["m7i.large"],
                    "ExcludedInstanceTypes": ["c7i.large"],
                }
            )
        )


@pytest.mark.parametrize("members", ["AllowedInstanceTypes", "ExcludedInstanceTypes"])
@pytest.mark.parametrize(
    ("instance_type", "offered"),
    [
        ("c7g.xlarge", True),
        ("m8*", True),
        ("r*.large", True),
        ("g6e.2xlarge", True),
        ("*.large", True),
        ("t3.large", False),
        ("x2gd.*", False),
        ("mac2.metal", False),
        ("m7i.metal-24xl", False),
        ("hpc7g.4xlarge", False),
    ],
)
def test_instance_types_are_of_the_families_that_lambda_offers(
    aws: Any, members: str, instance_type: str, offered: bool
) -> None:
    wanted = capacity_provider(InstanceRequirements={members: [instance_type]})
    if offered:
        aws.create_capacity_provider(**wanted)
    else:
        with refused("InvalidParameterValueException", f"type {instance_type} is not supported"):
            aws.create_capacity_provider(**wanted)


def test_a_provider_in_use_cannot_be_deleted(aws: Any, managed_function: str, pool: str) -> None:
    words = (
        "The capacity provider is currently in use by 1 functions. To delete this capacity"
        f" provider, first remove its association with {pool}."
    )
    with pytest.raises(aws.exceptions.ResourceConflictException, match=words):
        aws.delete_capacity_provider(CapacityProviderName="pool")

    aws.delete_function(FunctionName=managed_function)
    deleted = aws.delete_capacity_provider(CapacityProviderName="pool")

    assert deleted["CapacityProvider"]["State"] == "Deleting"
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_capacity_provider(CapacityProviderName="pool")


def test_published_versions_are_listed_with_their_state(
    aws: Any, published: str, pool: str
) -> None:
    listed = aws.list_function_versions_by_capacity_provider(CapacityProviderName="pool")

    function_arn = aws.get_function(FunctionName=published)["Configuration"]["FunctionArn"]
    assert listed["CapacityProviderArn"] == pool
    assert listed["FunctionVersions"] == [
        {"FunctionArn": f"{function_arn}:$LATEST.PUBLISHED", "State": "Active"}
    ]


def test_a_provider_takes_100_published_versions(aws: Any, pool: str) -> None:
    aws.create_function(**function(MemorySize=2048, CapacityProviderConfig=managed(pool)))
    for number in range(100):
        aws.update_function_configuration(FunctionName="hello", Timeout=10 + number)
        aws.publish_version(FunctionName="hello")
    aws.update_function_configuration(FunctionName="hello", Timeout=900)

    limit = aws.exceptions.FunctionVersionsPerCapacityProviderLimitExceededException
    with pytest.raises(limit, match="at most 100"):
        aws.publish_version(FunctionName="hello")


def test_providers_are_listed_in_pages(aws: Any) -> None:
    for number in range(3):
        aws.create_capacity_provider(**capacity_provider(CapacityProviderName=f"pool-{number}"))

    first = aws.list_capacity_providers(MaxItems=2)
    second = aws.list_capacity_providers(MaxItems=2, Marker=first["NextMarker"])

    arns = [
        provider["CapacityProviderArn"]
        for listed in (first, second)
        for provider in listed["CapacityProviders"]
    ]
    assert [arn.rpartition(":")[2] for arn in arns] == ["pool-0", "pool-1", "pool-2"]
    assert "NextMarker" not in second
