"""``aws:ec2/vpc:Vpc`` (docs/facts/aws-provider.md#vpc)."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.ec2.arns import ec2_arn
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    boolean,
    output,
    string,
)
from local.provider.spelling import pascal_case
from local.provider.tagging import Ec2Tagging
from local.provider.validators import cidr_block, one_of_enum
from local.provider.values import Props

_DNS_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames")


class Vpc(OrdinaryResource):
    """A virtual network."""

    pulumi_type = "aws:ec2/vpc:Vpc"
    properties = MappingProxyType(
        {
            "cidrBlock": string(computed=True, replaces=True, validators=(cidr_block(16, 28),)),
            "enableDnsHostnames": boolean(computed=True, sent=False),
            "enableDnsSupport": boolean(default=True, sent=False),
            "instanceTenancy": string(
                default="default", validators=(one_of_enum("ec2", "Tenancy"),)
            ),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "defaultNetworkAclId": output(),
            "defaultRouteTableId": output(),
            "defaultSecurityGroupId": output(),
            "dhcpOptionsId": output(),
            "mainRouteTableId": output(),
            "ownerId": output(),
        }
    )

    operations = Operations(
        service="ec2",
        create="create_vpc",
        made="Vpc.VpcId",
        read="describe_vpcs",
        listed="VpcIds",
        found="Vpcs",
        delete="delete_vpc",
        gone=("InvalidVpcID.NotFound",),
        key={"VpcId": "id"},
        tagging=Ec2Tagging(resource_type="vpc"),
    )

    def complete(self, aws: Aws, made: Existing) -> None:
        """Set the DNS attributes."""
        for name in _DNS_ATTRIBUTES:
            if name in made.state:
                _set_dns_attribute(aws, made.id, name, made.state[name])

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the DNS attributes and the resources that EC2 created with the VPC."""
        del found
        route_table = _made_with(
            aws, existing.id, "describe_route_tables", "RouteTables", ("association.main", "true")
        )
        security_group = _made_with(
            aws,
            existing.id,
            "describe_security_groups",
            "SecurityGroups",
            ("group-name", "default"),
        )
        network_acl = _made_with(
            aws, existing.id, "describe_network_acls", "NetworkAcls", ("default", "true")
        )
        return {
            **{name: _dns_attribute(aws, existing.id, name) for name in _DNS_ATTRIBUTES},
            "arn": ec2_arn(aws, "vpc", existing.id),
            "defaultNetworkAclId": network_acl["NetworkAclId"],
            "defaultRouteTableId": route_table["RouteTableId"],
            "defaultSecurityGroupId": security_group["GroupId"],
            "mainRouteTableId": route_table["RouteTableId"],
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update DNS attributes and tags."""
        for name in _DNS_ATTRIBUTES:
            if change.touches(name):
                _set_dns_attribute(aws, change.id, name, change.new[name])
        super().update(aws, change)


def _set_dns_attribute(aws: Aws, vpc_id: str, name: str, value: bool) -> None:
    attribute = {pascal_case(name): {"Value": value}}
    aws.call("ec2", "modify_vpc_attribute", VpcId=vpc_id, **attribute)


def _dns_attribute(aws: Aws, vpc_id: str, name: str) -> bool:
    answer = aws.call("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=name)
    return answer[pascal_case(name)]["Value"]


def _made_with(
    aws: Aws, vpc_id: str, operation: str, member: str, condition: tuple[str, str]
) -> dict[str, Any]:
    """Return the id of what EC2 created with a VPC, such as its main route table."""
    name, value = condition
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": name, "Values": [value]}]
    return aws.call("ec2", operation, Filters=filters)[member][0]
