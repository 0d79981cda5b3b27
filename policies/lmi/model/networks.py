"""The resource types that make up a network, each as one class with typed fields."""

from typing import Final

from .access import Props
from .resource import Field, Named, Resource

EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
"""Every address, of IPv4 and of IPv6."""


class Vpc(Named, aws="ec2:Vpc"):
    """A virtual private cloud."""

    dns_support = Field(Props.flag, "enableDnsSupport")
    dns_hostnames = Field(Props.flag, "enableDnsHostnames")


class Subnet(Named, aws="ec2:Subnet", native="ec2:Subnet"):
    """A subnet of a VPC; others refer to it by its id."""

    own_name = Field(Props.text, "id", "subnetId")
    vpc = Field(Props.text, "vpcId")
    zone = Field(Props.text, "availabilityZone")
    zone_id = Field(Props.text, "availabilityZoneId")
    cidr = Field(Props.text, "cidrBlock")
    ipv6_cidr = Field(Props.text, "ipv6CidrBlock")
    gives_public_ipv4 = Field(Props.flag, "mapPublicIpOnLaunch")
    gives_ipv6 = Field(Props.flag, "assignIpv6AddressOnCreation")

    @property
    def place(self) -> str | None:
        """The name or the id of its availability zone; None where neither is known."""
        return self.zone.or_none() or self.zone_id.or_none()


class SecurityGroup(Named, aws="ec2:SecurityGroup", native="ec2:SecurityGroup"):
    """A security group of a VPC, with the rules written inside it."""

    own_name = Field(Props.text, "id", "groupId")
    vpc = Field(Props.text, "vpcId")
    ingress = Field(Props.records, "ingress", None)
    egress = Field(Props.records, "egress", None)


class DirectedRule(Resource):
    """One rule of a security group, for the direction that its type names."""

    group_id = Field(Props.text, "securityGroupId")
    peer_id = Field(Props.text, "referencedSecurityGroupId")


class IngressRule(DirectedRule, aws="vpc:SecurityGroupIngressRule"):
    """One rule of a security group for what comes in."""


class EgressRule(DirectedRule, aws="vpc:SecurityGroupEgressRule"):
    """One rule of a security group for what goes out."""


class LegacyRule(Resource, aws="ec2:SecurityGroupRule"):
    """A rule of a security group in the older form, for either direction."""

    group_id = Field(Props.text, "securityGroupId")
    direction = Field(Props.text, "type")
    peer_id = Field(Props.text, "sourceSecurityGroupId")


class VpcEndpoint(Named, aws="ec2:VpcEndpoint"):
    """A VPC endpoint."""

    vpc_id = Field(Props.text, "vpcId")
    service_name = Field(Props.text, "serviceName")
    endpoint_type = Field(Props.text, "vpcEndpointType")
    private_dns = Field(Props.flag, "privateDnsEnabled")
    subnet_ids = Field(Props.texts, "subnetIds")
    group_ids = Field(Props.texts, "securityGroupIds")
    table_ids = Field(Props.texts, "routeTableIds")
    policy = Field(Props.text, "policy")

    @property
    def service(self) -> str | None:
        """What follows the Region in an AWS service's name, such as ``logs``; None if no such."""
        parts = (self.service_name.or_none() or "").removeprefix("cn.").split(".")
        is_of_aws = parts[1:2] == ["amazonaws"] and "vpce" not in parts[2:3]
        return ".".join(parts[3:]) or None if is_of_aws else None


class EndpointRouteTable(Resource, aws="ec2:VpcEndpointRouteTableAssociation"):
    """A route table that a gateway endpoint adds its routes to."""

    endpoint_id = Field(Props.text, "vpcEndpointId")
    table_id = Field(Props.text, "routeTableId")


class EndpointAddition(
    Resource,
    aws="ec2:VpcEndpointSubnetAssociation ec2:SecurityGroupAssociation ec2:VpcEndpointPolicy "
    "vpc:EndpointPrivateDns",
):
    """What a resource of its own adds to an endpoint: a subnet, a group, a policy, or DNS."""

    endpoint_id = Field(Props.text, "vpcEndpointId")


class UnreadPart(
    Resource,
    native="ec2:Route ec2:RouteTable ec2:SecurityGroupEgress ec2:SecurityGroupIngress "
    "ec2:SubnetRouteTableAssociation ec2:VpcEndpoint",
):
    """A part of a network that aws-native makes, and that rules do not read."""


class RouteTable(Named, aws="ec2:RouteTable"):
    """A route table, with the routes written inside it."""

    routes = Field(Props.records, "routes")
    propagating = Field(Props.texts, "propagatingVgws")


class Route(Resource, aws="ec2:Route ec2:VpnGatewayRoutePropagation"):
    """One route, or those that a VPN gateway propagates."""

    table_id = Field(Props.text, "routeTableId")
    gateway_id = Field(Props.text, "gatewayId")
    nat_id = Field(Props.text, "natGatewayId")


class MainRouteTable(Resource, aws="ec2:MainRouteTableAssociation ec2:DefaultRouteTable"):
    """The route table that serves subnets without one of their own, such as a VPC's default one."""


class RouteTableAssociation(Resource, aws="ec2:RouteTableAssociation"):
    """The route table of a subnet."""

    subnet_id = Field(Props.text, "subnetId")
    table_id = Field(Props.text, "routeTableId")


class InternetGateway(Named, aws="ec2:InternetGateway"):
    """An internet gateway."""


class NatGateway(Named, aws="ec2:NatGateway"):
    """A NAT gateway."""

    mode = Field(Props.text, "availabilityMode")


class HostedZone(Named, aws="route53:Zone"):
    """A hosted zone of Route 53."""

    own_name = Field(Props.text, "zoneId")
    own_domain = Field(Props.text, "name")


class ZoneAssociation(Resource, aws="route53:ZoneAssociation"):
    """A further VPC of a private hosted zone."""

    zone_id = Field(Props.text, "zoneId")


class OtherResolution(
    Resource,
    aws="route53:ResolverRuleAssociation ec2:VpcDhcpOptionsAssociation route53:ProfilesAssociation",
):
    """What leads names in a VPC to other resolvers, or to zones that a profile brings."""
