"""The network of the capacity provider's instances: closed, except for the endpoints they need.

There is no NAT and no internet gateway, unless a stack asks for them (docs/design.md#no-nat). The
instances' security group allows TLS to the interface endpoints and to the gateway endpoints'
prefix lists, and no ingress: invocations do not arrive through the VPC (NET-11). It has no
rule for DNS, because security groups do not filter the VPC's own resolver. Rejected traffic is
logged.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from .flow_log import RejectLog, RejectLogArgs
from .iam import GATEWAY_SERVICES, endpoint_policy
from .nat import Nat, NatArgs
from .settings import NetworkSettings
from .settings.arguments import checked_inputs
from .settings.checked import Checked
from .settings.mistakes import Set, refuse

DEFAULT_SERVICES: Final = ("logs", "xray", *GATEWAY_SERVICES)
"""The services that execution environments call for logs and traces (NET-03, NET-04)."""

_RANGES_BITS: Final = 5
"""Bits that divide a VPC into 32 ranges, one for each letter of a zone's name, so that a zone keeps
its addresses when other zones change: 2,043 addresses in a /16."""
_TLS: Final[Mapping[str, Any]] = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443}


class NetworkArgs(Checked):
    """The arguments of a network."""

    region: str
    """Region of the stack."""
    services: Sequence[str] = DEFAULT_SERVICES
    """Services with an endpoint, each by its endpoint's suffix (``sqs``, ``bedrock-runtime``)."""
    settings: NetworkSettings = field(default_factory=NetworkSettings)
    """Its addresses and zones, and whether there are a NAT gateway and a flow log."""
    log_kms_key_arn: pulumi.Input[str] = ""
    """ARN of the KMS key for the flow log; empty leaves encryption to CloudWatch Logs."""


class Network(pulumi.ComponentResource):
    """A VPC with private subnets and endpoints.

    Resources that start execution environments depend on the whole component, so that routes, rules
    and endpoints exist before the first environment uses them
    (docs/design.md#order-of-creation).
    """

    vpc_id: pulumi.Output[str]
    """Id of the VPC."""
    subnet_ids: Mapping[str, pulumi.Output[str]]
    """Ids of the private subnets, by the name of their zone."""
    security_group_id: pulumi.Output[str]
    """Id of the instances' security group."""
    interface_services: Sequence[str]
    """Services with an interface endpoint, which is billed in each zone."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, NetworkArgs)
        super().__init__("lmi-streaming:infra:Network", name, inputs, opts)
        self._name = name
        self._region = args.region
        self._settings = args.settings
        self._log_kms_key_arn = args.log_kms_key_arn
        self._as_child = pulumi.ResourceOptions(parent=self)

        vpc = self._build_vpc()
        self.vpc_id = vpc.id
        self._account_id = vpc.owner_id
        self._empty_default_security_group()
        if self._settings.flow_log_days:
            self._log_rejects()
        zones = self._settings.availability_zones
        self.subnet_ids = self._build_subnets(
            zones or _first_zones(args.region, self._settings.zone_count, parent=self)
        )
        route_table_id = self._build_route_table()
        self.security_group_id = self._build_security_group("instances", "Managed instances")
        endpoints_group_id = self._build_security_group("endpoints", "Interface endpoints")
        self.interface_services = [
            service for service in args.services if service not in GATEWAY_SERVICES
        ]
        self._build_interface_endpoints(endpoints_group_id)
        gateways = [service for service in args.services if service in GATEWAY_SERVICES]
        self._build_gateway_endpoints(gateways, route_table_id)
        if self._settings.nat:
            self._open_to_internet(route_table_id)

        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "subnetIds": list(self.subnet_ids.values()),
                "securityGroupId": self.security_group_id,
            }
        )

    def _build_vpc(self) -> aws.ec2.Vpc:
        return aws.ec2.Vpc(
            self._name,
            cidr_block=self._settings.cidr,
            # Private DNS of the interface endpoints needs both (NET-08).
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags("vpc"),
            opts=self._as_child,
        )

    def _empty_default_security_group(self) -> None:
        """Remove the rules of the default group, which resources without a group get."""
        aws.ec2.DefaultSecurityGroup(
            self._name, vpc_id=self.vpc_id, tags=self._tags("unused"), opts=self._as_child
        )

    def _log_rejects(self) -> None:
        RejectLog(
            f"{self._name}-rejects",
            RejectLogArgs(
                vpc_id=self.vpc_id,
                account_id=self._account_id,
                retention_days=self._settings.flow_log_days,
                kms_key_arn=self._log_kms_key_arn,
                tags=self._tags("rejects"),
            ),
            opts=self._as_child,
        )

    def _build_subnets(self, zones: Sequence[str]) -> Mapping[str, pulumi.Output[str]]:
        ranges = list(ipaddress.ip_network(self._settings.cidr).subnets(_RANGES_BITS))
        return {
            zone: aws.ec2.Subnet(
                f"{self._name}-{zone}",
                vpc_id=self.vpc_id,
                availability_zone=zone,
                cidr_block=str(ranges[ord(zone[-1]) - ord("a")]),
                tags=self._tags(zone),
                opts=self._as_child,
            ).id
            for zone in zones
        }

    def _build_route_table(self) -> pulumi.Output[str]:
        """Build the subnets' route table, without routes to other networks."""
        route_table = aws.ec2.RouteTable(
            f"{self._name}-private",
            vpc_id=self.vpc_id,
            tags=self._tags("private"),
            opts=self._as_child,
        )
        for zone, subnet_id in self.subnet_ids.items():
            aws.ec2.RouteTableAssociation(
                f"{self._name}-{zone}",
                subnet_id=subnet_id,
                route_table_id=route_table.id,
                opts=self._as_child,
            )
        return route_table.id

    def _build_security_group(self, part: str, description: str) -> pulumi.Output[str]:
        return aws.ec2.SecurityGroup(
            f"{self._name}-{part}",
            vpc_id=self.vpc_id,
            description=description,
            tags=self._tags(part),
            opts=self._as_child,
        ).id

    def _build_endpoint(self, service: str, **access: Any) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self.vpc_id,
            service_name=f"com.amazonaws.{self._region}.{service}",
            policy=endpoint_policy(
                service, self._region, self._account_id, self._settings.endpoint_accounts
            ),
            tags=self._tags(service),
            opts=self._as_child,
            **access,
        )

    def _build_interface_endpoints(self, security_group_id: pulumi.Input[str]) -> None:
        for service in self.interface_services:
            self._build_endpoint(
                service,
                vpc_endpoint_type="Interface",
                subnet_ids=list(self.subnet_ids.values()),
                security_group_ids=[security_group_id],
                private_dns_enabled=True,
            )
        self._let_out(
            "endpoints", "the interface endpoints", referenced_security_group_id=security_group_id
        )
        SecurityGroupIngressRule(
            f"{self._name}-from-instances",
            security_group_id=security_group_id,
            description="TLS from the managed instances",
            referenced_security_group_id=self.security_group_id,
            **_TLS,
            opts=self._as_child,
        )

    def _build_gateway_endpoints(
        self, services: Sequence[str], route_table_id: pulumi.Input[str]
    ) -> None:
        for service in services:
            endpoint = self._build_endpoint(
                service, vpc_endpoint_type="Gateway", route_table_ids=[route_table_id]
            )
            self._let_out(service, service, prefix_list_id=endpoint.prefix_list_id)

    def _open_to_internet(self, route_table_id: pulumi.Input[str]) -> None:
        Nat(
            f"{self._name}-nat",
            NatArgs(vpc_id=self.vpc_id, route_table_id=route_table_id, tags=self._tags("nat")),
            opts=self._as_child,
        )
        self._let_out("internet", "the internet", cidr_ipv4="0.0.0.0/0")

    def _let_out(self, part: str, peer: str, **to: pulumi.Input[str]) -> None:
        """Allow TLS from the instances to a peer."""
        SecurityGroupEgressRule(
            f"{self._name}-to-{part}",
            security_group_id=self.security_group_id,
            description=f"TLS to {peer}",
            **to,
            **_TLS,
            opts=self._as_child,
        )

    def _tags(self, part: str) -> Mapping[str, str]:
        return {"Name": f"{self._name}-{pulumi.get_stack()}-{part}"}


def _first_zones(region: str, count: int, parent: pulumi.Resource) -> Sequence[str]:
    """Return the first zones of a region by name, as the provider of the component lists them."""
    zones = sorted(_available_zones(parent))
    if abroad := [zone for zone in zones if not zone.startswith(region)]:
        refuse(
            f"the region is {region}, and the AWS provider has zones of another one, such as "
            f"{abroad[0]}",
            allowed="the region of the provider",
            fix=("give the component a provider of its region", "give it the provider's region"),
        )
    if len(zones) < count:
        refuse(
            f"is empty, and {region} has {len(zones)} availability zones to choose from "
            f"({', '.join(zones)})",
            path="availabilityZones",
            allowed=f"empty where there are {count}, which zoneCount asks for",
            fix=(Set("zoneCount", "2"), "use a larger region"),
        )
    return zones[:count]


def _available_zones(parent: pulumi.Resource) -> Sequence[str]:
    """Return the names of all zones that need no opt-in."""
    no_opt_in = aws.GetAvailabilityZonesFilterArgs(
        name="opt-in-status", values=["opt-in-not-required"]
    )
    try:
        return aws.get_availability_zones(
            state="available", filters=[no_opt_in], opts=pulumi.InvokeOptions(parent=parent)
        ).names
    # The SDK raises no narrower exception.
    except Exception as error:
        refuse(
            f"is empty, and AWS does not list the zones: {error}",
            path="availabilityZones",
            allowed="empty if the deploying identity may call ec2:DescribeAvailabilityZones, or "
            "names of zones",
            fix=("allow that call", Set("availabilityZones[0]", "ZONE")),
        )
