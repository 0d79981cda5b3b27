"""Check: names, defaults, regions and tags that the provider fills in.

Source: docs/facts/aws-provider.md#names.
"""

import json
import re
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider import ProviderServer
from local.provider.tables import RESOURCES
from local.provider.values import DEFAULTS, UNKNOWN, decode
from tests.local.provider.engine import LOCAL_STACK, CheckError, FakeEngine
from tests.local.provider.samples import (
    ALIAS,
    API_INTEGRATION,
    BUCKET,
    CAPACITY_PROVIDER,
    EVENT_RULE,
    FUNCTION,
    FUNCTION_URL,
    HTTP_API,
    HTTP_INTEGRATION,
    HTTP_ROUTE,
    HTTP_STAGE,
    INSTANCE_PROFILE,
    KEY,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    MANAGED_POLICY,
    METRIC_ALARM,
    PARAMETER,
    PERMISSION,
    QUERY_DEFINITION,
    QUEUE,
    REST_API,
    ROLE,
    ROLE_POLICY,
    SCHEDULE,
    SCHEDULE_GROUP,
    SECRET,
    SECURITY_GROUP,
    TABLE,
    TOPIC,
    VPC,
    VPC_ENDPOINT,
)

Inputs = dict[str, dict[str, Any]]

NAMED = {
    ALIAS: ("name", 255),
    BUCKET: ("bucket", 63),
    MANAGED_POLICY: ("name", 128),
    PARAMETER: ("name", 255),
    QUEUE: ("name", 80),
    EVENT_RULE: ("name", 64),
    INSTANCE_PROFILE: ("name", 128),
    SCHEDULE: ("name", 64),
    SCHEDULE_GROUP: ("name", 64),
    SECRET: ("name", 255),
    TABLE: ("name", 255),
    CAPACITY_PROVIDER: ("name", 255),
    FUNCTION: ("name", 64),
    HTTP_API: ("name", 128),
    LOG_GROUP: ("name", 255),
    LOG_METRIC_FILTER: ("name", 255),
    METRIC_ALARM: ("name", 255),
    PERMISSION: ("statementId", 100),
    QUERY_DEFINITION: ("name", 255),
    REST_API: ("name", 255),
    ROLE: ("name", 64),
    ROLE_POLICY: ("name", 128),  # the validator's, below the 255 of the name itself
    SECURITY_GROUP: ("name", 255),
    TOPIC: ("name", 255),
}


@pytest.mark.parametrize(
    ("pulumi_type", "name"), [(pulumi_type, name) for pulumi_type, (name, _) in NAMED.items()]
)
def test_an_unset_name_is_generated_once_and_kept(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str, name: str
) -> None:
    first = planning.check(pulumi_type, inputs[pulumi_type], name="demo")
    assert re.fullmatch(r"demo-[0-9a-f]{7}", first[name])
    assert (
        planning.check(pulumi_type, inputs[pulumi_type], olds=first, name="demo")[name]
        == first[name]
    )
    assert planning.check(pulumi_type, inputs[pulumi_type], name="demo")[name] != first[name]


@pytest.mark.parametrize(
    ("pulumi_type", "name", "limit"), [(k, n, limit) for k, (n, limit) in NAMED.items()]
)
def test_a_generated_name_is_within_the_limit(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str, name: str, limit: int
) -> None:
    longest = "n" * (limit - 8)
    assert len(planning.check(pulumi_type, inputs[pulumi_type], name=longest)[name]) == limit
    with pytest.raises(CheckError):
        planning.check(pulumi_type, inputs[pulumi_type], name=longest + "n")


def test_a_name_that_the_program_removes_is_generated_anew(
    planning: FakeEngine, inputs: Inputs
) -> None:
    fixed = planning.check(FUNCTION, {**inputs[FUNCTION], "name": "fixed"})
    assert planning.check(FUNCTION, inputs[FUNCTION], olds=fixed)["name"] != "fixed"


def test_the_projects_own_naming_is_honoured(planning: FakeEngine) -> None:
    options = provider_pb2.CheckRequest.AutonamingOptions
    request = provider_pb2.CheckRequest(type=LOG_GROUP, name="demo")
    request.autonaming.CopyFrom(options(proposed_name="demo-of-ours", mode=options.ENFORCE))
    assert decode(planning.stub.Check(request).inputs)["name"] == "demo-of-ours"
    request.autonaming.CopyFrom(options(mode=options.DISABLE))
    [failure] = planning.stub.Check(request).failures
    assert failure.reason == "Missing required property 'name'"


def test_nothing_else_gets_a_name(planning: FakeEngine, inputs: Inputs) -> None:
    # A stage's name may be left to the provider, too; here it is set.
    for pulumi_type in RESOURCES.keys() - NAMED.keys() - {HTTP_STAGE}:
        assert "name" not in planning.check(pulumi_type, inputs[pulumi_type])


@pytest.mark.parametrize(
    ("pulumi_type", "defaults"),
    [
        (
            FUNCTION,
            {
                "memorySize": 128,
                "timeout": 3,
                "publish": False,
                "packageType": "Zip",
                "reservedConcurrentExecutions": -1,
                "skipDestroy": False,
            },
        ),
        (FUNCTION_URL, {"invokeMode": "BUFFERED"}),
        (VPC_ENDPOINT, {"vpcEndpointType": "Gateway"}),
        (SECURITY_GROUP, {"description": "Managed by Pulumi", "revokeRulesOnDelete": False}),
        (API_INTEGRATION, {"timeoutMilliseconds": 29_000}),
        (HTTP_INTEGRATION, {"connectionType": "INTERNET", "payloadFormatVersion": "1.0"}),
        (HTTP_ROUTE, {"apiKeyRequired": False, "authorizationType": "NONE"}),
        (LOG_GROUP, {"retentionInDays": 0, "skipDestroy": False}),
        (METRIC_ALARM, {"actionsEnabled": True, "treatMissingData": "missing"}),
        (
            KEY,
            {
                "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
                "enableKeyRotation": False,
                "keyUsage": "ENCRYPT_DECRYPT",
            },
        ),
        (ROLE, {"path": "/", "maxSessionDuration": 3600, "forceDetachPolicies": False}),
        (VPC, {"enableDnsSupport": True, "instanceTenancy": "default"}),
    ],
)
def test_policies_see_the_defaults_of_sdk_v2_resources(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str, defaults: dict[str, Any]
) -> None:
    checked = planning.check(pulumi_type, inputs[pulumi_type])
    assert checked.items() >= defaults.items()
    invented = {"name"} if pulumi_type in NAMED else set[str]()
    assert checked[DEFAULTS] == sorted(defaults.keys() | invented)


def test_a_value_equal_to_the_default_is_not_listed_as_one(
    planning: FakeEngine, inputs: Inputs
) -> None:
    checked = planning.check(FUNCTION, {**inputs[FUNCTION], "memorySize": 4096})
    assert checked["memorySize"] == 4096
    assert "memorySize" not in checked[DEFAULTS]


def test_framework_resources_get_no_defaults(planning: FakeEngine, inputs: Inputs) -> None:
    checked = planning.check(CAPACITY_PROVIDER, inputs[CAPACITY_PROVIDER])
    assert checked.keys() == {*inputs[CAPACITY_PROVIDER], "name", "region"}


def test_the_region_comes_from_the_resource_or_else_the_provider(
    planning: FakeEngine, inputs: Inputs
) -> None:
    for pulumi_type, resource in RESOURCES.items():
        expected = LOCAL_STACK["region"] if resource.regional else None
        assert planning.check(pulumi_type, inputs[pulumi_type]).get("region") == expected
    assert planning.check(VPC, {**inputs[VPC], "region": "eu-west-1"})["region"] == "eu-west-1"


def test_default_tags_are_merged_into_sdk_v2_inputs(served: ProviderServer, inputs: Inputs) -> None:
    tags = json.dumps({"tags": {"team": "a", "stage": "dev"}})
    engine = FakeEngine(served.port, {**LOCAL_STACK, "defaultTags": tags})
    checked = engine.check(VPC, {**inputs[VPC], "tags": {"stage": "test"}})
    assert checked["tagsAll"] == {"team": "a", "stage": "test"}
    assert checked["tags"] == {"stage": "test"}
    assert engine.check(VPC, {**inputs[VPC], "tags": {"a": UNKNOWN}})["tagsAll"] is UNKNOWN
    assert "tagsAll" not in engine.check(CAPACITY_PROVIDER, inputs[CAPACITY_PROVIDER])
    previewed = engine.preview(CAPACITY_PROVIDER, inputs[CAPACITY_PROVIDER])
    assert previewed["tagsAll"] == {"team": "a", "stage": "dev"}
    engine.close()


def test_without_tags_there_is_an_empty_tags_all(planning: FakeEngine, inputs: Inputs) -> None:
    assert planning.check(VPC, inputs[VPC])["tagsAll"] == {}
