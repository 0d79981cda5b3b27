"""NET rules: what an execution environment can reach from the network of its provider."""

import json
from dataclasses import replace
from typing import Any

import pytest

from policies.lmi.graph.index import Index
from testing.policies.support import UNKNOWN, Json, function_inputs
from tests.policies.judging import SILENT, judge, message, names
from tests.policies.networks import (
    ASSOCIATION,
    ENDPOINT,
    EVERYWHERE,
    GROUP,
    INGRESS,
    INTERNET,
    NAT,
    ROLE,
    ROUTE,
    TABLE,
    ZONES,
    Stack,
    To,
    changed,
    closed,
    service,
    without,
    written,
)

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
GENERAL = {f"gen-{number:02}" for number in range(1, 30)}
"""Rules about anything on AWS, which have tests of their own."""

both_forms = pytest.mark.parametrize(
    "first_preview", [False, True], ids=["ids known", "first preview"]
)


def told(stack: Stack, *, first_preview: bool) -> set[str]:
    return names(*written(stack, first_preview=first_preview)) - GENERAL


REGIONAL = {"availabilityMode": "regional"}


def route(**target: Any) -> Stack:
    """Return a default route of the subnets' table."""
    inputs = {"routeTableId": To("table"), "destinationCidrBlock": EVERYWHERE, **target}
    return {"route": (ROUTE, inputs), "igw": (INTERNET, {}), "nat": (NAT, REGIONAL)}


def allowing(*actions: str) -> Json:
    """Return the inputs of a role that allows some actions."""
    text = json.dumps({"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}})
    return {"name": "role", "inlinePolicies": [{"name": "p", "policy": text}]}


def policy(*actions: str) -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Action": list(actions)}})


NET = closed()
OPEN = {**NET, **route(natGatewayId=To("nat"))}
TRACED = changed(NET, "api", tracingConfig={"mode": "Active"})
XRAY = {"xray": (ENDPOINT, {**NET["logs"][1], "serviceName": service("xray")})}


@both_forms
@pytest.mark.parametrize(
    ("stack", "rules"),
    [
        pytest.param(NET, SILENT, id="closed, with what it needs"),
        pytest.param(without(NET, "logs", "s3"), {"net-01"}, id="no way out at all"),
        pytest.param(without(OPEN, "logs", "s3"), SILENT, id="a NAT gateway"),
        pytest.param(
            without({**NET, **route(gatewayId=To("igw"))}, "logs", "s3"), {"net-13"}, id="internet"
        ),
        pytest.param(without(NET, "logs"), {"net-03"}, id="no way for logs"),
        pytest.param(without(OPEN, "logs"), SILENT, id="logs by NAT"),
        pytest.param(
            changed(NET, "logs", serviceName=service("logs-fips")), SILENT, id="logs by FIPS"
        ),
        pytest.param(TRACED, {"net-04"}, id="no way for traces"),
        pytest.param({**TRACED, **XRAY}, SILENT, id="an endpoint for traces"),
        pytest.param(
            changed(NET, "api", tracingConfig={"mode": "PassThrough"}), SILENT, id="not traced"
        ),
        pytest.param(
            changed(NET, "api", tracingConfig={"mode": UNKNOWN}), SILENT, id="perhaps traced"
        ),
        # what cannot be seen
        pytest.param(without(NET, "vpc", "logs"), SILENT, id="the VPC is elsewhere"),
        pytest.param(without(NET, "a", "logs"), SILENT, id="a subnet is elsewhere"),
        pytest.param(
            changed(NET, "logs", serviceName=UNKNOWN), SILENT, id="an endpoint for who knows what"
        ),
        pytest.param(
            without(
                {**NET, "extra": (ENDPOINT, {"vpcId": UNKNOWN, "serviceName": service("x")})},
                "logs",
            ),
            SILENT,
            id="an endpoint who knows where",
        ),
        pytest.param(
            {**without(NET, "logs"), "route": (ROUTE, {"routeTableId": To("vpc")})},
            {"net-03"},
            id="a route of another table",
        ),
        pytest.param(
            {**without(NET, "logs", "of-a"), "route": (ROUTE, {"routeTableId": To("vpc")})},
            SILENT,
            id="a route of the main table, which a subnet uses",
        ),
        pytest.param(without(NET, "logs", "of-a"), {"net-03"}, id="the main table, without routes"),
        pytest.param(
            without({**NET, **route(transitGatewayId="tgw-1")}, "logs"), SILENT, id="elsewhere"
        ),
        pytest.param(
            changed(without(NET, "logs"), "table", routes=UNKNOWN), SILENT, id="unknown routes"
        ),
        pytest.param(
            changed(without(NET, "logs"), "table", routes=[]), {"net-03"}, id="no routes inside"
        ),
        pytest.param(
            changed(
                without(NET, "logs"),
                "table",
                routes=[{"cidrBlock": "10.0.0.0/16", "gatewayId": "local"}],
            ),
            {"net-03"},
            id="the route that every table has",
        ),
        pytest.param(
            changed(
                without({**NET, "nat": (NAT, REGIONAL)}, "logs"),
                "table",
                routes=[{"cidrBlock": EVERYWHERE, "natGatewayId": To("nat"), "gatewayId": ""}],
            ),
            SILENT,
            id="NAT inside the table",
        ),
        pytest.param(
            changed(without(NET, "logs"), "table", propagatingVgws=["vgw-1"]), SILENT, id="a VPN"
        ),
    ],
)
def test_routes_out_of_the_network(stack: Stack, rules: set[str], *, first_preview: bool) -> None:
    assert told(stack, first_preview=first_preview) == rules


@both_forms
@pytest.mark.parametrize(
    ("actions", "rules"),
    [
        (["s3:GetObject", "logs:PutLogEvents", "xray:PutTraceSegments"], SILENT),
        (["secretsmanager:GetSecretValue"], {"net-05"}),
        (["dynamodb:GetItem"], {"net-05"}),
        (["dynamodb:GetRecords", "sqs:ReceiveMessage"], SILENT),  # Lambda's own, from outside
        (["sts:AssumeRole"], {"net-05"}),
        (["sts:GetCallerIdentity"], SILENT),
        (["bedrock:InvokeModelWithResponseStream"], {"net-05"}),
        (["bedrock:ListFoundationModels", "kms:Decrypt", "iam:GetRole"], SILENT),
        (["*"], SILENT),
        # one action, one endpoint
        (["states:StartExecution"], {"net-05"}),
        (["states:StartSyncExecution"], SILENT),  # sync-states
        (["lambda:InvokeFunctionUrl"], SILENT),  # an address of its own
        (["bedrock:InvokeAgent"], SILENT),  # bedrock-agent-runtime
        (["cloudwatch:PutMetricData"], {"net-05"}),
        (["dynamodb:*"], {"net-05"}),
        (["dyn*:GetItem"], SILENT),
    ],
)
def test_services_that_a_function_calls(
    actions: list[str], rules: set[str], *, first_preview: bool
) -> None:
    stack = {**NET, "role": (ROLE, allowing(*actions))}
    assert told(stack, first_preview=first_preview) == rules
    with_nat = {**OPEN, "role": stack["role"]}
    assert told(with_nat, first_preview=first_preview) == SILENT


def test_a_function_on_one_of_two_providers_demands_nothing_of_either() -> None:
    either = {**NET["api"][1]["capacityProviderConfig"], "or": To("spare")}
    stack = changed({**NET, "spare": NET["pool"]}, "api", capacityProviderConfig=either)
    calling = {**stack, "role": (ROLE, allowing("dynamodb:GetItem"))}
    assert told(calling, first_preview=True) == SILENT


@pytest.mark.parametrize(
    ("managed", "rules"),
    [
        ("AmazonDynamoDBReadOnlyAccess", {"net-05"}),
        ("SecretsManagerReadWrite", {"net-05"}),
        ("AmazonS3ReadOnlyAccess", SILENT),  # which has an endpoint
        ("service-role/AWSLambdaBasicExecutionRole", SILENT),
        ("service-role/AWSLambdaSQSQueueExecutionRole", SILENT),  # for Lambda itself
        ("PowerUserAccess", SILENT),  # it tells of no service
        ("service-role/AWSLambdaRole", SILENT),  # perhaps for the function itself
        ("CloudWatchFullAccess", SILENT),  # perhaps for its logs
    ],
)
def test_policies_of_aws_that_are_named_after_a_service(managed: str, rules: set[str]) -> None:
    inputs = {"name": "role", "managedPolicyArns": [f"arn:aws:iam::aws:policy/{managed}"]}
    assert told({**NET, "role": (ROLE, inputs)}, first_preview=True) == rules


QUEUE = "arn:aws:sqs:eu-west-1:123456789012:work"
READ = {"mapping": (MAPPING, {"functionName": To("api"), "eventSourceArn": QUEUE})}


def afterwards(module: str) -> Stack:
    """Return what tells Lambda where to send what asynchronous invocations leave."""
    kind = "EventInvokeConfig" if module.startswith("aws-native") else "FunctionEventInvokeConfig"
    return {"afterwards": (f"{module}:{kind}", {"functionName": To("api")})}


FORWARDED = changed(READ, "mapping", destinationConfig={"onFailure": {"destinationArn": UNKNOWN}})


@pytest.mark.parametrize(
    ("action", "more", "rules"),
    [
        ("sqs:SendMessage", {}, {"net-05"}),
        ("sqs:SendMessage", READ, {"net-05"}),
        ("sqs:SendMessage", FORWARDED, SILENT),
        ("sqs:SendMessage", afterwards("aws:lambda/functionEventInvokeConfig"), SILENT),
        ("sqs:SendMessage", afterwards("aws-native:lambda"), SILENT),
        ("s3:PutObject", {}, {"net-05"}),
        ("s3:PutObject", FORWARDED, SILENT),
        ("sqs:*", {}, {"net-05"}),
        ("sqs:*", READ, SILENT),
        ("secretsmanager:GetSecretValue", READ, SILENT),  # to open a connection
        ("ssm:GetParameter", FORWARDED, {"net-05"}),
    ],
)
def test_services_that_lambda_calls_for_a_function(
    action: str, more: Stack, rules: set[str]
) -> None:
    stack = {**without(NET, "s3"), "role": (ROLE, allowing(action)), **more}
    assert told(stack, first_preview=False) == rules


def test_a_dead_letter_queue_is_for_lambda() -> None:
    stack = {**NET, "role": (ROLE, allowing("sqs:SendMessage"))}
    dead = changed(stack, "api", deadLetterConfig={"targetArn": UNKNOWN})
    assert told(dead, first_preview=False) == SILENT


@pytest.mark.parametrize(
    ("statements", "rules"),
    [
        ([{"Effect": "Allow"}], {"net-05"}),
        ([{"Effect": "Allow", "Condition": {"StringEquals": {"aws:CalledVia": "x"}}}], SILENT),
        ([{"Effect": "Allow"}, {"Effect": "Deny"}], SILENT),
        ([{"Effect": "Deny"}], SILENT),
    ],
)
def test_services_that_a_function_calls_itself(statements: list[Json], rules: set[str]) -> None:
    on_all = [{"Action": "ssm:GetParameter", "Resource": "*", **one} for one in statements]
    text = json.dumps({"Statement": on_all})
    role = {"name": "role", "inlinePolicies": [{"name": "p", "policy": text}]}
    assert told({**NET, "role": (ROLE, role)}, first_preview=True) == rules


ADDED = {
    "added": (
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        {"vpcEndpointId": To("s3"), "routeTableId": To("table")},
    )
}
READS_S3 = {**NET, "role": (ROLE, allowing("s3:GetObject"))}
UNLISTED = changed(READS_S3, "s3", routeTableIds=None)
PLAIN = changed(NET, "logs", privateDnsEnabled=None)
CHINESE = "logs.cn-north-1.amazonaws.com.cn"
IN_CHINA = changed(PLAIN, "logs", serviceName="cn.com.amazonaws.cn-north-1.logs")
SECOND = {"logs-2": (ENDPOINT, NET["logs"][1])}


def zone(name: str = "logs.eu-west-1.amazonaws.com") -> Stack:
    """Return a private hosted zone in the VPC."""
    return {"zone": ("aws:route53/zone:Zone", {"name": name, "vpcs": [{"vpcId": To("vpc")}]})}


ZONE_OF_VPC: Stack = {
    "zone-of-vpc": (
        "aws:route53/zoneAssociation:ZoneAssociation",
        {"vpcId": To("vpc"), "zoneId": To("zone")},
    )
}


def sdks_told(variable: str) -> Stack:
    """Return a network with an endpoint without private DNS, and a function with a variable."""
    kind, good = NET["logs"]
    queue = {**good, "serviceName": service("sqs"), "privateDnsEnabled": False}
    variables = {**function_inputs()["environment"]["variables"], variable: "https://vpce.example"}
    stack = {**NET, "role": (ROLE, allowing("sqs:SendMessage"))}
    return {**changed(stack, "api", environment={"variables": variables}), "sqs": (kind, queue)}


@both_forms
@pytest.mark.parametrize(
    ("stack", "rules"),
    [
        # NET-06: gateway endpoints list the subnets' tables
        pytest.param(UNLISTED, {"net-06"}, id="no table"),
        pytest.param({**UNLISTED, **ADDED}, SILENT, id="a table added"),
        pytest.param(changed(NET, "s3", routeTableIds=UNKNOWN), SILENT, id="unknown tables"),
        pytest.param(changed(OPEN, "s3", routeTableIds=None), SILENT, id="NAT instead"),
        pytest.param(
            {
                **READS_S3,
                "other": (TABLE, {"vpcId": To("vpc")}),
                "of-c": (ASSOCIATION, {"subnetId": To("c"), "routeTableId": To("other")}),
            },
            {"net-06"},
            id="one of two tables",
        ),
        # NET-07: type and private DNS
        pytest.param(changed(NET, "logs", vpcEndpointType=None), {"net-07"}, id="default type"),
        pytest.param(changed(NET, "logs", vpcEndpointType=UNKNOWN), SILENT, id="unknown type"),
        pytest.param(
            changed(NET, "s3", serviceName=service("s3express")), SILENT, id="S3 Express One Zone"
        ),
        pytest.param(PLAIN, {"net-07"}, id="default DNS"),
        pytest.param(changed(NET, "logs", privateDnsEnabled=False), {"net-07"}, id="no DNS"),
        pytest.param(changed(NET, "logs", privateDnsEnabled=UNKNOWN), SILENT, id="unknown DNS"),
        pytest.param({**PLAIN, **SECOND}, SILENT, id="another endpoint has the name"),
        pytest.param({**PLAIN, **zone()}, SILENT, id="a private zone of the name"),
        pytest.param({**PLAIN, **zone("eu-west-1.amazonaws.com.")}, SILENT, id="a zone above it"),
        pytest.param({**PLAIN, **zone(UNKNOWN)}, SILENT, id="a private zone of an unknown name"),
        pytest.param(
            {**PLAIN, **zone("execute-api.eu-west-1.amazonaws.com")},
            {"net-07"},
            id="a zone of another service",
        ),
        pytest.param({**PLAIN, **zone("logs.amazonaws.com")}, SILENT, id="a zone without Region"),
        pytest.param({**IN_CHINA, **zone(CHINESE)}, SILENT, id="a zone of China"),
        pytest.param({**IN_CHINA, **zone(f"sqs.{CHINESE[5:]}")}, {"net-07"}, id="or of another"),
        pytest.param({**PLAIN, **zone("logs.shop.example")}, {"net-07"}, id="a zone of one's own"),
        pytest.param(
            {**PLAIN, **zone("shop.example"), **ZONE_OF_VPC}, {"net-07"}, id="and of another VPC"
        ),
        pytest.param(sdks_told("AWS_ENDPOINT_URL_SQS"), SILENT, id="SDKs are told the address"),
        pytest.param(sdks_told("AWS_ENDPOINT_URL"), SILENT, id="SDKs are told an address for all"),
        pytest.param(sdks_told("ENDPOINT_URL"), {"net-07"}, id="SDKs are told nothing"),
        pytest.param(
            changed(sdks_told("AWS_ENDPOINT_URL"), "logs", privateDnsEnabled=None),
            {"net-07"},
            id="Lambda sends logs, told nothing",
        ),
        pytest.param(
            {**NET, "own": (ENDPOINT, {"vpcId": To("vpc"), "serviceName": "com.amazonaws.vpce.x"})},
            SILENT,
            id="a service of one's own",
        ),
        # NET-08: DNS of the VPC
        pytest.param(changed(NET, "vpc", enableDnsHostnames=None), {"net-08"}, id="no hostnames"),
        pytest.param(changed(NET, "vpc", enableDnsSupport=False), {"net-08"}, id="no DNS at all"),
        pytest.param(changed(NET, "vpc", enableDnsSupport=None), SILENT, id="support by default"),
        pytest.param(changed(NET, "vpc", enableDnsHostnames=UNKNOWN), SILENT, id="unknown"),
        # NET-12: zones
        pytest.param(
            changed(NET, "logs", subnetIds=[To("a"), To("b")]), {"net-12"}, id="two zones of three"
        ),
        pytest.param(
            changed(changed(NET, "c", availabilityZone=UNKNOWN), "logs", subnetIds=[To("a")]),
            SILENT,
            id="unknown zone",
        ),
        pytest.param(changed(NET, "logs", subnetIds=UNKNOWN), SILENT, id="unknown subnets"),
    ],
)
def test_endpoints(stack: Stack, rules: set[str], *, first_preview: bool) -> None:
    assert told(stack, first_preview=first_preview) == rules


def test_a_vpc_that_resolves_nothing_gets_one_fix_for_both_properties() -> None:
    stack = changed(NET, "vpc", enableDnsHostnames=None, enableDnsSupport=False)
    text = message("net-08", *written(stack, first_preview=False))
    assert "set enable_dns_support to True, and set enable_dns_hostnames to True." in text


def added(kind: str, **inputs: Any) -> Stack:
    return {"added": (kind, {"vpcEndpointId": To("logs"), **inputs})}


def of_native(kind: str) -> Stack:
    return {"native": (f"aws-native:ec2:{kind}", {})}


@both_forms
@pytest.mark.parametrize(
    ("stack", "more"),
    [
        pytest.param(PLAIN, added("aws:vpc/endpointPrivateDns:EndpointPrivateDns"), id="DNS"),
        pytest.param(
            changed(NET, "logs", subnetIds=[To("a")]),
            added("aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"),
            id="subnet",
        ),
        pytest.param(
            without(NET, "in"),
            added("aws:ec2/securityGroupAssociation:SecurityGroupAssociation"),
            id="group",
        ),
        pytest.param(
            without(NET, "in"),
            added("aws:vpc/endpointPrivateDns:EndpointPrivateDns", vpcEndpointId=UNKNOWN),
            id="to whichever",
        ),
        pytest.param(without(NET, "logs"), of_native("VpcEndpoint"), id="aws-native"),
        pytest.param(without(NET, "out"), of_native("SecurityGroupEgress"), id="its rules"),
    ],
)
def test_rules_in_separate_resources(stack: Stack, more: Stack, *, first_preview: bool) -> None:
    assert told(stack, first_preview=first_preview) != SILENT
    assert told({**stack, **more}, first_preview=first_preview) == SILENT


def from_range(block: object) -> Stack:
    return changed(NET, "in", referencedSecurityGroupId=None, cidrIpv4=block)


def from_ipv6(block: str) -> Stack:
    stack = changed(NET, "in", referencedSecurityGroupId=None, cidrIpv6=block)
    for zone in ZONES:
        stack = changed(stack, zone, ipv6CidrBlock="2600:1f18:1:2::/64")
    return stack


@both_forms
@pytest.mark.parametrize(
    ("stack", "rules"),
    [
        # NET-09: into the endpoint
        pytest.param(without(NET, "in"), {"net-09"}, id="nothing in"),
        pytest.param(changed(NET, "in", fromPort=444, toPort=500), {"net-09"}, id="from 444"),
        pytest.param(changed(NET, "in", fromPort=400, toPort=442), {"net-09"}, id="to 442"),
        pytest.param(changed(NET, "in", fromPort=443, toPort=500), SILENT, id="443 to 500"),
        pytest.param(changed(NET, "in", ipProtocol="udp"), {"net-09"}, id="UDP"),
        pytest.param(
            changed(NET, "in", ipProtocol="ALL", fromPort=None, toPort=None), SILENT, id="all"
        ),
        pytest.param(from_range("10.0.0.0/16"), SILENT, id="the VPC's addresses"),
        pytest.param(from_range("10.1.0.0/16"), {"net-09"}, id="other addresses"),
        pytest.param(from_range(UNKNOWN), SILENT, id="unknown addresses"),
        pytest.param(from_ipv6("2600:1f18:1:2::/56"), SILENT, id="the VPC's addresses of IPv6"),
        pytest.param(from_ipv6("2600:1f18:9::/56"), {"net-09"}, id="other addresses of IPv6"),
        pytest.param(
            changed(NET, "in", referencedSecurityGroupId=To("door")), {"net-09"}, id="its own group"
        ),
        pytest.param(
            changed(NET, "in", referencedSecurityGroupId="sg-else"), SILENT, id="who knows which"
        ),
        pytest.param(changed(NET, "in", securityGroupId=UNKNOWN), SILENT, id="whose rule?"),
        pytest.param(changed(NET, "logs", securityGroupIds=None), SILENT, id="the default group"),
        # NET-10: out of the instances
        pytest.param(without(NET, "out"), {"net-10"}, id="nothing out"),
        pytest.param(changed(NET, "out", toPort=442, fromPort=1), {"net-10"}, id="out to 442"),
        pytest.param(
            changed(
                without(NET, "out"),
                "sg",
                egress=[
                    {"protocol": "tcp", "fromPort": 0, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
                ],
            ),
            SILENT,
            id="out, inside the group",
        ),
        pytest.param(changed(without(NET, "out"), "sg", egress=UNKNOWN), SILENT, id="unknown"),
        pytest.param(without(NET, "out", "sg"), SILENT, id="the group is elsewhere"),
        # NET-11: into the instances
        pytest.param(
            {**NET, "more": (INGRESS, {"securityGroupId": To("sg"), "ipProtocol": "-1"})},
            {"net-11"},
            id="something in",
        ),
        pytest.param(changed(NET, "sg", ingress=[]), SILENT, id="no rules inside"),
        pytest.param(
            {
                **changed(NET, "logs", securityGroupIds=[To("door"), To("sg")]),
                "more": (INGRESS, {"securityGroupId": To("sg"), "ipProtocol": "-1"}),
            },
            SILENT,
            id="a group that endpoints share",
        ),
    ],
)
def test_security_groups(stack: Stack, rules: set[str], *, first_preview: bool) -> None:
    assert told(stack, first_preview=first_preview) == rules


@pytest.mark.parametrize(
    ("direction", "port", "rules"),
    [("egress", 443, SILENT), ("egress", 80, {"net-10"}), (UNKNOWN, 80, SILENT)],
)
def test_rules_in_the_older_form(direction: str, port: int, rules: set[str]) -> None:
    rule: Json = {"securityGroupId": To("sg"), "type": direction, "protocol": "tcp"}
    rule |= {"fromPort": port, "toPort": port, "cidrBlocks": ["10.0.0.0/16"]}
    kind = "aws:ec2/securityGroupRule:SecurityGroupRule"
    stack = {**without(NET, "out"), "old": (kind, rule)}
    assert told(stack, first_preview=True) == rules


PUBLIC = {**NET, **route(gatewayId=To("igw"))}


WITH_ADDRESSES = {
    **PUBLIC,
    **{zone: changed(PUBLIC, zone, mapPublicIpOnLaunch=True)[zone] for zone in ZONES},
}


@both_forms
@pytest.mark.parametrize(
    ("stack", "words"),
    [
        (PUBLIC, "give instances no public address"),
        (changed(WITH_ADDRESSES, "a", mapPublicIpOnLaunch=None), "no public address"),
        (
            changed(
                WITH_ADDRESSES, "a", mapPublicIpOnLaunch=False, assignIpv6AddressOnCreation=True
            ),
            "lead to an internet gateway.",
        ),
        (WITH_ADDRESSES, "lead to an internet gateway."),
    ],
)
def test_public_subnets(stack: Stack, words: str, *, first_preview: bool) -> None:
    resources = written(stack, first_preview=first_preview)
    assert words in message("net-13-private-subnets", *resources)


def test_a_route_for_ipv6_makes_a_subnet_public_too() -> None:
    ipv6 = route(gatewayId=To("igw"), destinationCidrBlock="", destinationIpv6CidrBlock="::/0")
    assert told({**NET, **ipv6}, first_preview=False) == {"net-13"}


def test_a_rule_that_another_program_owns_counts_for_the_group_of_this_one() -> None:
    more: Stack = {"more": (INGRESS, {"securityGroupId": To("sg"), "ipProtocol": "tcp"})}
    *own, rule = written({**NET, **more}, first_preview=False)
    assert "net-11" in names(*own, replace(rule, is_external=True))


def two_tables(**second: Any) -> Stack:
    """Return a network whose zone c leaves by a route of its own."""
    return {
        **changed(OPEN, "nat", availabilityMode=None),
        "other": (TABLE, {"vpcId": To("vpc")}),
        "of-c": (ASSOCIATION, {"subnetId": To("c"), "routeTableId": To("other")}),
        "nat-c": (NAT, {}),
        "route-c": (
            ROUTE,
            {"routeTableId": To("other"), "destinationCidrBlock": EVERYWHERE, **second},
        ),
    }


TWO_ZONES = changed(two_tables(natGatewayId=To("nat-c")), "b", availabilityZone="eu-west-1a")


@both_forms
@pytest.mark.parametrize(
    ("stack", "rules"),
    [
        pytest.param(
            changed(OPEN, "nat", availabilityMode=None), {"net-17"}, id="one for three zones"
        ),
        pytest.param(two_tables(natGatewayId=To("nat-c")), {"net-17"}, id="two for three zones"),
        pytest.param(TWO_ZONES, SILENT, id="two for two zones"),
        pytest.param(OPEN, SILENT, id="regional"),
        pytest.param(without(OPEN, "nat"), SILENT, id="a gateway elsewhere"),
        pytest.param(changed(OPEN, "a", availabilityZone=UNKNOWN), SILENT, id="unknown zone"),
    ],
)
def test_nat_gateways(stack: Stack, rules: set[str], *, first_preview: bool) -> None:
    assert told(stack, first_preview=first_preview) == rules


def endpoint(name: str, **changes: Any) -> Stack:
    """Return one more interface endpoint, like that for logs but for the changes."""
    return {name: (ENDPOINT, {**NET["logs"][1], "serviceName": service(name), **changes})}


def with_variables(stack: Stack, variables: object) -> Stack:
    return changed(stack, "api", environment=variables)


SENDS = {**NET, "role": (ROLE, allowing("sqs:SendMessage"))}
NAMELESS = {**SENDS, **endpoint("sqs", privateDnsEnabled=False)}
OTHER_TABLE = {"other": (TABLE, {"vpcId": To("vpc")})}
OTHER_GROUP = {"other-door": (GROUP, {"vpcId": To("vpc")})}
SEVERAL_TIERS = {**READS_S3, **OTHER_TABLE}
PROXY = {"variables": {"HTTPS_PROXY": "http://proxy.example:3128"}}
ANOTHER_URL = {"variables": {"AWS_ENDPOINT_URL_SQS": "https://vpce-1.example"}}


@both_forms
@pytest.mark.parametrize(
    ("stack", "policies"),
    [
        # only what a function calls hangs; logs and traces are merely lost
        pytest.param(SENDS, {"net-05-calls-get-out"}, id="a call"),
        pytest.param(NAMELESS, {"net-07-interface-endpoints-answer"}, id="a call by its name"),
        pytest.param(
            changed(NET, "logs", privateDnsEnabled=False),
            {"net-07-telemetry-endpoints-answer"},
            id="logs by their name",
        ),
        pytest.param(
            {**SENDS, **OTHER_GROUP, **endpoint("sqs", securityGroupIds=[To("other-door")])},
            {"net-09-endpoints-let-instances-in"},
            id="a call past a group",
        ),
        pytest.param(
            without(NET, "in"),
            {"net-09-telemetry-endpoints-let-instances-in"},
            id="logs past a group",
        ),
        # what is there for others in the VPC
        pytest.param({**NET, **endpoint("ssm", privateDnsEnabled=False)}, SILENT, id="their name"),
        pytest.param(
            {**NET, **OTHER_GROUP, **endpoint("ecr.dkr", securityGroupIds=[To("other-door")])},
            SILENT,
            id="their group",
        ),
        pytest.param(
            {
                **NET,
                **OTHER_TABLE,
                "ddb": (
                    ENDPOINT,
                    {
                        **NET["s3"][1],
                        "serviceName": service("dynamodb"),
                        "routeTableIds": [To("other")],
                    },
                ),
            },
            SILENT,
            id="their route table",
        ),
        # several endpoints for one service
        pytest.param(
            changed(SEVERAL_TIERS, "s3", routeTableIds=[To("other")]),
            {"net-06-gateway-endpoints-have-the-tables"},
            id="a gateway of another tier",
        ),
        pytest.param(
            {
                **SEVERAL_TIERS,
                "s3-2": (ENDPOINT, {**NET["s3"][1], "routeTableIds": [To("other")]}),
            },
            SILENT,
            id="a gateway for each tier",
        ),
        pytest.param(
            {
                **changed(SEVERAL_TIERS, "s3", routeTableIds=[To("other")]),
                "s3-2": (ENDPOINT, {**NET["logs"][1], "serviceName": service("s3")}),
            },
            SILENT,
            id="an interface instead",
        ),
        # other ways out
        pytest.param(changed(OPEN, "logs", privateDnsEnabled=False), SILENT, id="NAT, by no name"),
        pytest.param(
            changed(without(OPEN, "in"), "logs", privateDnsEnabled=False), SILENT, id="NAT, past it"
        ),
        pytest.param(
            without(OPEN, "in"), {"net-09-telemetry-endpoints-let-instances-in"}, id="NAT, into it"
        ),
        pytest.param(
            {
                **SENDS,
                "vpn": (
                    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
                    {"routeTableId": To("table"), "vpnGatewayId": "vgw-1"},
                ),
            },
            SILENT,
            id="routes that a VPN brings",
        ),
        pytest.param(with_variables(SENDS, PROXY), SILENT, id="a proxy"),
        pytest.param(
            changed(with_variables(SENDS, PROXY), "out", fromPort=3128, toPort=3128),
            {"net-10-instances-get-out"},
            id="the proxy's port alone",
        ),
        pytest.param(with_variables(SENDS, ANOTHER_URL), SILENT, id="another address"),
        pytest.param(with_variables(SENDS, UNKNOWN), SILENT, id="unknown variables"),
        # names that are resolved elsewhere
        *(
            pytest.param({**NAMELESS, "dns": (type_, {"vpcId": To("vpc"), **inputs})}, SILENT)
            for type_, inputs in (
                ("aws:route53/zoneAssociation:ZoneAssociation", {"zoneId": "Z1"}),
                ("aws:route53/resolverRuleAssociation:ResolverRuleAssociation", {}),
                ("aws:route53/profilesAssociation:ProfilesAssociation", {}),
                ("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", {}),
            )
        ),
    ],
)
def test_endpoints_matter_to_what_the_functions_call(
    stack: Stack, policies: set[str], *, first_preview: bool
) -> None:
    found = judge(*written(stack, first_preview=first_preview))
    assert {one.policy for one in found if one.policy.startswith("net-")} == policies


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (policy("s3:GetObject"), SILENT),
        (policy("s3:*"), SILENT),
        (policy("s3:PutObject"), {"net-16"}),
        (UNKNOWN, SILENT),
        ("no JSON", SILENT),
        (None, SILENT),
    ],
)
def test_policies_of_endpoints(text: object, rules: set[str]) -> None:
    stack = {**NET, "role": (ROLE, allowing("s3:GetObject", "s3:List*"))}
    assert told(changed(stack, "s3", policy=text), first_preview=True) == rules


def test_work_grows_with_providers_and_endpoints_not_with_their_product(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rules look at an endpoint of a VPC once, however many capacity providers share the VPC."""
    calls = 0
    list_links = Index.list_links

    def counted(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        return list_links(*args)

    def work(count: int) -> int:
        nonlocal calls
        calls = 0
        copies = {f"pool-{number}": NET["pool"] for number in range(count)}
        copies |= {f"logs-{number}": NET["logs"] for number in range(count)}
        names(*written({**NET, **copies}, first_preview=False))
        return calls

    monkeypatch.setattr(Index, "list_links", counted)
    few, many = work(10), work(40)
    assert many < 5 * few
