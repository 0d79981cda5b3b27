"""Access to the internet for functions: an internet gateway and a NAT gateway.

The NAT gateway is regional: one resource that serves every zone, without public
subnets and elastic addresses. It is billed by the hour for each zone, and by the gigabyte. It
drops connections that are idle for 350 seconds (NET-18).
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from .settings.arguments import checked_inputs
from .settings.checked import Checked


class NatArgs(Checked):
    """The arguments of a NAT gateway."""

    vpc_id: pulumi.Input[str]
    """Id of the VPC."""
    route_table_id: pulumi.Input[str]
    """Route table of the subnets."""
    tags: Mapping[str, pulumi.Input[str]]
    """Tags of both gateways, which have no names."""


class Nat(pulumi.ComponentResource):
    """The default route of private subnets, outbound only."""

    def __init__(
        self, name: str, args: NatArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lmi-streaming:infra:Nat", name, checked_inputs(args, NatArgs), opts)
        internet = aws.ec2.InternetGateway(
            name, vpc_id=args.vpc_id, tags=args.tags, opts=pulumi.ResourceOptions(parent=self)
        )
        gateway = aws.ec2.NatGateway(
            name,
            vpc_id=args.vpc_id,
            availability_mode="regional",
            tags=args.tags,
            # It needs the internet gateway, to which its own route leads.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[internet]),
        )
        aws.ec2.Route(
            name,
            route_table_id=args.route_table_id,
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=gateway.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"natGatewayId": gateway.id})
