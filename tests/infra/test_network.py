"""The network: private subnets, endpoints, and security groups that let little out."""

import ipaddress
import itertools
import json
from typing import NoReturn

import pulumi
import pulumi_aws
import pytest

from infra.network import Network, NetworkArgs
from tests.infra.declared import (
    ACCOUNT,
    REGION,
    Program,
    Resource,
    declare,
    declare_by,
    resource_id,
)

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

INSTANCES = resource_id("sg", "lmi-streaming-instances")
ENDPOINTS = resource_id("sg", "lmi-streaming-endpoints")
ROUTE_TABLE = resource_id("rtb", "lmi-streaming-private")
TLS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}


def zones_of(declared: Program) -> list[str]:
    subnets = declared.all("aws:ec2/subnet:Subnet")
    return sorted(subnet.inputs["availabilityZone"] for subnet in subnets)


def endpoint(declared: Program, service: str) -> Resource:
    return declared.one(ENDPOINT, serviceName=f"com.amazonaws.{REGION}.{service}")


def test_the_vpc_resolves_private_names(default: Program) -> None:
    vpc = default.one("aws:ec2/vpc:Vpc")

    assert vpc.inputs["enableDnsSupport"] is True
    assert vpc.inputs["enableDnsHostnames"] is True


def test_subnets_are_private_apart_and_within_the_vpc(default: Program) -> None:
    subnets = [subnet.inputs for subnet in default.all("aws:ec2/subnet:Subnet")]
    ranges = [ipaddress.IPv4Network(subnet["cidrBlock"]) for subnet in subnets]
    vpc = ipaddress.IPv4Network(default.one("aws:ec2/vpc:Vpc").inputs["cidrBlock"])

    assert not any("mapPublicIpOnLaunch" in subnet for subnet in subnets)
    assert {subnet["vpcId"] for subnet in subnets} == {resource_id("vpc", "lmi-streaming")}
    assert all(range_.subnet_of(vpc) for range_ in ranges)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(ranges, 2))


def test_first_three_zones_by_name_of_one_call_that_leaves_out_opt_in_zones() -> None:
    declared = declare(zones=6)

    assert zones_of(declared) == [f"{REGION}a", f"{REGION}b", f"{REGION}c"]
    assert declared.calls == [
        (
            "aws:index/getAvailabilityZones:getAvailabilityZones",
            {
                "state": "available",
                "filters": [{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
            },
        )
    ]


@pytest.mark.parametrize("count", [2, 4])
def test_as_many_zones_as_asked_for(count: int) -> None:
    assert zones_of(declare(zones=6, zoneCount=count)) == [f"{REGION}{it}" for it in "abcd"[:count]]


@pytest.mark.parametrize(("cidr", "first"), [("10.7.0.0/16", "10.7.0.0/21"), ("10.0.64.0/20",) * 2])
def test_the_addresses_can_be_configured(cidr: str, first: str) -> None:
    declared = declare(vpcCidr=cidr)
    subnet = declared.one("aws:ec2/subnet:Subnet", availabilityZone=f"{REGION}a")

    assert declared.one("aws:ec2/vpc:Vpc").inputs["cidrBlock"] == cidr
    assert subnet.inputs["cidrBlock"] == first.replace("/20", "/25")


def test_chosen_zones_are_taken_without_a_call() -> None:
    declared = declare(availabilityZones=[f"{REGION}f", f"{REGION}b"])

    assert zones_of(declared) == [f"{REGION}b", f"{REGION}f"]
    assert declared.calls == []


def test_a_zone_keeps_its_range_when_the_others_change() -> None:
    last = declare(availabilityZones=[f"{REGION}a", f"{REGION}c"])
    among = declare(availabilityZones=[f"{REGION}b", f"{REGION}c", f"{REGION}z"])

    ranges = [
        declared.one("aws:ec2/subnet:Subnet", availabilityZone=f"{REGION}c").inputs["cidrBlock"]
        for declared in (last, among)
    ]
    assert ranges[0] == ranges[1]


def test_a_region_with_too_few_zones_is_one_clear_line() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(zones=2)

    assert str(refused.value) == (
        "lmi-streaming:availabilityZones is empty, and eu-west-1 has 2 availability zones to "
        "choose from (eu-west-1a, eu-west-1b). Allowed: empty where there are 3, which zoneCount "
        "asks for. Fix: pulumi config set zoneCount 2, or use a larger region"
    )


def test_zones_that_aws_does_not_list_are_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> NoReturn:
        raise Exception("UnauthorizedOperation")  # as the SDK does

    monkeypatch.setattr("pulumi_aws.get_availability_zones", refuse)

    with pytest.raises(pulumi.RunError) as refused:
        declare()

    assert str(refused.value) == (
        "lmi-streaming:availabilityZones is empty, and AWS does not list the zones: "
        "UnauthorizedOperation. Allowed: empty if the deploying identity may call "
        "ec2:DescribeAvailabilityZones, or names of zones. Fix: allow that call, or "
        "pulumi config set --path 'availabilityZones[0]' ZONE"
    )


def test_all_subnets_share_a_route_table(default: Program) -> None:
    associations = default.all("aws:ec2/routeTableAssociation:RouteTableAssociation")

    assert {association.inputs["routeTableId"] for association in associations} == {ROUTE_TABLE}
    assert {association.inputs["subnetId"] for association in associations} == {
        resource_id("subnet", f"lmi-streaming-{zone}") for zone in zones_of(default)
    }


def test_there_is_no_route_to_the_internet(default: Program) -> None:
    assert "routes" not in default.one("aws:ec2/routeTable:RouteTable").inputs
    for type_ in ("natGateway:NatGateway", "internetGateway:InternetGateway", "route:Route"):
        assert default.all(f"aws:ec2/{type_}") == []


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_gateway_endpoints_are_on_the_route_table(default: Program, service: str) -> None:
    inputs = endpoint(default, service).inputs

    assert inputs["vpcEndpointType"] == "Gateway"
    assert inputs["routeTableIds"] == [ROUTE_TABLE]


@pytest.mark.parametrize("service", ["logs", "xray"])
def test_interface_endpoints_are_in_every_zone_under_the_services_own_name(
    default: Program, service: str
) -> None:
    inputs = endpoint(default, service).inputs

    assert inputs["vpcEndpointType"] == "Interface"
    assert inputs["privateDnsEnabled"] is True
    assert inputs["securityGroupIds"] == [ENDPOINTS]
    assert sorted(inputs["subnetIds"]) == [
        resource_id("subnet", f"lmi-streaming-{zone}") for zone in zones_of(default)
    ]


@pytest.mark.parametrize(
    ("service", "actions", "account"),
    [
        (
            "logs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            {"Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"},
        ),
        (
            "xray",
            [
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
            ],
            {
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
            },
        ),
    ],
)
def test_the_endpoints_of_logs_and_traces_restrict_account_and_action(
    default: Program, service: str, actions: list[str], account: dict[str, object]
) -> None:
    policy = json.loads(endpoint(default, service).inputs["policy"])

    assert policy["Statement"] == [
        {"Effect": "Allow", "Principal": "*", "Action": actions, **account}
    ]


def test_further_services_get_an_endpoint_of_their_type() -> None:
    declared = declare(endpoints=["sqs", "s3", "bedrock-runtime"])

    assert len(declared.all(ENDPOINT)) == 6
    assert endpoint(declared, "s3").inputs["vpcEndpointType"] == "Gateway"
    for service in ("sqs", "bedrock-runtime"):
        inputs = endpoint(declared, service).inputs
        assert inputs["vpcEndpointType"] == "Interface"
        assert "policy" not in inputs


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
@pytest.mark.parametrize("others", [[], ["210987654321"], ["210987654321", "109876543210"]])
def test_gateway_endpoints_lead_to_the_accounts_that_are_named_alone(
    service: str, others: list[str]
) -> None:
    declared = declare(endpointAccounts=others)

    policy = json.loads(endpoint(declared, service).inputs["policy"])
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceAccount": [ACCOUNT, *others]}},
        }
    ]


def test_the_key_of_the_logs_is_that_of_every_log_group() -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    groups = declare(logKmsKeyArn=key, front="http").all("aws:cloudwatch/logGroup:LogGroup")

    assert {group.name for group in groups} == {
        "lmi-streaming",
        "lmi-streaming-access",
        "lmi-streaming-rejects",
    }
    assert {group.inputs.get("kmsKeyId") for group in groups} == {key}


def test_the_zones_are_those_of_the_components_own_provider() -> None:
    def program() -> None:
        elsewhere = pulumi_aws.Provider("elsewhere", region="us-west-2")
        Network(
            "shared",
            NetworkArgs(region="us-west-2"),
            pulumi.ResourceOptions(providers=[elsewhere]),
        )

    declared = declare_by(program, {})

    [provider] = declared.asked
    assert "::elsewhere::" in provider


def test_rejected_traffic_is_logged(default: Program) -> None:
    flow_log = default.one("aws:ec2/flowLog:FlowLog")
    name = "lmi-streaming-rejects"
    log_group = default.named("aws:cloudwatch/logGroup:LogGroup", name)
    trust = json.loads(default.named("aws:iam/role:Role", name).inputs["assumeRolePolicy"])
    policy = default.named("aws:iam/rolePolicy:RolePolicy", name)
    log_group_arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}-1a2b3c4"

    assert log_group.inputs == {"retentionInDays": 3}
    assert flow_log.inputs == {
        "vpcId": resource_id("vpc", "lmi-streaming"),
        "trafficType": "REJECT",
        "logDestination": log_group_arn,
        "iamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{name}-1a2b3c4",
        "tags": {"Name": "lmi-streaming-dev-rejects"},
    }
    assert trust["Statement"][0]["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert json.loads(policy.inputs["policy"])["Statement"][0]["Resource"] == f"{log_group_arn}:*"
    assert policy.urn in default.before(flow_log)


def test_a_flow_log_can_be_left_out() -> None:
    declared = declare(flowLogDays=0)

    assert declared.all("aws:ec2/flowLog:FlowLog") == []
    assert len(declared.all("aws:cloudwatch/logGroup:LogGroup")) == 1


def test_the_default_security_group_is_emptied(default: Program) -> None:
    group = default.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")

    assert group.inputs == {
        "vpcId": resource_id("vpc", "lmi-streaming"),
        "tags": {"Name": "lmi-streaming-dev-unused"},
    }


def test_nat_adds_one_nat_gateway_for_all_zones() -> None:
    declared = declare(nat=True)
    gateway = declared.one("aws:ec2/natGateway:NatGateway")
    route = declared.one("aws:ec2/route:Route")
    rule = declared.one(EGRESS, cidrIpv4="0.0.0.0/0")
    vpc_id = resource_id("vpc", "lmi-streaming")

    assert gateway.inputs.items() >= {"vpcId": vpc_id, "availabilityMode": "regional"}.items()
    assert declared.one("aws:ec2/internetGateway:InternetGateway").urn in declared.before(gateway)
    assert route.inputs == {
        "routeTableId": ROUTE_TABLE,
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": "lmi-streaming-nat-1a2b3c4-id",
    }
    assert rule.inputs.items() >= {"securityGroupId": INSTANCES, **TLS}.items()
    assert "nat_gateway_in_a_zone" in declared.outputs["idle_cost"]["items"]
    assert route.urn in declared.before(declared.one("aws:lambda/function:Function"))


def test_an_existing_network_is_used_and_not_changed() -> None:
    declared = declare(
        vpcId="vpc-0a", subnetIds=["subnet-0a", "subnet-0b"], securityGroupIds=["sg-0a"]
    )
    provider = declared.one("aws:lambda/capacityProvider:CapacityProvider")

    assert provider.inputs["vpcConfig"] == {
        "subnetIds": ["subnet-0a", "subnet-0b"],
        "securityGroupIds": ["sg-0a"],
    }
    assert declared.outputs["vpc_id"] == "vpc-0a"
    assert declared.calls == []
    assert not [it for it in declared.resources if it.type.startswith(("aws:ec2/", "aws:vpc/"))]


def test_security_groups_have_no_rules_but_those_of_their_own(default: Program) -> None:
    groups = default.all("aws:ec2/securityGroup:SecurityGroup")

    assert len(groups) == 2
    assert not any({"ingress", "egress"} & group.inputs.keys() for group in groups)


def test_endpoints_allow_tls_from_the_instances_only(default: Program) -> None:
    rule = default.one(INGRESS, securityGroupId=ENDPOINTS)

    assert rule.inputs.items() >= {"referencedSecurityGroupId": INSTANCES, **TLS}.items()
    assert default.all(INGRESS, securityGroupId=INSTANCES) == []


def test_instances_reach_the_endpoints_and_nothing_else(default: Program) -> None:
    rules = [rule.inputs for rule in default.all(EGRESS, securityGroupId=INSTANCES)]

    assert all(rule.items() >= TLS.items() for rule in rules)
    assert [rule["referencedSecurityGroupId"] for rule in rules if "prefixListId" not in rule] == [
        ENDPOINTS
    ]
    assert sorted(rule["prefixListId"] for rule in rules if "prefixListId" in rule) == [
        "pl-lmi-streaming-dynamodb",
        "pl-lmi-streaming-s3",
    ]
    assert not any({"cidrIpv4", "cidrIpv6"} & rule.keys() for rule in rules)
    assert default.all(EGRESS, securityGroupId=ENDPOINTS) == []
