"""Preview: outputs as the real provider's plan gives them, without asking AWS.

Source: docs/facts/aws-provider.md#preview.

The provider of these tests can reach no AWS: a call would fail them.
"""

from dataclasses import replace
from typing import Any

import pytest

from local.provider.tables import RESOURCES
from local.provider.values import UNKNOWN
from tests.local.provider.engine import Deployed, FakeEngine
from tests.local.provider.samples import (
    CAPACITY_PROVIDER,
    FUNCTION,
    FUNCTION_URL,
    VPC,
    code,
    managed,
)

Inputs = dict[str, dict[str, Any]]


@pytest.mark.parametrize("pulumi_type", sorted(RESOURCES))
def test_inputs_are_known_and_computed_values_are_not(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str
) -> None:
    outputs = planning.preview(pulumi_type, inputs[pulumi_type])
    assert outputs["id"] is UNKNOWN
    for name, spec in RESOURCES[pulumi_type].properties.items():
        if spec.output:
            assert outputs[name] is UNKNOWN, name
    for name in inputs[pulumi_type]:
        assert outputs[name] is not UNKNOWN, name


def test_unknown_inputs_are_unknown_outputs(planning: FakeEngine, inputs: Inputs) -> None:
    outputs = planning.preview(FUNCTION_URL, {**inputs[FUNCTION_URL], "functionName": UNKNOWN})
    assert outputs["functionName"] is UNKNOWN


def test_stable_outputs_are_known(planning: FakeEngine, inputs: Inputs) -> None:
    outputs = planning.preview(FUNCTION, inputs[FUNCTION])
    assert outputs["region"] == "us-east-1"
    assert outputs["name"].startswith("thing-")
    assert outputs["memorySize"] == 128
    assert outputs["tagsAll"] == {}


def test_computed_values_inside_a_block_are_unknown(planning: FakeEngine, inputs: Inputs) -> None:
    function = planning.preview(FUNCTION, {**inputs[FUNCTION], "capacityProviderConfig": managed()})
    provider = planning.preview(
        CAPACITY_PROVIDER,
        {
            **inputs[CAPACITY_PROVIDER],
            "capacityProviderScalingConfigs": [{"scalingMode": "Auto"}],
        },
    )
    instances = function["capacityProviderConfig"]["lambdaManagedInstancesCapacityProviderConfig"]
    assert instances["perExecutionEnvironmentMaxConcurrency"] is UNKNOWN
    assert provider["capacityProviderScalingConfigs"] == [
        {"scalingMode": "Auto", "maxVcpuCount": UNKNOWN, "scalingPolicies": UNKNOWN}
    ]


@pytest.fixture
def function(planning: FakeEngine, inputs: Inputs) -> Deployed:
    """Return a published function as it would be in the state."""
    checked = planning.check(FUNCTION, {**inputs[FUNCTION], "publish": True})
    outputs = {
        **{name: value for name, value in checked.items() if name != "__defaults"},
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:thing",
        "version": "1",
        "codeSha256": "sum",
        "lastModified": "today",
    }
    return Deployed(FUNCTION, "thing", "thing", checked, outputs)


def test_the_version_is_unknown_when_an_update_publishes(
    planning: FakeEngine, inputs: Inputs, function: Deployed
) -> None:
    wanted = {**inputs[FUNCTION], "publish": True, "timeout": 60}
    outputs = planning.preview_update(function, wanted)
    assert outputs["version"] is UNKNOWN
    assert outputs["lastModified"] is UNKNOWN
    assert outputs["arn"] == function.outputs["arn"]
    assert outputs["codeSha256"] == "sum"
    assert outputs["timeout"] == 60


def test_the_hashes_of_new_code_are_unknown(
    planning: FakeEngine, inputs: Inputs, function: Deployed, zip_file: str
) -> None:
    wanted = {**inputs[FUNCTION], "publish": True, "code": code(zip_file, "two")}
    outputs = planning.preview_update(function, wanted)
    assert outputs["codeSha256"] is UNKNOWN
    assert outputs["version"] is UNKNOWN


def test_tags_alone_publish_nothing(
    planning: FakeEngine, inputs: Inputs, function: Deployed
) -> None:
    wanted = {**inputs[FUNCTION], "publish": True, "tags": {"team": "a"}}
    assert planning.preview_update(function, wanted)["version"] == "1"


def test_an_unpublished_function_keeps_its_version(
    planning: FakeEngine, inputs: Inputs, function: Deployed
) -> None:
    checked = planning.check(FUNCTION, inputs[FUNCTION], function.inputs)
    unpublished = replace(function, outputs={**function.outputs, "publish": False}, inputs=checked)
    outputs = planning.preview_update(unpublished, {**inputs[FUNCTION], "timeout": 60})
    assert outputs["version"] == "1"


def test_an_update_in_place_keeps_what_aws_decided(planning: FakeEngine, inputs: Inputs) -> None:
    checked = planning.check(VPC, inputs[VPC])
    old = Deployed(VPC, "thing", "vpc-1", checked, {**checked, "arn": "arn:vpc", "ownerId": "1"})
    outputs = planning.preview_update(old, {**inputs[VPC], "enableDnsHostnames": True})
    assert outputs["arn"] == "arn:vpc"
    assert outputs["id"] == "vpc-1"
    assert outputs["enableDnsHostnames"] is True
