"""FN rules: the function's own properties."""

import pytest

from tests.policies.support import SILENT, UNKNOWN, function, message, names


@pytest.mark.parametrize(
    ("vpc_config", "rules"),
    [
        (None, SILENT),
        ({}, SILENT),
        ({"subnetIds": [], "securityGroupIds": []}, SILENT),  # the way to say "no network"
        ({"subnetIds": ["subnet-1"], "securityGroupIds": []}, {"fn-05"}),
        ({"subnetIds": [], "securityGroupIds": ["sg-1"]}, {"fn-05"}),
        ({"subnetIds": [UNKNOWN], "securityGroupIds": [UNKNOWN]}, {"fn-05"}),  # new, but there
        ({"subnetIds": UNKNOWN, "securityGroupIds": UNKNOWN}, SILENT),
        ({"subnetIds": UNKNOWN, "securityGroupIds": ["sg-1"]}, {"fn-05"}),
        (UNKNOWN, SILENT),
        ("none", SILENT),
    ],
)
def test_the_network_is_the_capacity_providers(vpc_config: object, rules: set[str]) -> None:
    assert names(function(vpcConfig=vpc_config)) == rules


def test_ordinary_functions_may_be_in_a_vpc() -> None:
    vpc_config = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert names(function(vpcConfig=vpc_config, capacityProviderConfig=None)) == SILENT


def test_the_property_that_is_set_is_named() -> None:
    vpc_config = {"subnetIds": ["subnet-1"], "securityGroupIds": []}
    text = message("fn-05-no-function-vpc-config", function(vpcConfig=vpc_config))
    assert "vpc_config has subnet_ids." in text
