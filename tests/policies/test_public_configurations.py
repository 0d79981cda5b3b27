"""Configurations that are public and that AWS took: nothing about them may be mandatory.

Each is written down here with names of our own; the docstring or the id says where it is from. The
last tests are about resources that the program does not own, or that an update leaves out.
"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_policy import EnforcementLevel

from policies.lmi.rules import RULES
from testing.policies.support import FUNCTION, PROVIDER, Json, Res, function_inputs, lmi, provider
from tests.policies.judging import judge, names
from tests.policies.linked.parts import allowing, document, trusting
from tests.policies.stacks import function, sized

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
NATIVE_FUNCTION = "aws-native:lambda:Function"
NATIVE_PROVIDER = "aws-native:lambda:CapacityProvider"
NATIVE_VERSION = "aws-native:lambda:Version"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
POOL_ARN = "arn:aws:lambda:us-east-1:123456789012:capacity-provider:pool"
ROLE_ARN = "arn:aws:iam::123456789012:role/op"
OPERATOR_POLICY = "arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"
MANDATORY = {rule.name for rule in RULES if rule.level is EnforcementLevel.MANDATORY}


def mandatory(*resources: Res) -> set[str]:
    return {found.policy for found in judge(*resources)} & MANDATORY


def on_lmi(name: str = "api", **changes: Any) -> Res:
    block = {"lambdaManagedInstancesCapacityProviderConfig": {"capacityProviderArn": POOL_ARN}}
    inputs: Json = {
        "functionName": name,
        "role": "arn:aws:iam::123456789012:role/ex",
        "runtime": "nodejs24.x",
        "handler": "index.handler",
        "memorySize": 2048,
        "capacityProviderConfig": block,
        **changes,
    }
    return Res(NATIVE_FUNCTION, name, {k: v for k, v in inputs.items() if v is not None})


def pool(**changes: Any) -> Res:
    inputs: Json = {
        "capacityProviderArn": POOL_ARN,
        "arn": POOL_ARN,
        "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "permissionsConfig": {"capacityProviderOperatorRoleArn": ROLE_ARN},
        **changes,
    }
    return Res(NATIVE_PROVIDER, "pool", inputs)


def role(**changes: Any) -> Res:
    trust = trusting({"Service": "lambda.amazonaws.com"})
    inputs = {"name": "op", "arn": ROLE_ARN, "assumeRolePolicy": trust, **changes}
    return Res(ROLE, "op", inputs)


@pytest.mark.parametrize("runtime", ["nodejs24.x", "python3.13", "java21", None])
def test_aws_native_decides_the_memory_that_a_program_omits(runtime: str | None) -> None:
    """AWS's CDK tests it without memorySize, and the function became Active.

    Source: https://github.com/aws/aws-cdk, test function-capacity-provider-minimal.
    """
    assert mandatory(on_lmi(memorySize=None, runtime=runtime), pool(), role()) <= {
        "iam-02-operator-role-has-a-policy"
    }
    assert "mem-01" in names(function(memorySize=None))
    assert "mem-01" in names(on_lmi(memorySize=1024), pool())


SAM_ACTIONS = (
    *("ec2:TerminateInstances", "ec2:AttachNetworkInterface", "ec2:RunInstances"),
    *("ec2:CreateTags", "ec2:DescribeAvailabilityZones", "ec2:DescribeCapacityReservations"),
    *("ec2:DescribeInstanceTypes", "ec2:DescribeInstanceTypeOfferings"),
    *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeInstances"),
    *("ec2:DescribeInstanceStatus", "ec2:CreateNetworkInterface"),
)
ADVICE = {"iam-03-operator-role-allows-what-aws-lists", "iam-11-operator-role-may-log"}


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param(SAM_ACTIONS, id="aws/serverless-application-model function_lmi_custom.yaml"),
        pytest.param(
            (*SAM_ACTIONS[1:],), id="aws/agent-toolkit-for-aws, operator role of the LMI skill"
        ),
        pytest.param(
            ("ec2:RunInstances", "ec2:DescribeSecurityGroups"),
            id="the least that can start anything, by go-to-k/cdkd#3231",
        ),
    ],
)
def test_operator_roles_that_aws_ran_are_advised_only(actions: tuple[str, ...]) -> None:
    own = Res(ROLE_POLICY, "own", {"role": "op", "policy": document(allowing(*actions))})
    found = {violation.policy for violation in judge(role(), own, pool(), on_lmi())}
    assert found & MANDATORY == set()
    assert found >= ADVICE


def test_an_operator_role_that_can_launch_nothing_is_mandatory() -> None:
    for needed in ("ec2:RunInstances", "ec2:DescribeSecurityGroups"):
        rest = document(allowing(*(one for one in SAM_ACTIONS if one != needed)))
        own = Res(ROLE_POLICY, "own", {"role": "op", "policy": rest})
        assert mandatory(role(), own, pool()) == {"iam-03-operator-role-may-launch"}


@pytest.mark.parametrize(
    ("functions", "minimum", "most", "expected"),
    [
        pytest.param(8, 3, 12, True, id="aws/aws-durable-execution-sdk-js#495"),
        pytest.param(4, 3, 12, False, id="as many as fit"),
        pytest.param(5, 3, 12, True, id="one function too many"),
        pytest.param(8, None, 12, False, id="the default minimum"),
        pytest.param(200, 3, None, False, id="the default maximum"),
    ],
)
def test_minimums_above_the_maximum_are_mandatory_where_both_are_set(
    functions: int, minimum: int | None, most: int | None, expected: bool
) -> None:
    scaling = {} if minimum is None else {"minExecutionEnvironments": minimum}
    config = {"functionScalingConfig": {**scaling, "maxExecutionEnvironments": 3}}
    limit = {"capacityProviderScalingConfig": {"maxVCpuCount": most}} if most else {}
    all_functions = [on_lmi(f"f{number}", **config) for number in range(functions)]
    found = judge(*all_functions, pool(**limit))
    assert ("sc-09-minimum-fits-the-provider" in {one.policy for one in found}) is expected


def external(type_: str, name: str, outputs: Json) -> Res:
    """Return a resource that a program reads with ``.get``: a state has no inputs of it."""
    return Res(type_, name, {}, outputs, is_external=True)


BROKEN = function_inputs(memorySize=128, publish=None, publishTo=None, layers=None)


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param([external(FUNCTION, "api", BROKEN)], id="a function"),
        pytest.param(
            [
                external(FUNCTION, "api", function_inputs(publishTo=None, publish=None)),
                Res(
                    "aws:lambda/functionScalingConfig:FunctionScalingConfig",
                    "scaling",
                    {
                        "functionName": "api",
                        "qualifier": "$LATEST.PUBLISHED",
                        "functionScalingConfig": {
                            "minExecutionEnvironments": 3,
                            "maxExecutionEnvironments": 3,
                        },
                    },
                ),
            ],
            id="a function that this program scales",
        ),
        pytest.param(
            [external(NATIVE_PROVIDER, "pool", pool(vpcConfig={"subnetIds": []}).inputs)],
            id="a capacity provider",
        ),
        pytest.param(
            [
                external(ROLE, "op", role(assumeRolePolicy=trusting({"Service": "x"})).inputs),
                pool(),
            ],
            id="an operator role",
        ),
        pytest.param(
            [external("aws:lambda/alias:Alias", "live", {"name": "1", "functionName": "api"})],
            id="an alias",
        ),
    ],
)
def test_what_the_program_does_not_own_is_not_judged(resources: list[Res]) -> None:
    own = Res("aws:cloudwatch/logGroup:LogGroup", "own", {"retentionInDays": 1})
    assert mandatory(own, *resources) == set()


@pytest.mark.parametrize(
    ("left_out", "policy"),
    [
        pytest.param(
            Res(ATTACHMENT, "grant", {"role": "op", "policyArn": OPERATOR_POLICY}),
            "iam-02-operator-role-has-a-policy",
            id="the attachment of a policy",
        ),
        pytest.param(
            Res(ROLE_POLICY, "grant", {"role": "op", "policy": document(allowing("ec2:*"))}),
            "iam-02-operator-role-has-a-policy",
            id="an inline policy",
        ),
        pytest.param(
            Res(NATIVE_VERSION, "version", {"functionName": "api"}),
            "pub-01-publish",
            id="a version",
        ),
    ],
)
def test_what_target_leaves_out_is_not_missing(left_out: Res, policy: str) -> None:
    """With ``--target`` the engine shows a new resource without inputs, and not in the stack."""
    function = on_lmi(publishToLatestPublished=False)
    without, skipped = (
        [role(), pool(), function],
        Res(left_out.type, left_out.name, {}, {}, is_external=True),
    )
    assert policy in mandatory(*without)
    assert policy not in mandatory(*without, skipped)


def test_owned_resources_are_judged_beside_external_ones() -> None:
    found = mandatory(sized(128, 2), external(FUNCTION, "other", BROKEN), provider())
    assert "mem-01-at-least-2048-mb" in found


REGISTRY = "registry.terraform.io hashicorp/aws"
SKILL = "aws/agent-toolkit-for-aws, LMI skill"
CPU = {"predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization"}
SCALED = {"scalingMode": "Auto", "maxVcpuCount": 30}
ARM = {"architectures": ["arm64"]}


def from_terraform(**changes: Any) -> Res:
    """Return a capacity provider of pulumi-aws as small as the registry's first example."""
    operator = {"capacityProviderOperatorRoleArn": ROLE_ARN}
    network = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    inputs: Json = {"name": "example", "vpcConfig": network, "permissionsConfig": operator}
    return Res(PROVIDER, "pool", {**inputs, **changes})


def plain(**changes: Any) -> Res:
    """Return a function of pulumi-aws without an adapter, as public examples have it."""
    return function(**{"layers": None, "environment": None, "memorySize": 2048, **changes})


def on_default_ratio(**settings: Any) -> Json:
    return {"capacityProviderConfig": lmi(**settings)}


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param(
            [from_terraform(), plain(publishTo=None, **on_default_ratio())],
            id=f"{REGISTRY} lambda_function, capacity provider",
        ),
        pytest.param(
            [
                from_terraform(
                    instanceRequirements=[
                        {
                            "architectures": ["x86_64"],
                            "allowedInstanceTypes": ["c6i.2xlarge", "c7i.2xlarge"],
                        }
                    ],
                    capacityProviderScalingConfigs=[
                        {"scalingMode": "Manual", "scalingPolicies": [{**CPU, "targetValue": 70}]}
                    ],
                ),
                plain(**on_default_ratio()),
            ],
            id=f"{REGISTRY} lambda_capacity_provider, manual scaling",
        ),
        pytest.param(
            [
                from_terraform(),
                plain(memorySize=32768, runtime="python3.14", **on_default_ratio()),
                Res(
                    "aws:lambda/functionScalingConfig:FunctionScalingConfig",
                    "scaling",
                    {
                        "functionName": "api",
                        "qualifier": "$LATEST.PUBLISHED",
                        "functionScalingConfig": {
                            "minExecutionEnvironments": 3,
                            "maxExecutionEnvironments": 6,
                        },
                    },
                ),
            ],
            id=f"{REGISTRY} lambda_function_scaling_config",
        ),
        pytest.param(
            [
                from_terraform(
                    instanceRequirements=[
                        {**ARM, "allowedInstanceTypes": [], "excludedInstanceTypes": []}
                    ],
                    capacityProviderScalingConfigs=[{**SCALED, "scalingPolicies": []}],
                ),
                plain(architectures=["arm64"], **on_default_ratio()),
            ],
            id="a module that passes empty lists",
        ),
        pytest.param(
            [
                from_terraform(instanceRequirements=[ARM]),
                plain(
                    architectures=["arm64"],
                    publishTo=None,
                    loggingConfig={"logFormat": "JSON"},
                    **on_default_ratio(),
                ),
                Res(
                    "aws:lambda/alias:Alias",
                    "live",
                    {"name": "live", "functionName": "api", "functionVersion": "1"},
                ),
            ],
            id="an alias on the number of a version",
        ),
        pytest.param(
            [
                pool(instanceRequirements=ARM, capacityProviderScalingConfig={"maxVCpuCount": 30}),
                on_lmi(runtime="python3.13", architectures=["arm64"], memorySize=4096),
            ],
            id=f"{SKILL}, SAM template",
        ),
        pytest.param(
            [
                pool(),
                on_lmi(),
                Res(NATIVE_VERSION, "version", {"functionName": "api"}),
                Res(
                    "aws-native:lambda:Url",
                    "url",
                    {"targetFunctionArn": "api", "authType": "AWS_IAM"},
                ),
            ],
            id="aws/aws-cdk, a version and a URL without qualifier",
        ),
        pytest.param(
            [from_terraform(), plain(runtime="java21", memorySize=4096, **on_default_ratio())],
            id="Java without anything else",
        ),
    ],
)
def test_public_examples_are_advised_only(resources: list[Res]) -> None:
    assert mandatory(*resources) == set()
