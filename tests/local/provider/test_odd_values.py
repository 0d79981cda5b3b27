"""Values that count as unset elsewhere, and settings that are removed: AWS gets each of them."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.provider.tables import RESOURCES
from tests.local.provider.engine import REGION, Deployed, FakeEngine
from tests.local.provider.samples import (
    EVENT_SOURCE_MAPPING,
    FUNCTION,
    HTTP_API,
    INGRESS_RULE,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    METRIC_ALARM,
    PARAMETER,
    QUEUE,
    ROLE,
    SECURITY_GROUP,
    SUBNET,
    TABLE,
    TRUST,
    VPC,
)
from tests.local.provider.test_lifecycle import assert_settled
from tests.local.provider.world import WORLD, Made, Recipe, import_id

BASES: Mapping[str, Recipe] = {
    EVENT_SOURCE_MAPPING: lambda of: {
        "functionName": of(FUNCTION, "name"),
        "eventSourceArn": of(QUEUE, "arn"),
    },
    FUNCTION: lambda of: {
        **{name: WORLD[FUNCTION](of)[name] for name in ("code", "handler", "runtime")},
        "role": of(ROLE, "arn"),
    },
    HTTP_API: lambda _: {"protocolType": "HTTP"},
    INGRESS_RULE: lambda of: {
        "securityGroupId": of(SECURITY_GROUP),
        "ipProtocol": "udp",
        "fromPort": 1,
        "toPort": 9,
        "cidrIpv4": "10.1.0.0/16",
    },
    LOG_GROUP: lambda _: {},
    LOG_METRIC_FILTER: lambda of: {
        "logGroupName": of(LOG_GROUP, "name"),
        "pattern": "ERROR",
        "metricTransformation": {"name": "Errors", "namespace": "demo", "value": "1"},
    },
    METRIC_ALARM: lambda _: {
        "namespace": "demo",
        "metricName": "Errors",
        "statistic": "Sum",
        "period": 60,
        "evaluationPeriods": 1,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 1,
    },
    PARAMETER: lambda _: {"type": "String", "value": "demo"},
    QUEUE: lambda _: {},
    ROLE: lambda _: {"assumeRolePolicy": TRUST},
    SUBNET: lambda of: {"vpcId": of(VPC), "cidrBlock": "10.0.240.0/28"},
    TABLE: lambda _: {
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
    },
    VPC: lambda _: {"cidrBlock": "10.0.0.0/16"},
}
"""The least of a resource; the world has what it leans on."""

KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/demo"

ODD: list[tuple[str, str, Any]] = [
    (EVENT_SOURCE_MAPPING, "enabled", False),
    (FUNCTION, "description", "about it"),
    (FUNCTION, "reservedConcurrentExecutions", 0),
    (HTTP_API, "apiKeySelectionExpression", "$context.authorizer.usageIdentifierKey"),
    (HTTP_API, "description", "about it"),
    (INGRESS_RULE, "description", "about it"),
    (INGRESS_RULE, "fromPort", 0),
    (LOG_GROUP, "kmsKeyId", KEY_ARN),
    (LOG_METRIC_FILTER, "pattern", ""),
    *(
        (
            LOG_METRIC_FILTER,
            "metricTransformation",
            {"name": "Errors", "namespace": "demo", "value": "1", "defaultValue": default},
        )
        for default in ("0", "2.5")
    ),
    (METRIC_ALARM, "actionsEnabled", False),
    (METRIC_ALARM, "threshold", 0),
    (PARAMETER, "allowedPattern", ".*"),
    (PARAMETER, "description", "about it"),
    (ROLE, "description", "about it"),
    (ROLE, "tags", {"empty": ""}),
    (SUBNET, "mapPublicIpOnLaunch", True),
    (TABLE, "deletionProtectionEnabled", False),
    (VPC, "enableDnsSupport", False),
]


def made_odd(engine: FakeEngine, world: Made, pulumi_type: str, odd: Mapping[str, Any]) -> Deployed:
    """Make a resource with odd values, which its program keeps."""
    wanted = {**BASES[pulumi_type](world), **odd}
    resource = engine.deploy(pulumi_type, wanted, name="odd")
    assert_settled(engine, resource, wanted)
    return resource


@pytest.mark.parametrize(("pulumi_type", "name", "value"), ODD)
def test_an_odd_value_is_set_updated_and_removed(
    engine: FakeEngine, world: Made, *, pulumi_type: str, name: str, value: Any
) -> None:
    base = BASES[pulumi_type](world)
    wanted = {**base, name: value}
    created = made_odd(engine, world, pulumi_type, {name: value})
    in_aws = created.outputs.get(name)
    engine.destroy(created)
    plain = made_odd(engine, world, pulumi_type, {})

    resource = engine.update(plain, wanted)

    assert_settled(engine, resource, wanted)
    assert resource.outputs.get(name) == in_aws
    resource = engine.update(resource, base)
    assert_settled(engine, resource, base)
    assert resource.outputs.get(name) == plain.outputs.get(name)
    engine.destroy(resource)


@pytest.mark.parametrize(
    ("pulumi_type", "odd"),
    [
        *((pulumi_type, {name: value}) for pulumi_type, name, value in ODD),
        (INGRESS_RULE, {"ipProtocol": "icmp", "fromPort": -1, "toPort": -1}),
        (LOG_GROUP, {"logGroupClass": "INFREQUENT_ACCESS"}),
        (TABLE, {"pointInTimeRecovery": {"enabled": True}}),
    ],
)
def test_what_is_odd_is_imported(
    engine: FakeEngine, world: Made, *, pulumi_type: str, odd: Mapping[str, Any]
) -> None:
    resource = made_odd(engine, world, pulumi_type, odd)

    adopted = engine.adopt(pulumi_type, import_id(resource), "odd")

    assert adopted is not None
    never_told = {"code": resource.inputs["code"]} if pulumi_type == FUNCTION else {}
    settable = {name for name, it in RESOURCES[pulumi_type].properties.items() if not it.output}
    wanted = {name: it for name, it in adopted.inputs.items() if name in settable - {"tagsAll"}}
    found = engine.diff(adopted, {**wanted, **never_told})
    assert set(found.diffs) == never_told.keys()
    engine.destroy(resource)


def test_no_tenancy_but_the_default_one_is_set_in_place(engine: FakeEngine) -> None:
    network = {"cidrBlock": "10.0.0.0/16"}
    dedicated = {**network, "instanceTenancy": "dedicated"}
    vpc = engine.deploy(VPC, dedicated)
    vpc = engine.update(vpc, network)
    assert_settled(engine, vpc, network)
    assert list(engine.diff(vpc, dedicated).replaces) == ["instanceTenancy"]
    engine.destroy(vpc)
