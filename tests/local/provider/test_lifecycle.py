"""Create, read, update and delete against the local AWS, each type by what AWS then holds."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.dataplane.model import VersionStatus
from local.endpoint import ServedEndpoint
from local.lambda_api import api
from local.provider.values import Props
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.provider.engine import REGION, Deployed, FakeEngine, refusal
from tests.local.provider.samples import (
    ALIAS,
    CAPACITY_PROVIDER,
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    FLOW_LOG,
    FUNCTION,
    FUNCTION_URL,
    INGRESS_RULE,
    LOG_GROUP,
    OPERATOR_POLICY,
    PERMISSION,
    POLICY,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_CONFIG,
    SECURITY_GROUP,
    SUBNET,
    TRUST,
    VPC,
    VPC_ENDPOINT,
    code,
    managed,
)

Inputs = dict[str, dict[str, Any]]
LATEST_PUBLISHED = "$LATEST.PUBLISHED"


def assert_settled(engine: FakeEngine, resource: Deployed, inputs: Props) -> None:
    """Assert that the same program again changes nothing, before and after a refresh."""
    refreshed = engine.refresh(resource)
    assert refreshed is not None
    assert not engine.diff(resource, inputs).detailedDiff
    assert not engine.diff(refreshed, inputs).detailedDiff
    assert refreshed.outputs == resource.outputs


def assert_gone(engine: FakeEngine, resource: Deployed) -> None:
    """Assert that a resource can be deleted, and deleted again."""
    engine.destroy(resource)
    assert engine.refresh(resource) is None
    engine.destroy(resource)


@pytest.fixture
def ec2(endpoint: ServedEndpoint) -> Any:
    return AwsClients(endpoint.url).get("ec2", REGION)


@pytest.fixture
def vpc(engine: FakeEngine, inputs: Inputs) -> Deployed:
    return engine.deploy(VPC, inputs[VPC])


@pytest.fixture
def subnet(engine: FakeEngine, vpc: Deployed) -> Deployed:
    return engine.deploy(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/20"})


@pytest.fixture
def route_table(engine: FakeEngine, vpc: Deployed) -> Deployed:
    return engine.deploy(ROUTE_TABLE, {"vpcId": vpc.id})


@pytest.fixture
def group(engine: FakeEngine, vpc: Deployed) -> Deployed:
    return engine.deploy(SECURITY_GROUP, {"vpcId": vpc.id})


def test_vpc(engine: FakeEngine, ec2: Any) -> None:
    wanted = {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsHostnames": True,
        "tags": {"Name": "demo", "a": "1"},
    }
    vpc = engine.deploy(VPC, wanted)
    assert vpc.id.startswith("vpc-")
    assert vpc.outputs["arn"] == f"arn:aws:ec2:{REGION}:{ACCOUNT_ID}:vpc/{vpc.id}"
    assert vpc.outputs["mainRouteTableId"].startswith("rtb-")
    assert vpc.outputs["defaultSecurityGroupId"].startswith("sg-")
    assert vpc.outputs["enableDnsSupport"] is True
    assert vpc.outputs["tagsAll"] == {"Name": "demo", "a": "1"}
    assert_settled(engine, vpc, wanted)
    wanted |= {"enableDnsSupport": False, "enableDnsHostnames": False, "tags": {"Name": "other"}}
    vpc = engine.update(vpc, wanted)
    found = ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"][0]
    assert found["Tags"] == [{"Key": "Name", "Value": "other"}]
    assert vpc.outputs["enableDnsSupport"] is False
    assert_settled(engine, vpc, wanted)
    assert_gone(engine, vpc)


def test_subnet(engine: FakeEngine, vpc: Deployed) -> None:
    wanted = {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/20", "availabilityZone": "us-east-1a"}
    subnet = engine.deploy(SUBNET, wanted)
    assert subnet.outputs["arn"].endswith(f":subnet/{subnet.id}")
    assert subnet.outputs["availabilityZoneId"] == "use1-az6"
    assert_settled(engine, subnet, wanted)
    wanted |= {"mapPublicIpOnLaunch": True}
    subnet = engine.update(subnet, wanted)
    assert subnet.outputs["mapPublicIpOnLaunch"] is True
    assert_settled(engine, subnet, wanted)
    assert_gone(engine, subnet)


def test_route_table_and_association(
    engine: FakeEngine, vpc: Deployed, subnet: Deployed, route_table: Deployed
) -> None:
    assert route_table.outputs["arn"].endswith(f":route-table/{route_table.id}")
    assert_settled(engine, route_table, {"vpcId": vpc.id})
    wanted = {"routeTableId": route_table.id, "subnetId": subnet.id}
    association = engine.deploy(ROUTE_TABLE_ASSOCIATION, wanted)
    assert association.id.startswith("rtbassoc-")
    other = engine.deploy(ROUTE_TABLE, {"vpcId": vpc.id})
    wanted |= {"routeTableId": other.id}
    association = engine.update(association, wanted)
    assert_settled(engine, association, wanted)
    assert_gone(engine, association)
    assert_gone(engine, other)


def test_a_security_group_starts_without_egress(
    engine: FakeEngine, vpc: Deployed, ec2: Any
) -> None:
    wanted = {"vpcId": vpc.id, "tags": {"Name": "demo"}}
    group = engine.deploy(SECURITY_GROUP, wanted)
    found = ec2.describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    assert found["IpPermissions"] == found["IpPermissionsEgress"] == []
    assert found["Description"] == "Managed by Pulumi"
    assert found["GroupName"] == group.outputs["name"]
    assert_settled(engine, group, wanted)
    assert_gone(engine, group)


def test_the_default_security_group_is_emptied_and_stays_with_its_vpc(
    engine: FakeEngine, vpc: Deployed, ec2: Any
) -> None:
    wanted = {"vpcId": vpc.id, "tags": {"Name": "unused"}}
    group = engine.deploy(DEFAULT_SECURITY_GROUP, wanted)
    found = ec2.describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    assert group.id == vpc.outputs["defaultSecurityGroupId"]
    assert group.outputs["name"] == "default"
    assert found["IpPermissions"] == found["IpPermissionsEgress"] == []
    assert_settled(engine, group, wanted)
    engine.destroy(group)
    assert engine.refresh(group) is not None


def test_flow_log(engine: FakeEngine, vpc: Deployed, ec2: Any) -> None:
    role = engine.deploy(ROLE, {"assumeRolePolicy": TRUST})
    group = engine.deploy(LOG_GROUP, {})
    wanted = {
        "vpcId": vpc.id,
        "trafficType": "REJECT",
        "iamRoleArn": role.outputs["arn"],
        "logDestination": group.outputs["arn"],
        "tags": {"Name": "rejects"},
    }
    flow_log = engine.deploy(FLOW_LOG, wanted)
    found = ec2.describe_flow_logs(FlowLogIds=[flow_log.id])["FlowLogs"][0]
    assert found["ResourceId"] == vpc.id
    assert found["TrafficType"] == "REJECT"
    assert flow_log.outputs["arn"].endswith(f":vpc-flow-log/{flow_log.id}")
    assert flow_log.outputs["maxAggregationInterval"] == 600
    assert_settled(engine, flow_log, wanted)
    wanted |= {"tags": {"Name": "other"}}
    flow_log = engine.update(flow_log, wanted)
    assert flow_log.outputs["tagsAll"] == {"Name": "other"}
    assert_gone(engine, flow_log)


@pytest.mark.parametrize("pulumi_type", [INGRESS_RULE, EGRESS_RULE])
@pytest.mark.parametrize("peer", ["cidrIpv4", "prefixListId", "referencedSecurityGroupId"])
def test_security_group_rule(
    engine: FakeEngine, group: Deployed, ec2: Any, pulumi_type: str, peer: str
) -> None:
    lists = ec2.describe_managed_prefix_lists()["PrefixLists"]
    peers = {
        "cidrIpv4": "10.0.0.0/16",
        "prefixListId": lists[0]["PrefixListId"],
        "referencedSecurityGroupId": group.id,
    }
    wanted = {
        "securityGroupId": group.id,
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "description": "HTTPS",
        peer: peers[peer],
    }
    rule = engine.deploy(pulumi_type, wanted)
    assert rule.outputs["securityGroupRuleId"] == rule.id
    assert rule.outputs["arn"].endswith(f":security-group-rule/{rule.id}")
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule.id])
    assert found["SecurityGroupRules"][0]["IsEgress"] is (pulumi_type == EGRESS_RULE)
    assert_settled(engine, rule, wanted)
    wanted |= {"fromPort": 80, "toPort": 80}
    rule = engine.update(rule, wanted)
    assert_settled(engine, rule, wanted)
    assert_gone(engine, rule)


@pytest.mark.parametrize(
    ("protocol", "in_aws"),
    [("-1", "-1"), ("all", "-1"), ("ALL", "-1"), ("icmpv6", "icmpv6")],
)
def test_a_rule_may_have_no_ports(
    engine: FakeEngine, group: Deployed, ec2: Any, *, protocol: str, in_aws: str
) -> None:
    wanted = {"securityGroupId": group.id, "ipProtocol": protocol, "cidrIpv6": "::/0"}
    rule = engine.deploy(EGRESS_RULE, wanted)
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule.id])
    assert found["SecurityGroupRules"][0]["IpProtocol"] == in_aws
    assert_settled(engine, rule, wanted)
    wanted |= {"description": "anywhere"}
    rule = engine.update(rule, wanted)
    assert_settled(engine, rule, wanted)
    assert_gone(engine, rule)


def test_a_gateway_endpoint_has_a_prefix_list(
    engine: FakeEngine, vpc: Deployed, route_table: Deployed, ec2: Any
) -> None:
    wanted = {
        "vpcId": vpc.id,
        "serviceName": f"com.amazonaws.{REGION}.s3",
        "routeTableIds": [route_table.id],
    }
    endpoint = engine.deploy(VPC_ENDPOINT, wanted)
    prefix_list = ec2.describe_managed_prefix_lists(
        PrefixListIds=[endpoint.outputs["prefixListId"]]
    )["PrefixLists"][0]
    assert prefix_list["PrefixListName"] == wanted["serviceName"]
    assert endpoint.outputs["vpcEndpointType"] == "Gateway"
    assert_settled(engine, endpoint, wanted)
    assert_gone(engine, endpoint)


def test_a_gateway_endpoint_moves_to_another_route_table_and_to_none(
    engine: FakeEngine, vpc: Deployed, route_table: Deployed
) -> None:
    wanted = {
        "vpcId": vpc.id,
        "serviceName": f"com.amazonaws.{REGION}.dynamodb",
        "routeTableIds": [route_table.id],
    }
    endpoint = engine.deploy(VPC_ENDPOINT, wanted)
    other = engine.deploy(ROUTE_TABLE, {"vpcId": vpc.id})
    for route_table_ids in ([other.id], []):
        wanted |= {"routeTableIds": route_table_ids}
        endpoint = engine.update(endpoint, wanted)
        assert endpoint.outputs["routeTableIds"] == route_table_ids
    assert_settled(engine, endpoint, wanted)
    endpoint = engine.update(endpoint, {**wanted, "routeTableIds": [other.id]})
    assert_gone(engine, endpoint)


def test_an_interface_endpoint_has_addresses(
    engine: FakeEngine, vpc: Deployed, subnet: Deployed, group: Deployed
) -> None:
    wanted = {
        "vpcId": vpc.id,
        "serviceName": f"com.amazonaws.{REGION}.logs",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [subnet.id],
        "securityGroupIds": [group.id],
    }
    endpoint = engine.deploy(VPC_ENDPOINT, wanted)
    assert endpoint.outputs["state"] == "available"
    assert endpoint.outputs["networkInterfaceIds"]
    assert endpoint.outputs["dnsEntries"][0]["dnsName"].startswith(endpoint.id)
    assert "prefixListId" not in endpoint.outputs
    assert_settled(engine, endpoint, wanted)
    assert_gone(engine, endpoint)


def test_role_and_policies(engine: FakeEngine, endpoint: ServedEndpoint) -> None:
    iam = AwsClients(endpoint.url).get("iam", REGION)
    wanted = {"assumeRolePolicy": TRUST, "description": "a", "tags": {"a": "1"}}
    role = engine.deploy(ROLE, wanted, name="operator")
    name = role.outputs["name"]
    assert role.id == name
    assert role.outputs["arn"] == f"arn:aws:iam::{ACCOUNT_ID}:role/{name}"
    assert role.outputs["uniqueId"].startswith("AROA")
    assert_settled(engine, role, wanted)
    wanted = {"assumeRolePolicy": TRUST, "maxSessionDuration": 7200}
    role = engine.update(role, wanted)
    found = iam.get_role(RoleName=name)["Role"]
    assert found["MaxSessionDuration"] == 7200
    assert not found.get("Tags")
    assert_settled(engine, role, wanted)

    inline_wanted = {"role": name, "policy": POLICY}
    inline = engine.deploy(ROLE_POLICY, inline_wanted)
    assert inline.id == f"{name}:{inline.outputs['name']}"
    assert_settled(engine, inline, inline_wanted)
    denied = POLICY.replace("Allow", "Deny")
    inline = engine.update(inline, {"role": name, "policy": denied})
    found = iam.get_role_policy(RoleName=name, PolicyName=inline.outputs["name"])
    assert found["PolicyDocument"] == json.loads(denied)

    attached_wanted = {"role": name, "policyArn": OPERATOR_POLICY}
    attached = engine.deploy(ROLE_POLICY_ATTACHMENT, attached_wanted)
    assert attached.id.startswith(f"{name}-")
    assert_settled(engine, attached, attached_wanted)

    assert "DeleteConflict" in refusal(lambda: engine.destroy(role))
    assert_gone(engine, attached)
    assert_gone(engine, inline)
    assert_gone(engine, role)


def test_log_group(engine: FakeEngine) -> None:
    wanted = {"retentionInDays": 14, "tags": {"a": "1"}}
    group = engine.deploy(LOG_GROUP, wanted)
    assert group.id == group.outputs["name"]
    assert group.outputs["arn"] == f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{group.id}"
    assert group.outputs["logGroupClass"] == "STANDARD"
    assert_settled(engine, group, wanted)
    wanted = {"tags": {"b": "2"}}
    group = engine.update(group, wanted)
    assert group.outputs["retentionInDays"] == 0
    assert group.outputs["tagsAll"] == {"b": "2"}
    assert_settled(engine, group, wanted)
    assert_gone(engine, group)


def test_a_log_group_may_outlive_its_resource(engine: FakeEngine) -> None:
    group = engine.deploy(LOG_GROUP, {"skipDestroy": True})
    engine.destroy(group)
    assert engine.refresh(group) is not None


@pytest.fixture
def pool_wanted(engine: FakeEngine, subnet: Deployed, group: Deployed) -> dict[str, Any]:
    role = engine.deploy(ROLE, {"assumeRolePolicy": TRUST})
    return {
        "permissionsConfig": {"capacityProviderOperatorRoleArn": role.outputs["arn"]},
        "vpcConfig": {"subnetIds": [subnet.id], "securityGroupIds": [group.id]},
        "instanceRequirements": [{"architectures": ["x86_64"]}],
        "capacityProviderScalingConfigs": [
            {
                "maxVcpuCount": 20,
                "scalingMode": "Manual",
                "scalingPolicies": [
                    {
                        "predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization",
                        "targetValue": 70,
                    }
                ],
            }
        ],
    }


@pytest.fixture
def pool(engine: FakeEngine, pool_wanted: dict[str, Any]) -> Deployed:
    return engine.deploy(CAPACITY_PROVIDER, pool_wanted, name="pool")


def test_capacity_provider(engine: FakeEngine, pool: Deployed, pool_wanted: dict[str, Any]) -> None:
    assert pool.id == "missing ID"
    assert pool.outputs["arn"] == (
        f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:capacity-provider:{pool.outputs['name']}"
    )
    assert_settled(engine, pool, pool_wanted)
    scaling = {**pool_wanted["capacityProviderScalingConfigs"][0], "maxVcpuCount": 30}
    wanted = {**pool_wanted, "capacityProviderScalingConfigs": [scaling], "tags": {"a": "1"}}
    pool = engine.update(pool, wanted)
    assert pool.outputs["capacityProviderScalingConfigs"][0]["maxVcpuCount"] == 30
    assert pool.outputs["tagsAll"] == {"a": "1"}
    assert_settled(engine, pool, wanted)
    assert_gone(engine, pool)


def test_aws_adds_the_defaults_of_a_capacity_provider(
    engine: FakeEngine, pool_wanted: dict[str, Any]
) -> None:
    least = {name: pool_wanted[name] for name in ("permissionsConfig", "vpcConfig")}
    pool = engine.deploy(CAPACITY_PROVIDER, least)
    assert pool.outputs["instanceRequirements"] == [{"architectures": ["x86_64"]}]
    assert pool.outputs["capacityProviderScalingConfigs"][0]["scalingMode"] == "Auto"
    assert_settled(engine, pool, least)


@pytest.fixture
def function_wanted(engine: FakeEngine, pool: Deployed, zip_file: str) -> dict[str, Any]:
    role = engine.deploy(ROLE, {"assumeRolePolicy": TRUST})
    return {
        "role": role.outputs["arn"],
        "runtime": "python3.13",
        "handler": "run.sh",
        "code": code(zip_file),
        "memorySize": 2048,
        "environment": {"variables": {"AWS_LWA_PORT": "8000"}},
        "loggingConfig": {"logFormat": "JSON"},
        "publish": True,
        "publishTo": "LATEST_PUBLISHED",
        "capacityProviderConfig": managed(
            pool.outputs["arn"], perExecutionEnvironmentMaxConcurrency=64
        ),
    }


@pytest.fixture
def function(engine: FakeEngine, function_wanted: dict[str, Any]) -> Deployed:
    return engine.deploy(FUNCTION, function_wanted, name="fn")


def test_function(engine: FakeEngine, function: Deployed, function_wanted: dict[str, Any]) -> None:
    name = function.outputs["name"]
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"
    path = f"arn:aws:apigateway:{REGION}:lambda:path"
    assert function.id == name
    assert function.outputs["arn"] == arn
    assert function.outputs["invokeArn"] == f"{path}/2015-03-31/functions/{arn}/invocations"
    assert function.outputs["responseStreamingInvokeArn"] == (
        f"{path}/2021-11-15/functions/{arn}/response-streaming-invocations"
    )
    assert function.outputs["version"] == LATEST_PUBLISHED
    assert function.outputs["qualifiedArn"] == f"{arn}:{LATEST_PUBLISHED}"
    assert function.outputs["qualifiedInvokeArn"] == (
        f"{path}/2015-03-31/functions/{arn}:{LATEST_PUBLISHED}/invocations"
    )
    assert function.outputs["sourceCodeHash"] == "one"
    assert function.outputs["tracingConfig"] == {"mode": "PassThrough"}
    instances = function.outputs["capacityProviderConfig"][
        "lambdaManagedInstancesCapacityProviderConfig"
    ]
    assert instances["perExecutionEnvironmentMaxConcurrency"] == 64
    assert instances["executionEnvironmentMemoryGibPerVcpu"] == 2
    assert_settled(engine, function, function_wanted)
    assert_gone(engine, function)


def test_a_function_that_publishes_numbers(
    engine: FakeEngine, inputs: Inputs, function_wanted: dict[str, Any]
) -> None:
    del function_wanted["publishTo"]
    function = engine.deploy(FUNCTION, function_wanted)
    assert function.outputs["version"] == "1"
    function_wanted["timeout"] = 60
    assert engine.update(function, function_wanted).outputs["version"] == "2"


def test_an_ordinary_function_is_not_published(engine: FakeEngine, inputs: Inputs) -> None:
    function = engine.deploy(FUNCTION, inputs[FUNCTION])
    assert function.outputs["version"] == "$LATEST"
    assert function.outputs["qualifiedArn"].endswith(f":{function.id}:$LATEST")


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        pytest.param(
            {"timeout": 60},
            ["UpdateFunctionConfiguration", "PublishVersion"],
            id="configuration",
        ),
        pytest.param({"code": "two"}, ["UpdateFunctionCode", "PublishVersion"], id="code"),
        pytest.param(
            {"timeout": 60, "code": "two"},
            ["UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"],
            id="both",
        ),
        pytest.param({"tags": {"a": "1"}}, ["TagResource"], id="tags"),
        pytest.param(
            {"publish": False, "timeout": 60},
            ["UpdateFunctionConfiguration"],
            id="configuration, unpublished",
        ),
    ],
)
def test_an_update_makes_its_calls_in_order(
    engine: FakeEngine,
    function: Deployed,
    function_wanted: dict[str, Any],
    *,
    zip_file: str,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    calls: list[str],
) -> None:
    made = recorded_operations(monkeypatch)
    wanted = {**function_wanted, **change}
    if "code" in change:
        wanted["code"] = code(zip_file, change["code"])
    engine.update(function, wanted)
    assert [name for name in made if not name.startswith(("Get", "List"))] == calls


def recorded_operations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note down every operation that the Lambda API is asked for from now on."""
    made: list[str] = []
    for name, operation in api.OPERATIONS.items():

        def noted(scope: Any, request: Any, name: str = name, operation: Any = operation) -> Any:
            made.append(name)
            return operation(scope, request)

        monkeypatch.setitem(api.OPERATIONS, name, noted)
    return made


def test_new_concurrency_is_deployed_in_place(
    engine: FakeEngine,
    function: Deployed,
    function_wanted: dict[str, Any],
    data_plane: FakeDataPlane,
) -> None:
    arn = function.inputs["capacityProviderConfig"]["lambdaManagedInstancesCapacityProviderConfig"][
        "capacityProviderArn"
    ]
    function_wanted["capacityProviderConfig"] = managed(
        arn, perExecutionEnvironmentMaxConcurrency=32
    )
    updated = engine.update(function, function_wanted)
    deployment, _ = data_plane.deployments[-1]
    assert (deployment.function_name, deployment.max_concurrency) == (function.id, 32)
    assert_settled(engine, updated, function_wanted)


def test_settings_can_be_removed(
    engine: FakeEngine, function: Deployed, function_wanted: dict[str, Any]
) -> None:
    wanted = {**function_wanted, "description": "a"}
    function = engine.update(function, wanted)
    for name in ("environment", "description"):
        del wanted[name]
    function = engine.update(function, wanted)
    assert_settled(engine, function, wanted)


def test_the_resources_of_a_function(
    engine: FakeEngine, function: Deployed, endpoint: ServedEndpoint
) -> None:
    awslambda = AwsClients(endpoint.url).get("lambda", REGION)
    name = function.id

    alias_wanted = {
        "name": "live",
        "functionName": name,
        "functionVersion": LATEST_PUBLISHED,
    }
    alias = engine.deploy(ALIAS, alias_wanted)
    assert alias.id == alias.outputs["arn"] == f"{function.outputs['arn']}:live"
    assert alias.outputs["invokeArn"].endswith(f"/functions/{alias.id}/invocations")
    assert_settled(engine, alias, alias_wanted)
    alias_wanted |= {"description": "b"}
    alias = engine.update(alias, alias_wanted)
    assert_settled(engine, alias, alias_wanted)

    scaling_wanted = {
        "functionName": name,
        "qualifier": LATEST_PUBLISHED,
        "functionScalingConfig": {"minExecutionEnvironments": 1, "maxExecutionEnvironments": 4},
    }
    scaling = engine.deploy(SCALING_CONFIG, scaling_wanted)
    assert scaling.id == "missing ID"
    assert scaling.outputs["functionArn"] == f"{function.outputs['arn']}:{LATEST_PUBLISHED}"
    assert_settled(engine, scaling, scaling_wanted)
    scaling_wanted["functionScalingConfig"] = {"minExecutionEnvironments": 2}
    scaling = engine.update(scaling, scaling_wanted)
    assert scaling.outputs["functionScalingConfig"] == {
        "minExecutionEnvironments": 2,
        "maxExecutionEnvironments": 4,
    }
    assert_settled(engine, scaling, scaling_wanted)

    url_wanted = {
        "functionName": name,
        "qualifier": "live",
        "authorizationType": "NONE",
        "invokeMode": "RESPONSE_STREAM",
    }
    url = engine.deploy(FUNCTION_URL, url_wanted)
    assert url.id == f"{name}/live"
    assert url.outputs["functionUrl"].endswith("/")
    assert url.outputs["functionArn"] == alias.id
    assert_settled(engine, url, url_wanted)
    shared_wanted = {**url_wanted, "cors": {"allowOrigins": ["https://a.example"], "maxAge": 60}}
    url = engine.update(url, shared_wanted)
    assert_settled(engine, url, shared_wanted)
    url = engine.update(url, url_wanted)
    assert_settled(engine, url, url_wanted)
    assert public_statements(awslambda, name) == {
        "FunctionURLAllowPublicAccess": "lambda:InvokeFunctionUrl",
        "FunctionURLAllowInvokeAction": "lambda:InvokeFunction",
    }

    permission_wanted = {
        "function": name,
        "qualifier": "live",
        "action": "lambda:InvokeFunction",
        "principal": ACCOUNT_ID,
        "invokedViaFunctionUrl": True,
    }
    permission = engine.deploy(PERMISSION, permission_wanted)
    assert permission.id == permission.outputs["statementId"]
    assert_settled(engine, permission, permission_wanted)
    assert_gone(engine, permission)

    assert_gone(engine, url)
    assert len(public_statements(awslambda, name)) == 2
    again = engine.deploy(FUNCTION_URL, url_wanted)
    assert_gone(engine, again)

    engine.destroy(scaling)
    applied = awslambda.get_function_scaling_config(FunctionName=name, Qualifier=LATEST_PUBLISHED)[
        "AppliedFunctionScalingConfig"
    ]
    assert "MaxExecutionEnvironments" not in applied
    assert_gone(engine, alias)
    assert_gone(engine, function)
    assert engine.refresh(scaling) is None


def public_statements(awslambda: Any, name: str) -> dict[str, str]:
    """Return the action of each public statement in the policy of the alias ``live``."""
    policy = json.loads(awslambda.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    return {
        statement["Sid"]: statement["Action"]
        for statement in policy["Statement"]
        if statement["Principal"] == "*"
    }


def test_a_private_url_gets_no_statement(
    engine: FakeEngine, function: Deployed, endpoint: ServedEndpoint
) -> None:
    engine.deploy(
        ALIAS,
        {"name": "live", "functionName": function.id, "functionVersion": LATEST_PUBLISHED},
    )
    wanted = {
        "functionName": function.id,
        "qualifier": "live",
        "authorizationType": "AWS_IAM",
    }
    engine.deploy(FUNCTION_URL, wanted)
    awslambda = AwsClients(endpoint.url).get("lambda", REGION)
    with pytest.raises(awslambda.exceptions.ResourceNotFoundException):
        awslambda.get_policy(FunctionName=function.id, Qualifier="live")


def test_a_capacity_provider_in_use_is_not_deleted(
    engine: FakeEngine, pool: Deployed, function: Deployed
) -> None:
    assert "currently in use by 1 functions" in refusal(lambda: engine.destroy(pool, timeout=0.1))
    engine.destroy(function)
    assert_gone(engine, pool)


def test_a_capacity_provider_is_deleted_once_its_functions_are(
    engine: FakeEngine, pool: Deployed, function: Deployed
) -> None:
    with ThreadPoolExecutor() as beside:
        going = beside.submit(engine.destroy, pool)
        engine.destroy(function)
        going.result()
    assert engine.refresh(pool) is None


def test_waiting_ends_when_the_engine_cancels(
    engine: FakeEngine,
    function: Deployed,
    function_wanted: dict[str, Any],
    data_plane: FakeDataPlane,
) -> None:
    data_plane.statuses[function.id, LATEST_PUBLISHED] = VersionStatus("Pending")
    with ThreadPoolExecutor() as beside:
        updating = beside.submit(engine.update, function, {**function_wanted, "timeout": 60})
        engine.stub.Cancel(Empty())
        said = refusal(updating.result)
    assert f"cancelled while waiting for the update of {function.id}" in said


def test_a_version_that_cannot_start_fails_its_update(
    engine: FakeEngine,
    function: Deployed,
    function_wanted: dict[str, Any],
    data_plane: FakeDataPlane,
) -> None:
    data_plane.statuses[function.id, LATEST_PUBLISHED] = VersionStatus(
        "Failed", "FunctionError", "it did not listen"
    )
    said = refusal(lambda: engine.update(function, {**function_wanted, "timeout": 60}))
    assert "failed: FunctionError: it did not listen" in said


def test_a_fault_of_the_provider_is_one_line_and_a_traceback_in_the_log(
    engine: FakeEngine,
    inputs: Inputs,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("local.provider.servicer.planned", None)
    said = refusal(lambda: engine.preview(VPC, inputs[VPC]))
    assert said == (
        "the local AWS's provider failed in Create with TypeError; its log has the details"
    )
    assert "'NoneType' object is not callable" in caplog.text


def test_what_aws_refuses_is_one_line(engine: FakeEngine, inputs: Inputs) -> None:
    said = refusal(lambda: engine.deploy(ALIAS, {**inputs[ALIAS], "functionName": "nobody"}))
    assert said.startswith("lambda CreateAlias: ResourceNotFound")


def test_a_duplicate_statement_fails_at_once(engine: FakeEngine, function: Deployed) -> None:
    wanted = {
        "function": function.id,
        "action": "lambda:InvokeFunction",
        "principal": ACCOUNT_ID,
        "statementId": "same",
    }
    engine.deploy(PERMISSION, wanted)
    said = refusal(lambda: engine.deploy(PERMISSION, wanted))
    assert "statement id (same) provided already exists" in said
