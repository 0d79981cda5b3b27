"""A closed network with a capacity provider in it, for tests to change.

Every stack exists in two forms: with ids that are known, as in a state, and at a first preview,
where each id is unknown and only dependencies tell what belongs together.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

from testing.policies.support import (
    FUNCTION,
    PROVIDER,
    UNKNOWN,
    Json,
    Res,
    function_inputs,
    lmi,
    provider,
)

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ROLE = "aws:iam/role:Role"
NAT = "aws:ec2/natGateway:NatGateway"
INTERNET = "aws:ec2/internetGateway:InternetGateway"
ROUTE = "aws:ec2/route:Route"

EVERYWHERE = "0.0.0.0/0"
ZONES = ("a", "b", "c")
OWN_RESOURCES = json.dumps(
    {
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceAccount": ["123456789012"]}},
        }
    }
)
"""The policy of a gateway endpoint that leads to resources of one account."""


@dataclass(frozen=True)
class To:
    """The id of another resource of the stack; of something else where none has the name."""

    name: str


Stack = dict[str, tuple[str, Json]]
"""Type and inputs by name."""


def closed() -> Stack:
    """Return a closed network that every rule accepts, with a function on its provider."""
    subnets = [To(zone) for zone in ZONES]
    tls: Json = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    pool = {
        **provider().inputs,
        "vpcConfig": {"subnetIds": subnets, "securityGroupIds": [To("sg")]},
    }
    user = function_inputs(
        role=To("role"), capacityProviderConfig=lmi(capacityProviderArn=To("pool"))
    )
    endpoint: Json = {"vpcId": To("vpc"), "vpcEndpointType": "Interface", "subnetIds": subnets}
    endpoint |= {"securityGroupIds": [To("door")], "privateDnsEnabled": True}
    return {
        "vpc": (VPC, {"enableDnsSupport": True, "enableDnsHostnames": True}),
        **{
            zone: (
                SUBNET,
                {
                    "vpcId": To("vpc"),
                    "availabilityZone": f"eu-west-1{zone}",
                    "cidrBlock": f"10.0.{number}.0/24",
                },
            )
            for number, zone in enumerate(ZONES)
        },
        "table": (TABLE, {"vpcId": To("vpc")}),
        **{
            f"of-{zone}": (ASSOCIATION, {"subnetId": To(zone), "routeTableId": To("table")})
            for zone in ZONES
        },
        "sg": (GROUP, {"vpcId": To("vpc")}),
        "door": (GROUP, {"vpcId": To("vpc")}),
        "out": (
            EGRESS,
            {**tls, "securityGroupId": To("sg"), "referencedSecurityGroupId": To("door")},
        ),
        "in": (
            INGRESS,
            {**tls, "securityGroupId": To("door"), "referencedSecurityGroupId": To("sg")},
        ),
        "logs": (ENDPOINT, {**endpoint, "serviceName": service("logs")}),
        "s3": (
            ENDPOINT,
            {
                "vpcId": To("vpc"),
                "serviceName": service("s3"),
                "routeTableIds": [To("table")],
                "policy": OWN_RESOURCES,
            },
        ),
        "role": (ROLE, {"name": "role"}),
        "pool": (PROVIDER, {name: value for name, value in pool.items() if name != "arn"}),
        "api": (FUNCTION, user),
    }


def service(name: str) -> str:
    """Return the name of an AWS service, as a VPC endpoint is given it."""
    return f"com.amazonaws.eu-west-1.{name}"


def changed(stack: Stack, name: str, **changes: Any) -> Stack:
    """Return a stack with some properties of a resource changed; None removes."""
    kind, inputs = stack[name]
    fresh = {key: value for key, value in {**inputs, **changes}.items() if value is not None}
    return {**stack, name: (kind, fresh)}


def without(stack: Stack, *names: str) -> Stack:
    """Return a stack without some resources."""
    return {name: resource for name, resource in stack.items() if name not in names}


def written(stack: Stack, *, first_preview: bool) -> list[Res]:
    """Return the resources with their ids known, or as at a first preview."""
    resources: list[Res] = []
    for name, (kind, inputs) in stack.items():
        made_from: dict[str, list[str]] = {}
        for key, value in inputs.items():
            sources = [one for one in _named_in(value) if one in stack]
            if sources:
                made_from[key] = sources
        filled = cast("Json", _filled(inputs, stack, first_preview=first_preview))
        own = {"id": UNKNOWN, "arn": UNKNOWN} if first_preview else _ids(name)
        resources.append(Res(kind, name, filled, {**filled, **own}, made_from))
    return resources


def _ids(name: str) -> Json:
    return {"id": _id(name), "arn": _id(name)}


def _id(name: str) -> str:
    if name == "pool":
        return "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:pool"
    if name == "role":
        return "arn:aws:iam::123456789012:role/role"
    kind = "subnet" if name in ZONES else {"sg": "sg", "door": "sg", "igw": "igw"}.get(name, "id")
    return f"{kind}-{name}"


def _filled(value: Any, stack: Stack, *, first_preview: bool) -> Any:
    if isinstance(value, To):
        return UNKNOWN if first_preview and value.name in stack else _id(value.name)
    if isinstance(value, dict):
        entries = cast("Json", value).items()
        return {key: _filled(one, stack, first_preview=first_preview) for key, one in entries}
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return [_filled(one, stack, first_preview=first_preview) for one in elements]
    return value


def _named_in(value: Any) -> list[str]:
    if isinstance(value, To):
        return [value.name]
    if isinstance(value, dict):
        return [name for one in cast("Json", value).values() for name in _named_in(one)]
    if isinstance(value, list):
        return [name for one in cast("list[Any]", value) for name in _named_in(one)]
    return []
