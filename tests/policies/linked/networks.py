"""Cases of networks: what leads out of one, what is let through, and what watches it."""

from typing import Any, cast

from testing.policies.support import Json
from tests.policies import networks
from tests.policies.linked.case import Case
from tests.policies.linked.parts import TRACING, a_function, a_role, allowing, document, inline, on
from tests.policies.linked.references import To
from tests.policies.networks import (
    EGRESS,
    ENDPOINT,
    EVERYWHERE,
    INGRESS,
    INTERNET,
    NAT,
    OWN_RESOURCES,
    ROUTE,
    Stack,
    service,
)

TLS: Json = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
CONTROL = "aws:ec2/vpcEncryptionControl:VpcEncryptionControl"


def a_network(net: str, *actions: str, **changes: Any) -> Stack:
    """Return a closed network that every rule accepts, with a function that may do some actions."""
    stack = {name: (kind, _prefixed(net, inputs)) for name, (kind, inputs) in _closed().items()}
    named = {f"{net}-{name}": resource for name, resource in stack.items()}
    allowed = inline(allowing(*actions)) if actions else {}
    return {
        **named,
        **a_role(f"{net}-role", **allowed),
        **a_function(
            f"{net}-api",
            role=To(f"{net}-role"),
            capacityProviderConfig=on(f"{net}-pool"),
            **changes,
        ),
    }


def _closed() -> Stack:
    pool = networks.closed()
    private = {key: pool[key] for key in pool if key not in ("role", "api")}
    return {
        **private,
        "flow": (FLOW_LOG, {"vpcId": networks.To("vpc")}),
        "default": (DEFAULT_GROUP, {"vpcId": networks.To("vpc")}),
    }


def _prefixed(net: str, value: Any) -> Any:
    if isinstance(value, networks.To):
        return To(f"{net}-{value.name}")
    if isinstance(value, dict):
        return {key: _prefixed(net, one) for key, one in cast("Json", value).items()}
    if isinstance(value, list):
        return [_prefixed(net, one) for one in cast("list[Any]", value)]
    return value


def an_endpoint(net: str, name: str, **changes: Any) -> tuple[str, Json]:
    """Return an interface endpoint like that of a network for logs."""
    kind, inputs = a_network(net)[f"{net}-logs"]
    return kind, {**inputs, "serviceName": service(name), **changes}


def a_way_out(net: str, **target: Any) -> tuple[str, Json]:
    table = {"routeTableId": To(f"{net}-table"), "destinationCidrBlock": EVERYWHERE}
    return ROUTE, {**table, **target}


ALLOWED = ("sqs:SendMessage", "sns:Publish", "s3:GetObject", "dynamodb:GetItem", *TRACING)
DYNAMODB = {"serviceName": service("dynamodb"), "vpcId": To("n-vpc"), "policy": OWN_RESOURCES}

NETWORKS = [
    Case(
        {
            "net-03-logs-get-out": "n-pool",
            "net-04-traces-get-out": "n-pool",
            "net-05-calls-get-out": "n-pool",
            "net-06-gateway-endpoints-have-the-tables": "n-s3",
            "net-07-interface-endpoints-answer": "n-sqs",
            "net-08-vpc-resolves-private-names": "n-vpc",
            "net-09-endpoints-let-instances-in": ("n-sqs", "n-sns"),
            "net-10-instances-get-out": "n-sg",
            "net-10-calls-leave-the-group": "n-sg",
            "net-11-nothing-comes-in": "n-sg",
            "net-12-endpoints-in-every-zone": "n-sqs",
            "net-16-endpoint-policies-allow-the-calls": "n-sqs",
            "cp-08-subnets-have-addresses": "n-c",
            "cp-32-placement-is-not-blocked": "n-pool",
            "gen-09-traffic-is-recorded": "n-vpc",
            "gen-10-default-group-is-closed": "n-vpc",
            "gen-11-not-open-to-the-internet": "n-ssh",
            "gen-12-not-everything-gets-out": "n-all",
            "gen-22-gateways-lead-to-known-accounts": "n-s3",
        },
        {
            **a_network("n", *ALLOWED, tracingConfig={"mode": "Active"}),
            "n-dynamodb": (ENDPOINT, {**DYNAMODB, "routeTableIds": [To("n-table")]}),
            "n-xray": an_endpoint("n", "xray"),
            "n-sns": an_endpoint("n", "sns"),
            "n-sqs": an_endpoint("n", "sqs"),
        },
        {
            "n-logs": None,
            "n-xray": None,
            "n-dynamodb": None,
            "n-in": None,
            "n-out": None,
            "n-flow": None,
            "n-default": None,
            "n-vpc": {"enableDnsHostnames": None},
            "n-c": {"cidrBlock": "10.0.2.0/28"},
            "n-s3": {"routeTableIds": None, "policy": None},
            "n-sqs": {
                "privateDnsEnabled": None,
                "subnetIds": [To("n-a")],
                "policy": document(allowing("sqs:ReceiveMessage", resource="*", Principal="*")),
            },
            "n-office": (
                INGRESS,
                {**TLS, "securityGroupId": To("n-sg"), "cidrIpv4": "10.9.0.0/16"},
            ),
            "n-ssh": (
                INGRESS,
                {
                    "ipProtocol": "tcp",
                    "fromPort": 22,
                    "toPort": 22,
                    "securityGroupId": To("n-door"),
                    "cidrIpv4": EVERYWHERE,
                },
            ),
            "n-all": (
                EGRESS,
                {"ipProtocol": "-1", "securityGroupId": To("n-door"), "cidrIpv4": EVERYWHERE},
            ),
            "n-control": (CONTROL, {"vpcId": To("n-vpc"), "mode": "enforce"}),
        },
    ),
    Case(
        {
            "net-07-telemetry-endpoints-answer": "quiet-logs",
            "net-09-telemetry-endpoints-let-instances-in": "quiet-logs",
        },
        a_network("quiet"),
        {"quiet-logs": {"privateDnsEnabled": None}, "quiet-in": None},
    ),
    Case(
        {"net-01-something-leads-out": "dead-pool"},
        a_network("dead"),
        {"dead-logs": None, "dead-s3": None},
    ),
    Case(
        {"net-13-private-subnets": "open-pool"},
        {
            **a_network("open"),
            "open-igw": (INTERNET, {}),
            "open-nat": (NAT, {"availabilityMode": "regional"}),
            "open-route": a_way_out("open", natGatewayId=To("open-nat")),
        },
        {"open-route": a_way_out("open", gatewayId=To("open-igw"))},
    ),
    Case(
        {"net-17-nat-in-every-zone": "thin-pool"},
        {
            **a_network("thin"),
            "thin-nat": (NAT, {"availabilityMode": "regional"}),
            "thin-route": a_way_out("thin", natGatewayId=To("thin-nat")),
        },
        {"thin-nat": {"availabilityMode": None}},
    ),
]
