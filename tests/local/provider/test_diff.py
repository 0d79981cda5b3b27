"""Diff: what a change replaces, and in which order (docs/facts/aws-provider.md)."""

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.tables import RESOURCES
from local.provider.values import UNKNOWN
from tests.local.provider.engine import Deployed, FakeEngine
from tests.local.provider.samples import (
    ALIAS,
    BUCKET,
    CAPACITY_PROVIDER,
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
    INSTANCE_PROFILE,
    INTERNET_GATEWAY,
    LAYER_ARN,
    LAYER_VERSION,
    LOG_GROUP,
    MANAGED_POLICY,
    NAT_GATEWAY,
    PARAMETER,
    PERMISSION,
    POLICY,
    POOL_ARN,
    QUEUE,
    ROLE,
    ROLE_ARN,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_CONFIG,
    SCHEDULE,
    SECRET,
    SECRET_VERSION,
    SECURITY_GROUP,
    SUBNET,
    TABLE,
    TRUST,
    VPC,
    VPC_ENDPOINT,
    code,
    managed,
)

Inputs = dict[str, dict[str, Any]]
PropertyDiff = provider_pb2.PropertyDiff


def deployed(
    planning: FakeEngine, pulumi_type: str, inputs: dict[str, Any], **aws: Any
) -> Deployed:
    """Return a resource as it would be in the state, with what AWS added."""
    checked = planning.check(pulumi_type, inputs)
    outputs = {name: value for name, value in checked.items() if name != "__defaults"}
    return Deployed(pulumi_type, "thing", "id", checked, {**outputs, **aws})


@pytest.mark.parametrize("pulumi_type", sorted(RESOURCES))
def test_equal_inputs_have_no_difference(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str
) -> None:
    diff = planning.diff(deployed(planning, pulumi_type, inputs[pulumi_type]), inputs[pulumi_type])
    assert diff.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert not diff.detailedDiff


OTHER = "arn:aws:iam::123456789012:role/other"


@pytest.mark.parametrize(
    ("pulumi_type", "name", "old", "new"),
    [
        (VPC, "cidrBlock", "10.0.0.0/16", "10.1.0.0/16"),
        (BUCKET, "bucket", "one", "two"),
        (EIP, "domain", "vpc", "standard"),
        (MANAGED_POLICY, "description", "one", "two"),
        (NAT_GATEWAY, "subnetId", "subnet-1", "subnet-2"),
        (NAT_GATEWAY, "allocationId", "eipalloc-1", "eipalloc-2"),
        (EVENT_INVOKE_CONFIG, "qualifier", "one", "two"),
        (EVENT_SOURCE_MAPPING, "eventSourceArn", OTHER, f"{OTHER}-2"),
        (LAYER_VERSION, "compatibleRuntimes", ["python3.12"], ["python3.13"]),
        (QUEUE, "fifoQueue", False, True),
        (ROUTE, "destinationCidrBlock", "0.0.0.0/0", "10.1.0.0/16"),
        (EVENT_RULE, "eventBusName", "default", "other"),
        (EVENT_TARGET, "rule", "one", "two"),
        (INSTANCE_PROFILE, "path", "/", "/other/"),
        (SCHEDULE, "groupName", "one", "two"),
        (SECRET_VERSION, "secretString", "one", "two"),
        (TABLE, "rangeKey", "one", "two"),
        (SUBNET, "vpcId", "vpc-1", "vpc-2"),
        (SUBNET, "cidrBlock", "10.0.0.0/20", "10.0.16.0/20"),
        (SUBNET, "availabilityZone", "us-east-1a", "us-east-1b"),
        (ROUTE_TABLE, "vpcId", "vpc-1", "vpc-2"),
        (DEFAULT_SECURITY_GROUP, "vpcId", "vpc-1", "vpc-2"),
        (FLOW_LOG, "trafficType", "REJECT", "ALL"),
        (FLOW_LOG, "maxAggregationInterval", 600, 60),
        (ROUTE_TABLE_ASSOCIATION, "subnetId", "subnet-1", "subnet-2"),
        (SECURITY_GROUP, "description", "a", "b"),
        (SECURITY_GROUP, "name", "a", "b"),
        (SECURITY_GROUP, "vpcId", "vpc-1", "vpc-2"),
        (EGRESS_RULE, "securityGroupId", "sg-1", "sg-2"),
        (VPC_ENDPOINT, "serviceName", "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.ec2"),
        (VPC_ENDPOINT, "vpcEndpointType", "Gateway", "Interface"),
        (VPC_ENDPOINT, "privateDnsEnabled", False, True),
        (ROLE, "name", "a", "b"),
        (ROLE, "path", "/", "/team/"),
        (ROLE_POLICY, "role", "a", "b"),
        (
            ROLE_POLICY_ATTACHMENT,
            "policyArn",
            "arn:aws:iam::aws:policy/A",
            "arn:aws:iam::aws:policy/B",
        ),
        (LOG_GROUP, "logGroupClass", "STANDARD", "INFREQUENT_ACCESS"),
        (CAPACITY_PROVIDER, "name", "a", "b"),
        (
            CAPACITY_PROVIDER,
            "permissionsConfig",
            {"capacityProviderOperatorRoleArn": OTHER},
            {"capacityProviderOperatorRoleArn": OTHER + "2"},
        ),
        (
            CAPACITY_PROVIDER,
            "vpcConfig",
            {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
            {"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]},
        ),
        (
            CAPACITY_PROVIDER,
            "instanceRequirements",
            [{"architectures": ["arm64"]}],
            [{"architectures": ["x86_64"]}],
        ),
        (FUNCTION, "name", "a", "b"),
        (FUNCTION, "packageType", "Zip", "Image"),
        (FUNCTION, "durableConfig", None, {"executionTimeout": 60}),
        (SCALING_CONFIG, "qualifier", "$LATEST.PUBLISHED", "1"),
        (SCALING_CONFIG, "functionName", "a", "b"),
        (FUNCTION_URL, "qualifier", "live", "next"),
        (FUNCTION_URL, "functionName", "a", "b"),
        (PERMISSION, "action", "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"),
        (PERMISSION, "principal", "123456789012", "210987654321"),
        (ALIAS, "functionName", "a", "b"),
        (VPC, "region", "us-east-1", "eu-west-1"),
    ],
)
def test_a_change_that_replaces(
    planning: FakeEngine, inputs: Inputs, *, pulumi_type: str, name: str, old: Any, new: Any
) -> None:
    before = {**inputs[pulumi_type], name: old} if old is not None else inputs[pulumi_type]
    diff = planning.diff(
        deployed(planning, pulumi_type, before), {**inputs[pulumi_type], name: new}
    )
    assert list(diff.replaces) == [name]
    assert list(diff.diffs) == [name]


@pytest.mark.parametrize(
    ("pulumi_type", "name", "old", "new"),
    [
        (VPC, "enableDnsHostnames", True, False),
        (INTERNET_GATEWAY, "vpcId", "vpc-1", "vpc-2"),
        (MANAGED_POLICY, "policy", POLICY, TRUST),
        (PARAMETER, "value", "one", "two"),
        (EVENT_INVOKE_CONFIG, "maximumRetryAttempts", 0, 1),
        (EVENT_SOURCE_MAPPING, "functionName", "demo", "demo:live"),
        (QUEUE, "delaySeconds", 0, 5),
        (ROUTE, "gatewayId", "igw-1", "igw-2"),
        (EVENT_RULE, "state", "ENABLED", "DISABLED"),
        (EVENT_TARGET, "input", "{}", "[]"),
        (INSTANCE_PROFILE, "role", "one", "two"),
        (SCHEDULE, "state", "ENABLED", "DISABLED"),
        (SECRET, "kmsKeyId", "one", "two"),
        (TABLE, "billingMode", "PROVISIONED", "PAY_PER_REQUEST"),
        (VPC, "tags", {"Name": "a"}, {"Name": "b"}),
        (SUBNET, "mapPublicIpOnLaunch", False, True),
        (ROUTE_TABLE_ASSOCIATION, "routeTableId", "rtb-1", "rtb-2"),
        (EGRESS_RULE, "cidrIpv4", "10.0.0.0/16", "10.1.0.0/16"),
        (EGRESS_RULE, "description", "a", "b"),
        (VPC_ENDPOINT, "routeTableIds", ["rtb-1"], ["rtb-1", "rtb-2"]),
        (VPC_ENDPOINT, "policy", "{}", POLICY),
        (ROLE, "assumeRolePolicy", "{}", POLICY),
        (ROLE, "description", "a", "b"),
        (ROLE_POLICY, "policy", "{}", POLICY),
        (LOG_GROUP, "retentionInDays", 14, 0),
        (
            CAPACITY_PROVIDER,
            "capacityProviderScalingConfigs",
            [{"scalingMode": "Auto", "maxVcpuCount": 20}],
            [{"scalingMode": "Auto", "maxVcpuCount": 30}],
        ),
        (FUNCTION, "memorySize", 2048, 4096),
        (FUNCTION, "timeout", 3, 60),
        (FUNCTION, "architectures", ["x86_64"], ["arm64"]),
        (FUNCTION, "runtime", "python3.13", "python3.12"),
        (FUNCTION, "role", ROLE_ARN, OTHER),
        (FUNCTION, "layers", [LAYER_ARN], [LAYER_ARN.replace(":30", ":31")]),
        (FUNCTION, "environment", {"variables": {"A": "1"}}, {"variables": {"A": "2"}}),
        (FUNCTION, "capacityProviderConfig", None, managed()),
        (FUNCTION, "capacityProviderConfig", managed(), managed(POOL_ARN + "2")),
        (FUNCTION, "publish", False, True),
        (FUNCTION, "publishTo", None, "LATEST_PUBLISHED"),
        (
            SCALING_CONFIG,
            "functionScalingConfig",
            {"minExecutionEnvironments": 1},
            {"minExecutionEnvironments": 2},
        ),
        (FUNCTION_URL, "authorizationType", "NONE", "AWS_IAM"),
        (FUNCTION_URL, "invokeMode", "BUFFERED", "RESPONSE_STREAM"),
        (ALIAS, "functionVersion", "$LATEST.PUBLISHED", "3"),
    ],
)
def test_a_change_in_place(
    planning: FakeEngine, inputs: Inputs, *, pulumi_type: str, name: str, old: Any, new: Any
) -> None:
    before = {**inputs[pulumi_type], name: old} if old is not None else inputs[pulumi_type]
    diff = planning.diff(
        deployed(planning, pulumi_type, before), {**inputs[pulumi_type], name: new}
    )
    assert diff.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert name in diff.diffs
    assert not diff.replaces


@pytest.mark.parametrize(
    ("pulumi_type", "name", "old", "new"),
    [
        pytest.param(VPC_ENDPOINT, "subnetIds", ["a", "b"], ["b", "a"], id="the order of a set"),
        pytest.param(
            ROLE_POLICY, "policy", '{"a": 1, "b": 2}', '{"b":2,"a":1}', id="the form of JSON"
        ),
        pytest.param(
            FUNCTION_URL,
            "functionName",
            "demo",
            "arn:aws:lambda:us-east-1:123456789012:function:demo",
            id="an ARN instead of a name",
        ),
        pytest.param(EGRESS_RULE, "ipProtocol", "6", "tcp", id="a protocol's number or name"),
        pytest.param(
            CAPACITY_PROVIDER,
            "capacityProviderScalingConfigs",
            [{"scalingMode": "Auto"}],
            None,
            id="scaling removed from the program",
        ),
        pytest.param(
            FUNCTION,
            "capacityProviderConfig",
            managed(perExecutionEnvironmentMaxConcurrency=64),
            managed(perExecutionEnvironmentMaxConcurrency=0),
            id="zero concurrency, which means unset",
        ),
        pytest.param(
            SCALING_CONFIG,
            "functionScalingConfig",
            {"minExecutionEnvironments": 1, "maxExecutionEnvironments": 2},
            {"maxExecutionEnvironments": 2},
            id="one scaling field removed",
        ),
    ],
)
def test_a_change_that_changes_nothing(
    planning: FakeEngine, inputs: Inputs, *, pulumi_type: str, name: str, old: Any, new: Any
) -> None:
    after = {**inputs[pulumi_type], name: new} if new is not None else inputs[pulumi_type]
    diff = planning.diff(deployed(planning, pulumi_type, {**inputs[pulumi_type], name: old}), after)
    assert diff.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_computed_values_are_kept_when_the_program_omits_them(
    planning: FakeEngine, inputs: Inputs
) -> None:
    chosen = {
        "tracingConfig": {"mode": "PassThrough"},
        "ephemeralStorage": {"size": 512},
        "architectures": ["x86_64"],
        "loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "INFO"},
    }
    function = deployed(planning, FUNCTION, inputs[FUNCTION], **chosen)
    asked = {**inputs[FUNCTION], "loggingConfig": {"logFormat": "JSON"}}
    assert planning.diff(function, asked).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_removing_the_capacity_provider_remains_a_difference(
    planning: FakeEngine, inputs: Inputs
) -> None:
    function = deployed(
        planning, FUNCTION, {**inputs[FUNCTION], "capacityProviderConfig": managed()}
    )
    diff = planning.diff(function, inputs[FUNCTION])
    assert diff.detailedDiff["capacityProviderConfig"].kind == PropertyDiff.DELETE
    assert not diff.replaces


def test_an_interface_endpoint_switches_private_dns_in_place(
    planning: FakeEngine, inputs: Inputs
) -> None:
    interface = {**inputs[VPC_ENDPOINT], "vpcEndpointType": "Interface"}
    endpoint = deployed(planning, VPC_ENDPOINT, {**interface, "privateDnsEnabled": False})
    diff = planning.diff(endpoint, {**interface, "privateDnsEnabled": True})
    assert list(diff.diffs) == ["privateDnsEnabled"]
    assert not diff.replaces


def test_another_type_of_peer_replaces_the_rule(planning: FakeEngine, inputs: Inputs) -> None:
    rule = deployed(planning, EGRESS_RULE, inputs[EGRESS_RULE])
    by_list = {**inputs[EGRESS_RULE], "prefixListId": "pl-1"}
    del by_list["cidrIpv4"]
    assert list(planning.diff(rule, by_list).replaces) == ["cidrIpv4", "prefixListId"]


def test_new_code_is_recognized_by_its_hash_not_its_path(
    planning: FakeEngine, inputs: Inputs, zip_file: str
) -> None:
    function = deployed(
        planning, FUNCTION, inputs[FUNCTION], code=code("/elsewhere/function.zip", "one")
    )
    assert not planning.diff(function, inputs[FUNCTION]).diffs
    changed = {**inputs[FUNCTION], "code": code(zip_file, "two")}
    assert list(planning.diff(function, changed).diffs) == ["code"]


def test_a_difference_has_the_path_of_its_property(planning: FakeEngine, inputs: Inputs) -> None:
    before = {
        **inputs[FUNCTION],
        "capacityProviderConfig": managed(perExecutionEnvironmentMaxConcurrency=64),
        "layers": [LAYER_ARN],
    }
    after = {
        **inputs[FUNCTION],
        "capacityProviderConfig": managed(perExecutionEnvironmentMaxConcurrency=32),
        "layers": [LAYER_ARN.replace(":30", ":31")],
    }
    diff = planning.diff(deployed(planning, FUNCTION, before), after)
    assert diff.hasDetailedDiff
    assert {path: entry.kind for path, entry in diff.detailedDiff.items()} == {
        "capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig"
        ".perExecutionEnvironmentMaxConcurrency": PropertyDiff.UPDATE,
        "layers[0]": PropertyDiff.UPDATE,
    }


def test_an_unknown_value_is_a_difference(planning: FakeEngine, inputs: Inputs) -> None:
    url = deployed(planning, FUNCTION_URL, inputs[FUNCTION_URL])
    diff = planning.diff(url, {**inputs[FUNCTION_URL], "functionName": UNKNOWN})
    assert list(diff.replaces) == ["functionName"]


@pytest.mark.parametrize(
    ("pulumi_type", "name", "change", "first"),
    [
        pytest.param(SECURITY_GROUP, {}, {"description": "b"}, False, id="an invented name"),
        pytest.param(SECURITY_GROUP, {"name": "a"}, {"description": "b"}, True, id="a fixed name"),
        pytest.param(
            CAPACITY_PROVIDER,
            {"name": "a"},
            {"kmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"},
            False,
            id="a framework resource, fixed name or not",
        ),
        pytest.param(ROLE_POLICY_ATTACHMENT, {}, {"role": "b"}, True, id="a type that always does"),
        pytest.param(SUBNET, {}, {"vpcId": "vpc-2"}, False, id="a type without a name"),
        pytest.param(ALIAS, {"name": "live"}, {"functionName": "b"}, True, id="a named alias"),
    ],
)
def test_types_that_are_deleted_before_they_are_replaced(
    planning: FakeEngine,
    inputs: Inputs,
    *,
    pulumi_type: str,
    name: dict[str, Any],
    change: dict[str, Any],
    first: bool,
) -> None:
    old = {**inputs[pulumi_type], **name}
    diff = planning.diff(deployed(planning, pulumi_type, old), {**old, **change})
    assert diff.replaces
    assert diff.deleteBeforeReplace is first


def test_an_update_in_place_deletes_nothing(planning: FakeEngine, inputs: Inputs) -> None:
    old = {**inputs[SECURITY_GROUP], "name": "a"}
    diff = planning.diff(deployed(planning, SECURITY_GROUP, old), {**old, "tags": {"Name": "a"}})
    assert diff.diffs
    assert not diff.deleteBeforeReplace
