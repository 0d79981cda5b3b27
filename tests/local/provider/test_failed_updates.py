"""An update that is cut off at any of its calls to AWS, then undone or repeated by ``up``."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.operations import ResourceType
from local.provider.tables import RESOURCES
from tests.local.provider.engine import Deployed, FakeEngine, UpdateFailedError
from tests.local.provider.samples import (
    ALIAS,
    API_DEPLOYMENT,
    API_INTEGRATION,
    API_METHOD,
    API_METHOD_SETTINGS,
    API_RESOURCE,
    API_STAGE,
    BUCKET,
    BUCKET_ACCESS_BLOCK,
    BUCKET_POLICY,
    BUCKET_VERSIONING,
    CAPACITY_PROVIDER,
    DASHBOARD,
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    EIP,
    EVENT_INVOKE_CONFIG,
    EVENT_RULE,
    EVENT_SOURCE_MAPPING,
    EVENT_TARGET,
    FLOW_LOG,
    FUNCTION,
    FUNCTION_URL,
    HTTP_API,
    HTTP_INTEGRATION,
    HTTP_ROUTE,
    HTTP_STAGE,
    INGRESS_RULE,
    INSTANCE_PROFILE,
    INTERNET_GATEWAY,
    KEY,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    MANAGED_POLICY,
    METRIC_ALARM,
    NAT_GATEWAY,
    PARAMETER,
    PERMISSION,
    QUERY_DEFINITION,
    QUEUE,
    REST_API,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_CONFIG,
    SCHEDULE,
    SCHEDULE_GROUP,
    SECRET,
    SECURITY_GROUP,
    SUBNET,
    TABLE,
    TOPIC,
    TOPIC_POLICY,
    VPC,
    VPC_ENDPOINT,
    code,
)
from tests.local.provider.test_init_failures import Account
from tests.local.provider.test_lifecycle import assert_settled
from tests.local.provider.world import WORLD, Made, build

Inputs = dict[str, Any]
OTHER_POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:DescribeLogGroups"'
    ', "Resource": "*"}]}'
)
OTHER_TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "edgelambda.amazonaws.com"}}]}'
)
TAGS = {"tags": {"b": "2"}}


def another_scaling(of: Made) -> Inputs:
    return {
        "capacityProviderScalingConfigs": [
            {
                **WORLD[CAPACITY_PROVIDER](of)["capacityProviderScalingConfigs"][0],
                "maxVcpuCount": 30,
            }
        ],
        **TAGS,
    }


def another_function(of: Made) -> Inputs:
    return {
        "code": code(of.code.path, "two"),
        "description": "changed",
        "environment": {"variables": {"KEY": "other"}},
        "timeout": 30,
        **TAGS,
    }


CHANGES: Mapping[str, Callable[[Made], Inputs]] = {
    ALIAS: lambda _: {"description": "changed"},
    API_INTEGRATION: lambda _: {"timeoutMilliseconds": 10_000},
    API_METHOD: lambda _: {"authorization": "NONE"},
    API_METHOD_SETTINGS: lambda _: {
        "settings": {"throttlingRateLimit": 5.5, "throttlingBurstLimit": 9}
    },
    API_STAGE: lambda of: {
        "accessLogSettings": {"destinationArn": of(LOG_GROUP, "arn"), "format": "$context.status"},
        **TAGS,
    },
    CAPACITY_PROVIDER: another_scaling,
    DASHBOARD: lambda _: {"dashboardBody": '{"widgets": [], "start": "-PT1H"}'},
    DEFAULT_SECURITY_GROUP: lambda _: TAGS,
    EGRESS_RULE: lambda _: {"toPort": 444, **TAGS},
    EVENT_INVOKE_CONFIG: lambda _: {"maximumRetryAttempts": 1, "destinationConfig": None},
    EVENT_SOURCE_MAPPING: lambda _: {"batchSize": 1, "filterCriteria": None, **TAGS},
    FLOW_LOG: lambda _: TAGS,
    FUNCTION: another_function,
    FUNCTION_URL: lambda _: {"invokeMode": "BUFFERED", "cors": {"allowOrigins": ["*"]}},
    HTTP_API: lambda _: {"description": "changed", **TAGS},
    HTTP_INTEGRATION: lambda _: {"timeoutMilliseconds": 10_000},
    HTTP_ROUTE: lambda _: {"authorizationType": "NONE"},
    HTTP_STAGE: lambda _: {
        "defaultRouteSettings": {"throttlingBurstLimit": 9, "throttlingRateLimit": 5.5}
    },
    INGRESS_RULE: lambda _: {"fromPort": 442, **TAGS},
    KEY: lambda _: {
        "enableKeyRotation": False,
        "description": "changed",
        "policy": OTHER_POLICY,
        **TAGS,
    },
    LOG_GROUP: lambda _: {"retentionInDays": 30, **TAGS},
    LOG_METRIC_FILTER: lambda _: {"pattern": "WARN"},
    METRIC_ALARM: lambda _: {"threshold": 2.5, **TAGS},
    QUERY_DEFINITION: lambda _: {"queryString": "fields @timestamp"},
    REST_API: lambda _: {"description": "changed", **TAGS},
    ROLE: lambda _: {
        "assumeRolePolicy": OTHER_TRUST,
        "description": "changed",
        "maxSessionDuration": 7200,
        **TAGS,
    },
    ROLE_POLICY: lambda _: {"policy": OTHER_POLICY},
    ROUTE_TABLE: lambda _: TAGS,
    ROUTE_TABLE_ASSOCIATION: lambda of: {"routeTableId": of(VPC, "mainRouteTableId")},
    SCALING_CONFIG: lambda _: {
        "functionScalingConfig": {"minExecutionEnvironments": 2, "maxExecutionEnvironments": 5}
    },
    SECURITY_GROUP: lambda _: TAGS,
    SUBNET: lambda _: {"mapPublicIpOnLaunch": False, **TAGS},
    TOPIC: lambda _: {"displayName": "changed", **TAGS},
    TOPIC_POLICY: lambda _: {"policy": OTHER_POLICY},
    VPC: lambda _: {"enableDnsHostnames": False, "enableDnsSupport": False, **TAGS},
    VPC_ENDPOINT: lambda _: {"policy": OTHER_POLICY, **TAGS},
    BUCKET: lambda _: TAGS,
    BUCKET_ACCESS_BLOCK: lambda _: {"blockPublicPolicy": True},
    BUCKET_POLICY: lambda _: {"policy": OTHER_POLICY},
    BUCKET_VERSIONING: lambda _: {"versioningConfiguration": {"status": "Suspended"}},
    EIP: lambda _: TAGS,
    INTERNET_GATEWAY: lambda _: TAGS,
    MANAGED_POLICY: lambda _: {"policy": OTHER_POLICY, **TAGS},
    NAT_GATEWAY: lambda _: TAGS,
    PARAMETER: lambda _: {"value": "changed", **TAGS},
    QUEUE: lambda _: {"visibilityTimeoutSeconds": 90, **TAGS},
    ROUTE: lambda of: {"natGatewayId": None, "gatewayId": of(INTERNET_GATEWAY)},
    EVENT_RULE: lambda _: {"description": "changed", **TAGS},
    EVENT_TARGET: lambda _: {"retryPolicy": {"maximumRetryAttempts": 4}},
    INSTANCE_PROFILE: lambda _: {"role": None, **TAGS},
    SCHEDULE: lambda _: {"scheduleExpression": "rate(2 hours)"},
    SCHEDULE_GROUP: lambda _: TAGS,
    SECRET: lambda _: {"description": "changed", **TAGS},
    TABLE: lambda _: {"pointInTimeRecovery": {"enabled": False}, **TAGS},
}
"""For each type that can be updated in place, what an update changes."""


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Generator[Account]:
    made = Account(tmp_path_factory.mktemp("code"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def made(account: Account, zip_file: str) -> Made:
    return build(code(zip_file), account.engine.deploy)


def test_every_type_that_can_be_updated_is_tried() -> None:
    updatable = {name for name, resource in RESOURCES.items() if not _is_replaced_only(resource)}
    assert CHANGES.keys() == updatable
    assert updatable.isdisjoint({API_DEPLOYMENT, API_RESOURCE, PERMISSION, ROLE_POLICY_ATTACHMENT})


def _is_replaced_only(resource: ResourceType) -> bool:
    calls = resource.operations
    is_ordinary = type(resource).update is ResourceType.update and not calls.created_again
    return is_ordinary and not calls.update and not resource.tagged


def failed_update(account: Account, resource: Deployed, changed: Inputs, calls: int) -> Deployed:
    """Cut an update off after so many calls; return what the engine records, or what it became."""
    try:
        with account.line.after(calls):
            return account.engine.update(resource, changed)
    except UpdateFailedError as failed:
        return failed.resource


def next_up(engine: FakeEngine, resource: Deployed, wanted: Inputs) -> Deployed:
    """Do what the next ``up`` does with a resource whose update failed."""
    found = engine.diff(resource, wanted)
    assert found.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert not found.replaces
    updated = engine.update(resource, wanted)
    assert_settled(engine, updated, wanted)
    assert engine.diff(updated, wanted).changes == provider_pb2.DiffResponse.DIFF_NONE
    return updated


@pytest.mark.parametrize("pulumi_type", sorted(CHANGES))
def test_a_failed_update_is_undone(account: Account, made: Made, pulumi_type: str) -> None:
    wanted = WORLD[pulumi_type](made)
    changed = {**wanted, **CHANGES[pulumi_type](made)}
    calls = 0
    while True:
        failed = failed_update(account, made.resources[pulumi_type], changed, calls)
        if not any(name.startswith("__un") for name in failed.outputs):
            break
        made.resources[pulumi_type] = next_up(account.engine, failed, wanted)
        calls += 1
    assert calls
    made.resources[pulumi_type] = next_up(account.engine, failed, wanted)


@pytest.mark.parametrize("calls", range(4))
@pytest.mark.parametrize("pulumi_type", [LOG_GROUP, ROLE])
def test_a_failed_update_is_repeated(
    account: Account, made: Made, pulumi_type: str, calls: int
) -> None:
    wanted = WORLD[pulumi_type](made)
    changed = {**wanted, **CHANGES[pulumi_type](made)}
    failed = failed_update(account, made.resources[pulumi_type], changed, calls)
    repeated = next_up(account.engine, failed, changed)
    made.resources[pulumi_type] = account.engine.update(repeated, wanted)


def test_a_refresh_keeps_the_mark_of_a_failed_update(account: Account, made: Made) -> None:
    wanted = WORLD[LOG_GROUP](made)
    failed = failed_update(account, made.resources[LOG_GROUP], {**wanted, "retentionInDays": 30}, 0)
    refreshed = account.engine.refresh(failed)
    assert refreshed is not None
    made.resources[LOG_GROUP] = next_up(account.engine, refreshed, wanted)


def test_an_update_of_a_resource_that_cannot_be_read_records_what_was_sent(
    account: Account, made: Made
) -> None:
    wanted = WORLD[LOG_GROUP](made)
    with pytest.raises(UpdateFailedError) as failed, account.line.after(0, lost=100):
        account.engine.update(made.resources[LOG_GROUP], {**wanted, "retentionInDays": 30})
    recorded = failed.value.resource
    assert recorded.outputs["retentionInDays"] == 30
    assert recorded.outputs["arn"] == made.resources[LOG_GROUP].outputs["arn"]
    made.resources[LOG_GROUP] = next_up(account.engine, recorded, wanted)
