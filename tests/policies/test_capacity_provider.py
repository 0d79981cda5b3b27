"""CP rules: the capacity provider, and what it shares with its functions."""

from dataclasses import replace

import pytest

from testing.policies.support import (
    PROVIDER_ARN,
    UNKNOWN,
    Json,
    Res,
    function_inputs,
    lmi,
    provider,
)
from tests.policies.judging import SILENT, message, names
from tests.policies.native import native_function, native_provider
from tests.policies.stacks import function

ARM: list[object] = [{"architectures": ["arm64"]}]
X86: list[object] = [{"architectures": ["x86_64"]}]


@pytest.mark.parametrize(
    ("own", "offered", "rules"),
    [
        (["x86_64"], X86, SILENT),
        (["arm64"], ARM, SILENT),
        (["x86_64"], ARM, {"cp-10"}),
        (["arm64"], X86, {"cp-10"}),
        (None, ARM, {"cp-10"}),  # the function defaults to x86_64
        (["arm64"], None, {"cp-10"}),  # the provider defaults to x86_64
        (["arm64"], [], {"cp-10"}),
        (None, None, SILENT),
        ([UNKNOWN], ARM, SILENT),
        (UNKNOWN, ARM, SILENT),
        (["x86_64"], UNKNOWN, SILENT),
        (["x86_64"], [UNKNOWN], SILENT),
        (["x86_64"], [{"architectures": UNKNOWN}], SILENT),
        (["x86_64"], [{"allowedInstanceTypes": ["m8g.*"]}], {"cp-35"}),  # left out: not decided
        (["x86_64"], [{"architectures": ["arm64", "x86_64"]}], {"cp-09"}),
        (["arm64"], [{"architectures": ["ARM64"]}], {"cp-09"}),
        ("x86_64", ARM, SILENT),
    ],
)
def test_one_architecture(own: object, offered: object, rules: set[str]) -> None:
    plain = function(architectures=own, runtime="nodejs24.x", layers=None, environment=None)
    assert names(plain, provider(instanceRequirements=offered)) == rules


def test_at_a_first_preview_the_dependency_links_and_the_inputs_decide() -> None:
    """The provider's plan shows as unknown what AWS will fill in, like omitted architectures."""
    inputs = function_inputs(
        architectures=None, capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN)
    )
    outputs = {**inputs, "arn": UNKNOWN, "architectures": UNKNOWN}
    made_from = {"capacityProviderConfig": ["pool"]}
    new = Res("aws:lambda/function:Function", "api", inputs, outputs, made_from)
    assert names(new, provider(instanceRequirements=ARM, arn=UNKNOWN)) == {"cp-10"}
    assert names(new, provider(instanceRequirements=X86, arn=UNKNOWN)) == SILENT


def test_a_provider_elsewhere_is_not_judged() -> None:
    other = PROVIDER_ARN.replace("eu-west-1", "us-east-1")
    assert (
        names(
            function(capacityProviderConfig=lmi(capacityProviderArn=other)),
            provider(instanceRequirements=ARM),
        )
        == SILENT
    )
    assert (
        names(
            function(capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN)),
            provider(instanceRequirements=ARM),
        )
        == SILENT
    )


def test_ordinary_functions_have_any_architecture() -> None:
    assert (
        names(function(capacityProviderConfig=None), provider(instanceRequirements=ARM)) == SILENT
    )


def test_the_known_arn_outranks_a_second_provider() -> None:
    other = PROVIDER_ARN.replace(":pool", ":second")
    second = provider("second", instanceRequirements=X86, arn=other)
    assert names(function(), provider(instanceRequirements=ARM), second) == {"cp-10"}


def test_both_sides_and_the_fix_are_named() -> None:
    text = message(
        "cp-10-same-architecture", function(architectures=None), provider(instanceRequirements=ARM)
    )
    assert "built for x86_64 (the default)" in text
    assert 'set architectures=["arm64"] on the function' in text


def scaled(**changes: object) -> Res:
    """Return a provider with a changed scaling configuration; None removes."""
    good: Json = {
        "maxVcpuCount": 20,
        "scalingMode": "Manual",
        "scalingPolicies": [policy(70)],
        **changes,
    }
    kept = {key: value for key, value in good.items() if value is not None}
    return provider(capacityProviderScalingConfigs=[kept])


def policy(target: object, metric: str = "LambdaCapacityProviderAverageCPUUtilization") -> Json:
    return {"predefinedMetricType": metric, "targetValue": target}


def typed(*allowed: object, **changes: object) -> Res:
    """Return a provider of x86_64 that allows certain instance types."""
    requirements = {"architectures": ["x86_64"], "allowedInstanceTypes": list(allowed), **changes}
    return provider(instanceRequirements=[requirements])


@pytest.mark.parametrize(
    ("name", "region", "rules"),
    [
        # CP-01: the ARN has 140 characters at most
        ("a" * 84, "us-east-1", SILENT),
        ("a" * 85, "us-east-1", {"cp-01"}),
        ("a" * 79, "ap-southeast-1", SILENT),
        ("a" * 80, "ap-southeast-1", {"cp-01"}),
        ("a" * 73, "us-gov-west-1", SILENT),
        ("a" * 74, "us-gov-west-1", {"cp-01"}),
        ("a" * 82, "cn-north-1", {"cp-01"}),
        ("a" * 85, UNKNOWN, SILENT),
        ("pool_A-1", "us-east-1", SILENT),
        ("my pool", "us-east-1", {"cp-01"}),
        ("", "us-east-1", {"cp-01"}),
        (UNKNOWN, "us-east-1", SILENT),
    ],
)
def test_the_name_fits(name: object, region: object, rules: set[str]) -> None:
    assert names(provider(name=name, region=region)) & {"cp-01"} == rules


@pytest.mark.parametrize(
    ("subnets", "groups", "rules"),
    [
        # CP-03: 1 to 16 subnets; CP-04: at most 5 groups; CP-05: at least one
        (["subnet-1"] * 16, ["sg-1"] * 5, SILENT),
        (["subnet-1"] * 17, ["sg-1"], {"cp-03"}),
        ([], ["sg-1"], {"cp-03"}),
        (["net-1"], ["sg-1"], {"cp-03"}),
        (["subnet-1"], ["sg-1"] * 6, {"cp-04"}),
        (["subnet-1"], ["group-1"], {"cp-04"}),
        (["subnet-1"], [], {"cp-05"}),
        ([UNKNOWN] * 16, [UNKNOWN], SILENT),
        ([UNKNOWN] * 17, [UNKNOWN] * 6, {"cp-03", "cp-04"}),
        (UNKNOWN, UNKNOWN, SILENT),
        (None, None, SILENT),
    ],
)
def test_the_network(subnets: object, groups: object, rules: set[str]) -> None:
    assert names(provider(vpcConfig={"subnetIds": subnets, "securityGroupIds": groups})) == rules


@pytest.mark.parametrize(
    ("architectures", "rules"),
    [
        (["x86_64"], SILENT),
        ([], {"cp-09"}),
        (["x86_64", "arm64"], {"cp-09"}),
        (["arm"], {"cp-09"}),
        ([UNKNOWN], SILENT),
        ([UNKNOWN, UNKNOWN], {"cp-09"}),
        (UNKNOWN, SILENT),
        (None, {"cp-35"}),
    ],
)
def test_one_architecture_of_the_provider(architectures: object, rules: set[str]) -> None:
    requirements = {} if architectures is None else {"architectures": architectures}
    assert names(provider(instanceRequirements=[requirements])) == rules


@pytest.mark.parametrize(
    ("max_vcpu", "rules"),
    [
        # CP-19: 2 to 15000; CP-20: set; CP-21: at least 12
        (12, SILENT),
        (11, {"cp-21"}),
        (2, {"cp-21"}),
        (1, {"cp-19"}),
        (64, SILENT),
        (65, {"cost-02"}),  # COST-02: a budget of 64
        (15000, {"cost-02"}),
        (15001, {"cp-19"}),
        (None, {"cp-20"}),
        (UNKNOWN, SILENT),
        ("20", SILENT),
    ],
)
def test_the_vcpu_maximum(max_vcpu: object, rules: set[str]) -> None:
    assert names(scaled(maxVcpuCount=max_vcpu)) == rules


def test_a_provider_of_large_instances_needs_half_the_vcpus() -> None:
    types = [{"architectures": ["x86_64"], "allowedInstanceTypes": ["m7i.large"] * 3}]
    scaling = [{"maxVcpuCount": 6, "scalingMode": "Auto"}]
    six = provider(instanceRequirements=types, capacityProviderScalingConfigs=scaling)
    assert names(six) == SILENT


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        # CP-22: two modes; CP-23 and CP-24: policies with Manual only; CP-36: a mode
        ({"scalingMode": "MANUAL"}, {"cp-22"}),
        ({"scalingMode": UNKNOWN}, SILENT),
        ({"scalingMode": None}, {"cp-36"}),
        ({"scalingPolicies": None}, {"cp-23"}),
        ({"scalingPolicies": []}, {"cp-23"}),
        ({"scalingPolicies": UNKNOWN}, SILENT),
        ({"scalingPolicies": [policy(70)] * 10}, SILENT),
        ({"scalingPolicies": [policy(70)] * 11}, {"cp-23"}),
        ({"scalingMode": "Auto", "scalingPolicies": []}, SILENT),
        ({"scalingMode": "Auto", "scalingPolicies": None}, SILENT),
        ({"scalingMode": "Auto"}, {"cp-24"}),
        # CP-25: two metrics
        ({"scalingPolicies": [policy(70, "CPU")]}, {"cp-25"}),
        ({"scalingPolicies": [policy(70, UNKNOWN)]}, SILENT),
        ({"scalingPolicies": [UNKNOWN, policy(70, "CPU")]}, {"cp-25"}),
        # CP-26: 0 to 100, best 20 to 80
        ({"scalingPolicies": [policy(20)]}, SILENT),
        ({"scalingPolicies": [policy(80)]}, SILENT),
        ({"scalingPolicies": [policy(19.9)]}, {"cp-26"}),
        ({"scalingPolicies": [policy(80.1)]}, {"cp-26"}),
        ({"scalingPolicies": [policy(101)]}, {"cp-26"}),
        ({"scalingPolicies": [policy(UNKNOWN)]}, SILENT),
    ],
)
def test_scaling(changes: Json, rules: set[str]) -> None:
    assert names(scaled(**changes)) == rules


def test_a_target_is_refused_or_only_unwise() -> None:
    assert "Allowed: 0 to 100" in message(
        "cp-26-target-from-0-to-100", scaled(scalingPolicies=[policy(101)])
    )
    assert "Allowed: 20 to 80" in message(
        "cp-26-target-leaves-headroom", scaled(scalingPolicies=[policy(100)])
    )


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"permissionsConfig": {"capacityProviderOperatorRoleArn": "operator"}}, {"cp-28"}),
        ({"permissionsConfig": {"capacityProviderOperatorRoleArn": UNKNOWN}}, SILENT),
        (
            {
                "permissionsConfig": {
                    "capacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/a/b"
                }
            },
            SILENT,
        ),
        ({"kmsKeyArn": ""}, {"cp-29"}),
        ({"kmsKeyArn": "alias/mine"}, {"cp-29"}),
        ({"kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"}, SILENT),
        ({"kmsKeyArn": UNKNOWN}, SILENT),
    ],
)
def test_role_and_key_are_arns(changes: Json, rules: set[str]) -> None:
    assert names(provider(**changes)) == rules


@pytest.mark.parametrize(
    ("arn", "rules"),
    [
        (PROVIDER_ARN, SILENT),
        (PROVIDER_ARN + "a" * (140 - len(PROVIDER_ARN)), SILENT),
        (PROVIDER_ARN + "a" * (141 - len(PROVIDER_ARN)), {"cp-34"}),
        ("pool", {"cp-34"}),
        ("arn:aws:iam::123456789012:role/pool", {"cp-34"}),
        (UNKNOWN, SILENT),
    ],
)
def test_a_function_names_its_provider_by_arn(arn: str, rules: set[str]) -> None:
    assert names(function(capacityProviderConfig=lmi(capacityProviderArn=arn))) == rules


@pytest.mark.parametrize(
    ("allowed", "rules"),
    [
        (["m7i.large", "r7i.large", "c7i.xlarge"], SILENT),
        (["m7i.*"], SILENT),
        ([UNKNOWN], SILENT),
        # CP-13: at least three to choose from
        (["m7i.large", "m7i.xlarge"], {"cp-13"}),
        # CP-14: c, m, r, and g with accelerators
        (["t3.large", "m7i.large", "r7i.large"], {"cp-14"}),
        (["m7i.metal-24xl", "m7i.large", "r7i.large"], {"cp-14"}),
        (["mac2.metal", "m7i.large", "r7i.large"], {"cp-14"}),
        (["g5.xlarge", "g6e.xlarge", "gr6f.4xlarge"], SILENT),
        (["g3.4xlarge", "m7i.large", "r7i.large"], {"cp-14"}),
        (["m99i-flex.large", "r7i.large", "c99.xlarge"], SILENT),  # newer ones pass
        (["strange", "m7i.large", "r7i.large"], SILENT),
        # CP-15: large, and xlarge for c
        (["c7i.large", "m7i.large", "r7i.large"], {"cp-15"}),
        (["m7i.medium", "m7i.large", "r7i.large"], {"cp-15"}),
        # CP-16: the architecture
        (["m7g.large", "m7i.large", "r7i.large"], {"cp-16"}),
        # CP-12: names of at most 30 characters, 400 at most
        (["m7i.large", "r7i.large", "m7i large"], {"cp-12"}),
        (["m7i.large", "r7i.large", ""], {"cp-12"}),
        (["m7i.large", "r7i.large", None], SILENT),
        (["m7i.large"] * 400, SILENT),
        (["m7i.large"] * 401, {"cp-12"}),
        ([UNKNOWN, "t3.large", "m7i.large"], {"cp-14"}),
    ],
)
def test_instance_types(allowed: list[object], rules: set[str]) -> None:
    assert names(typed(*allowed)) == rules


def test_types_are_allowed_or_excluded() -> None:
    both = typed("m7i.*", excludedInstanceTypes=["c7i.large"])
    neither = typed(excludedInstanceTypes=["c7i.large"])
    assert names(both) == {"cp-11"}
    assert names(typed("m7i.*", excludedInstanceTypes=[UNKNOWN])) == {"cp-11"}
    assert names(typed("m7i.*", excludedInstanceTypes=UNKNOWN)) == SILENT
    assert names(neither) == SILENT


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (None, SILENT),
        (UNKNOWN, SILENT),
        ("pool-0a1b2c3", SILENT),  # as Pulumi generates it
        ("pool", {"cp-31"}),
        ("pool-0a1b2c", {"cp-31"}),
        ("spare-0a1b2c3", {"cp-31"}),
    ],
)
def test_names_are_generated(name: object, rules: set[str]) -> None:
    assert names(provider(name=name)) == rules


OTHER_ACCOUNT = "urn:pulumi:dev::shop::pulumi:providers:aws::other"


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ({"name": "pool"}, {"name": "pool"}, {"cp-02"}),
        ({"name": "pool"}, {"name": "tank"}, SILENT),
        ({"name": "pool"}, {"name": UNKNOWN}, SILENT),
        ({"name": "pool"}, {"name": "pool", "region": "us-east-1"}, SILENT),
        ({"name": "pool"}, {"name": "pool", "region": UNKNOWN}, SILENT),
        ({"name": "pool", "region": None}, {"name": "pool", "region": None}, {"cp-02"}),
        ({}, {}, SILENT),
    ],
)
def test_names_differ(first: Json, second: Json, rules: set[str]) -> None:
    one, other = provider("one", **first), provider("other", **second)
    assert names(one, other) & {"cp-02"} == rules
    abroad = replace(other, made_by=OTHER_ACCOUNT)
    assert names(one, abroad) & {"cp-02"} == SILENT


def test_names_differ_in_aws_native_too() -> None:
    one = native_provider(capacityProviderName="pool")
    assert "cp-02" in names(one, replace(one, name="other"))
    assert "cp-02" not in names(one, replace(one, name="other", made_by=OTHER_ACCOUNT))


GPU = "LambdaCapacityProviderAverageGPUUtilization"


def test_the_gpu_metric_is_for_accelerators() -> None:
    by_gpu = scaled(scalingPolicies=[policy(70, GPU)])
    by_both = scaled(scalingPolicies=[policy(70), policy(70, GPU)])
    assert names(function(), by_gpu) == {"cp-27"}
    assert names(function(), by_both) == {"cp-27"}
    assert names(function(), scaled()) == SILENT
    assert names(by_gpu) == SILENT  # its functions are elsewhere
    assert names(function(capacityProviderConfig=UNKNOWN), by_gpu) == SILENT
    for accelerator in ({"acceleratorMemorySize": 24}, UNKNOWN):
        accelerated = native_function(acceleratorConfig=accelerator, packageType="Image")
        assert names(accelerated, by_gpu) == SILENT
    assert names(native_function(), by_gpu) == {"cp-27"}


@pytest.mark.parametrize(
    ("policy", "target", "words"),
    [
        ("cp-26-target-from-0-to-100", 120, "set target_value to 70 (`pulumi config set cpuTarget"),
        ("cp-26-target-from-0-to-100", -1, "(`pulumi config set cpuTarget 70`)"),
        ("cp-26-target-leaves-headroom", 95, "(`pulumi config set cpuTarget 70`)"),
    ],
)
def test_targets_of_this_project_are_mended_through_its_config(
    policy: str, target: float, words: str
) -> None:
    config = {"predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization"}
    scaling = {"scalingMode": "Manual", "maxVcpuCount": 20}
    inputs = {
        "capacityProviderScalingConfigs": [
            {**scaling, "scalingPolicies": [{**config, "targetValue": target}]}
        ]
    }
    theirs = provider(**inputs)
    assert words in message(policy, replace(theirs, project="lmi-streaming"))
    assert "pulumi config set" not in message(policy, theirs)
