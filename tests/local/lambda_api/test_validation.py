"""What botocore's model of Lambda forbids is refused in AWS's words, with any client."""

from typing import Any, cast

import pytest
from moto.core.loaders import create_loader

from local.lambda_api.validation import java_pattern
from tests.local.lambda_api.account import Members, capacity_provider, function, managed, refused

ARN = "arn:aws:lambda:eu-central-1:123456789012:capacity-provider:pool"
ROLE_PATTERN = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"


def scaling_of_pool(**scaling: Any) -> Members:
    return capacity_provider(CapacityProviderScalingConfig=scaling)


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        pytest.param(
            {"MemorySize": 127},
            "Value '127' at 'memorySize' failed to satisfy constraint: Member must have value"
            " greater than or equal to 128",
            id="number-below-minimum",
        ),
        pytest.param(
            {"MemorySize": 32769},
            "Value '32769' at 'memorySize' failed to satisfy constraint: Member must have value"
            " less than or equal to 32768",
            id="number-above-maximum",
        ),
        pytest.param(
            {"CapacityProviderConfig": managed(ARN, ratio=1.9)},
            "Value '1.9' at 'capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig"
            ".executionEnvironmentMemoryGiBPerVCpu' failed to satisfy constraint: Member must have"
            " value greater than or equal to 2",
            id="nested-double-below-minimum",
        ),
        pytest.param(
            {"CapacityProviderConfig": managed(ARN, concurrency=1601)},
            "Value '1601' at 'capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig"
            ".perExecutionEnvironmentMaxConcurrency' failed to satisfy constraint: Member must"
            " have value less than or equal to 1600",
            id="nested-integer-above-maximum",
        ),
        pytest.param(
            {"CapacityProviderConfig": {}},
            "Value null at 'capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig'"
            " failed to satisfy constraint: Member must not be null",
            id="nested-required-missing",
        ),
        pytest.param(
            {"Role": None},
            "Value null at 'role' failed to satisfy constraint: Member must not be null",
            id="required-missing",
        ),
        pytest.param(
            {"Role": "hello"},
            "Value 'hello' at 'role' failed to satisfy constraint: Member must satisfy regular"
            f" expression pattern: {ROLE_PATTERN}",
            id="pattern",
        ),
        pytest.param(
            {"Description": "x" * 257},
            "at 'description' failed to satisfy constraint: Member must have length less than or"
            " equal to 256",
            id="text-too-long",
        ),
        pytest.param(
            {"PackageType": "Rar"},
            "Value 'Rar' at 'packageType' failed to satisfy constraint: Member must satisfy enum"
            " value set: [Zip, Image]",
            id="enum",
        ),
        pytest.param(
            {"Architectures": []},
            "Value '[]' at 'architectures' failed to satisfy constraint: Member must have length"
            " greater than or equal to 1",
            id="list-too-short",
        ),
        pytest.param(
            {"Architectures": ["riscv"]},
            "Value '[riscv]' at 'architectures' failed to satisfy constraint: Member must satisfy"
            " constraint: [Member must satisfy enum value set: [x86_64, arm64],"
            " Member must not be null]",
            id="list-item",
        ),
        pytest.param(
            {"Tags": {"": "x"}},
            "Value '{=x}' at 'tags' failed to satisfy constraint: Map keys must satisfy"
            " constraint: [Member must have length less than or equal to 128, Member must have"
            " length greater than or equal to 1,",
            id="map-key",
        ),
        pytest.param(
            {"Tags": {"size": "x" * 257}},
            "at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member"
            " must have length less than or equal to 256,",
            id="map-value",
        ),
        pytest.param(
            {"Environment": {"Variables": {"1": "secret"}}},
            "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy"
            " constraint: [Member must satisfy regular expression pattern:"
            " [a-zA-Z]([a-zA-Z0-9_])+]",
            id="map-key-of-sensitive-map-hides-the-value",
        ),
    ],
)
def test_function_input_that_breaks_the_model(aws: Any, change: Members, violation: str) -> None:
    with refused("ValidationException", violation) as response:
        aws.create_function(**function(**change))

    assert response["Error"]["Message"].startswith("1 validation error detected: Value")


@pytest.mark.parametrize(
    ("provider", "member", "limit"),
    [
        pytest.param(
            capacity_provider(VpcConfig={"SubnetIds": [], "SecurityGroupIds": []}),
            "vpcConfig.subnetIds",
            "length greater than or equal to 1",
            id="CP-03-no-subnet",
        ),
        pytest.param(
            capacity_provider(
                VpcConfig={
                    "SubnetIds": [f"subnet-{number}" for number in range(17)],
                    "SecurityGroupIds": [],
                }
            ),
            "vpcConfig.subnetIds",
            "length less than or equal to 16",
            id="CP-03-17-subnets",
        ),
        pytest.param(
            capacity_provider(
                VpcConfig={
                    "SubnetIds": ["subnet-1"],
                    "SecurityGroupIds": [f"sg-{number}" for number in range(6)],
                }
            ),
            "vpcConfig.securityGroupIds",
            "length less than or equal to 5",
            id="CP-04-6-groups",
        ),
        pytest.param(
            capacity_provider(CapacityProviderName="po.ol"),
            "capacityProviderName",
            "[a-zA-Z0-9-_]+",
            id="CP-01-name",
        ),
        pytest.param(
            scaling_of_pool(MaxVCpuCount=1),
            "capacityProviderScalingConfig.maxVCpuCount",
            "value greater than or equal to 2",
            id="CP-19-1-vcpu",
        ),
        pytest.param(
            scaling_of_pool(ScalingMode="AUTO"),
            "capacityProviderScalingConfig.scalingMode",
            "[Auto, Manual]",
            id="CP-22-mode-in-capitals",
        ),
        pytest.param(
            scaling_of_pool(
                ScalingPolicies=[
                    {
                        "PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization",
                        "TargetValue": 100.5,
                    }
                ]
            ),
            "capacityProviderScalingConfig.scalingPolicies.1.member.targetValue",
            "value less than or equal to 100",
            id="CP-26-target-in-a-list-of-structures",
        ),
    ],
)
def test_capacity_provider_input_that_breaks_the_model(
    aws: Any, provider: Members, member: str, limit: str
) -> None:
    violation = f"at '{member}' failed to satisfy constraint: Member must"
    with refused("ValidationException", violation) as response:
        aws.create_capacity_provider(**provider)

    assert limit in response["Error"]["Message"]


def test_every_violation_is_named_at_once(aws: Any) -> None:
    with refused("ValidationException", "2 validation errors detected: ") as response:
        aws.create_function(**function(MemorySize=1, Timeout=0))

    assert "'memorySize'" in response["Error"]["Message"]
    assert "'timeout'" in response["Error"]["Message"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"MemorySize": "2048"}, "STRING_VALUE can not be converted to integer"),
        ({"Handler": 1}, "NUMBER_VALUE can not be converted to string"),
        ({"Publish": "yes"}, "STRING_VALUE can not be converted to boolean"),
        ({"Timeout": [3]}, "LIST_VALUE can not be converted to integer"),
        ({"MemorySize": True}, "BOOLEAN_VALUE can not be converted to integer"),
    ],
)
def test_wrong_types_cannot_be_read(aws: Any, change: Members, message: str) -> None:
    with refused("SerializationException", message):
        aws.create_function(**function(**change))


@pytest.mark.parametrize("tag", ["team/größe", "a b", "数", "key:_.-=+@"])
def test_tags_accept_letters_of_every_script(aws: Any, tag: str) -> None:
    created = aws.create_capacity_provider(**capacity_provider(Tags={tag: tag}))

    arn = created["CapacityProvider"]["CapacityProviderArn"]
    assert aws.list_tags(Resource=arn)["Tags"] == {tag: tag}


@pytest.mark.parametrize("tag", ["50%", "a\tb", "<b>"])
def test_tags_refuse_characters_outside_the_pattern(aws: Any, tag: str) -> None:
    with refused("ValidationException", "at 'tags' failed to satisfy constraint"):
        aws.create_capacity_provider(**capacity_provider(Tags={tag: "x"}))


def test_every_pattern_of_the_model_can_be_compiled() -> None:
    loader = cast("Any", create_loader())
    shapes: dict[str, Members] = loader.load_service_model("lambda", "service-2")["shapes"]

    patterns = [shape["pattern"] for shape in shapes.values() if "pattern" in shape]

    assert len(patterns) > 50
    assert all(java_pattern(pattern) for pattern in patterns)
