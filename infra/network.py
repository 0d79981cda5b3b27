"""The network of the capacity provider's instances: closed, but for what they have to reach.

There is no NAT and no internet gateway (design decision 4). The instances' security group lets
TLS out to the interface endpoints and to the gateway endpoints' prefix lists, and lets nothing in:
invocations do not arrive through the VPC (NET-11). It has no rule for DNS, because security groups
do not filter the VPC's own resolver.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

ZONES: Final = 3
"""Lambda spreads the three environments it starts by default over as many zones (CP-06)."""

GATEWAY_SERVICES: Final = ("s3", "dynamodb")
INTERFACE_SERVICES: Final = ("logs", "xray")
"""What every execution environment calls: it delivers logs and traces itself (NET-03, NET-04)."""

_VPC_RANGE: Final = ipaddress.ip_network("10.0.0.0/16")
_ZONE_RANGES: Final = tuple(_VPC_RANGE.subnets(new_prefix=21))
"""One for each letter that a zone's name may end in, so that a zone keeps its addresses whatever
other zones are chosen: 2,043 of them."""
_TLS_PORT: Final = 443


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Where a network is made.

    Attributes
    ----------
    region
        Region of the stack.
    availability_zones
        Names of the zones; empty takes the first three of the region.
    """

    region: str
    availability_zones: Sequence[str]


class Network(pulumi.ComponentResource):
    """A VPC with private subnets and endpoints.

    What starts execution environments depends on the component as a whole, so that routes, rules
    and endpoints are there before the first environment calls out (design decision 7).

    Attributes
    ----------
    vpc_id
        Id of the VPC.
    subnet_ids
        Ids of the private subnets by the name of their zone.
    security_group_id
        Id of the instances' security group.
    """

    vpc_id: pulumi.Output[str]
    subnet_ids: Mapping[str, pulumi.Output[str]]
    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lmi-streaming:infra:Network", name, {}, opts)
        self._name = name
        self._region = args.region
        self._as_child = pulumi.ResourceOptions(parent=self)

        self.vpc_id = self._build_vpc()
        self.subnet_ids = self._build_subnets(args.availability_zones or _first_zones(args.region))
        self.security_group_id = self._build_security_group("instances", "Managed instances")
        endpoints_group_id = self._build_security_group("endpoints", "Interface endpoints")
        self._build_interface_endpoints(endpoints_group_id)
        self._allow_interface_endpoints(endpoints_group_id)
        self._allow_gateway_endpoints(self._build_gateway_endpoints(self._build_route_table()))

        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "subnetIds": list(self.subnet_ids.values()),
                "securityGroupId": self.security_group_id,
            }
        )

    def _build_vpc(self) -> pulumi.Output[str]:
        return aws.ec2.Vpc(
            self._name,
            cidr_block=str(_VPC_RANGE),
            # Private DNS of the interface endpoints needs both (NET-08).
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags("vpc"),
            opts=self._as_child,
        ).id

    def _build_subnets(self, zones: Sequence[str]) -> Mapping[str, pulumi.Output[str]]:
        return {
            zone: aws.ec2.Subnet(
                f"{self._name}-{zone}",
                vpc_id=self.vpc_id,
                availability_zone=zone,
                cidr_block=str(_ZONE_RANGES[ord(zone[-1]) - ord("a")]),
                tags=self._tags(zone),
                opts=self._as_child,
            ).id
            for zone in zones
        }

    def _build_route_table(self) -> pulumi.Output[str]:
        """Build the subnets' route table, which leads nowhere but to the gateway endpoints."""
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

    def _build_interface_endpoints(self, security_group_id: pulumi.Input[str]) -> None:
        for service in INTERFACE_SERVICES:
            aws.ec2.VpcEndpoint(
                f"{self._name}-{service}",
                vpc_id=self.vpc_id,
                service_name=self._service_name(service),
                vpc_endpoint_type="Interface",
                subnet_ids=list(self.subnet_ids.values()),
                security_group_ids=[security_group_id],
                private_dns_enabled=True,
                tags=self._tags(service),
                opts=self._as_child,
            )

    def _build_gateway_endpoints(
        self, route_table_id: pulumi.Input[str]
    ) -> Mapping[str, aws.ec2.VpcEndpoint]:
        return {
            service: aws.ec2.VpcEndpoint(
                f"{self._name}-{service}",
                vpc_id=self.vpc_id,
                service_name=self._service_name(service),
                vpc_endpoint_type="Gateway",
                route_table_ids=[route_table_id],
                tags=self._tags(service),
                opts=self._as_child,
            )
            for service in GATEWAY_SERVICES
        }

    def _allow_interface_endpoints(self, endpoints_group_id: pulumi.Input[str]) -> None:
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-to-endpoints",
            security_group_id=self.security_group_id,
            description="TLS to the interface endpoints",
            referenced_security_group_id=endpoints_group_id,
            ip_protocol="tcp",
            from_port=_TLS_PORT,
            to_port=_TLS_PORT,
            opts=self._as_child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-from-instances",
            security_group_id=endpoints_group_id,
            description="TLS from the managed instances",
            referenced_security_group_id=self.security_group_id,
            ip_protocol="tcp",
            from_port=_TLS_PORT,
            to_port=_TLS_PORT,
            opts=self._as_child,
        )

    def _allow_gateway_endpoints(self, endpoints: Mapping[str, aws.ec2.VpcEndpoint]) -> None:
        for service, endpoint in endpoints.items():
            aws.vpc.SecurityGroupEgressRule(
                f"{self._name}-to-{service}",
                security_group_id=self.security_group_id,
                description=f"TLS to {service}",
                prefix_list_id=endpoint.prefix_list_id,
                ip_protocol="tcp",
                from_port=_TLS_PORT,
                to_port=_TLS_PORT,
                opts=self._as_child,
            )

    def _service_name(self, service: str) -> str:
        return f"com.amazonaws.{self._region}.{service}"

    def _tags(self, part: str) -> Mapping[str, str]:
        return {"Name": f"{self._name}-{pulumi.get_stack()}-{part}"}


def _first_zones(region: str) -> Sequence[str]:
    """Choose zones by name.

    Raises
    ------
    pulumi.RunError
        When AWS does not tell the zones, or has too few.
    """
    zones = sorted(_available_zones())
    if len(zones) < ZONES:
        raise pulumi.RunError(
            f"availabilityZones is empty, and {region} has {len(zones)} availability zones to "
            f"choose from ({', '.join(zones)}). Allowed: empty where there are {ZONES}, or the "
            "zones to use. Fix: pulumi config set aws:region to a larger region, or pulumi config "
            f"set --path 'availabilityZones[0]' {region}a"
        )
    return zones[:ZONES]


def _available_zones() -> Sequence[str]:
    """Ask for the names of all zones that an account need not opt in to."""
    no_opt_in = aws.GetAvailabilityZonesFilterArgs(
        name="opt-in-status", values=["opt-in-not-required"]
    )
    try:
        return aws.get_availability_zones(state="available", filters=[no_opt_in]).names
    # The SDK raises nothing more particular.
    except Exception as error:
        raise pulumi.RunError(
            f"availabilityZones is empty, and AWS does not tell which there are: {error}. Allowed: "
            "empty where ec2:DescribeAvailabilityZones is, or the zones to use. Fix: let the "
            "deploying identity call it, or pulumi config set --path 'availabilityZones[0]' ZONE"
        ) from error
