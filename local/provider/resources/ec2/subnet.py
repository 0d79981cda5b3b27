"""``aws:ec2/subnet:Subnet`` (docs/facts/aws-provider.md#subnet)."""

from collections.abc import Iterator
from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.ec2.tags import tag_specifications, tags_found, update_tags
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    Failure,
    ResourceType,
    boolean,
    output,
    string,
)
from local.provider.validators import cidr_block
from local.provider.values import Props

_GONE = ("InvalidSubnetID.NotFound",)


def _zone_once(inputs: Props) -> Iterator[Failure]:
    if "availabilityZone" in inputs and "availabilityZoneId" in inputs:
        yield (
            "availabilityZone",
            'Conflicting configuration arguments. "availability_zone": conflicts with '
            "availability_zone_id",
        )


class Subnet(ResourceType):
    """A part of a VPC in one availability zone."""

    pulumi_type = "aws:ec2/subnet:Subnet"
    properties = MappingProxyType(
        {
            "vpcId": string(required=True, replaces=True),
            "cidrBlock": string(replaces=True, validators=(cidr_block(0, 32),)),
            "availabilityZone": string(computed=True, replaces=True),
            "availabilityZoneId": string(computed=True, replaces=True),
            "mapPublicIpOnLaunch": boolean(default=False, sent=False),
            "region": REGION,
            **TAGS,
            "arn": output(member="SubnetArn"),
            "ownerId": output(),
        }
    )
    rules = (_zone_once,)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the subnet."""
        created = aws.call(
            "ec2",
            "create_subnet",
            **to_api(self.properties, inputs),
            TagSpecifications=tag_specifications("subnet", inputs),
        )
        return created["Subnet"]["SubnetId"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Enable public addresses if they are wanted."""
        if made.state["mapPublicIpOnLaunch"]:
            _map_public_ips(aws, made.id, True)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the subnet."""
        answer = aws.find("ec2", "describe_subnets", _GONE, SubnetIds=[existing.id])
        if answer is None:
            return None
        subnet = answer["Subnets"][0]
        return {
            **from_api(self.properties, subnet),
            **tags_found(subnet),
            "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update public addresses and tags."""
        if change.touches("mapPublicIpOnLaunch"):
            _map_public_ips(aws, change.id, change.new["mapPublicIpOnLaunch"])
        update_tags(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the subnet."""
        aws.find("ec2", "delete_subnet", _GONE, SubnetId=existing.id)


def _map_public_ips(aws: Aws, subnet_id: str, wanted: bool) -> None:
    aws.call(
        "ec2",
        "modify_subnet_attribute",
        SubnetId=subnet_id,
        MapPublicIpOnLaunch={"Value": wanted},
    )
