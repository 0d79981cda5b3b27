"""``aws:ec2/subnet:Subnet`` (docs/facts/aws-provider.md#subnet)."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    Failure,
    boolean,
    output,
    string,
)
from local.provider.tagging import Ec2Tagging
from local.provider.validators import cidr_block
from local.provider.values import Props


def _zone_once(inputs: Props) -> Iterator[Failure]:
    if "availabilityZone" in inputs and "availabilityZoneId" in inputs:
        yield (
            "availabilityZone",
            'Conflicting configuration arguments. "availability_zone": conflicts with '
            "availability_zone_id",
        )


class Subnet(OrdinaryResource):
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

    operations = Operations(
        service="ec2",
        create="create_subnet",
        made="Subnet.SubnetId",
        read="describe_subnets",
        listed="SubnetIds",
        found="Subnets",
        delete="delete_subnet",
        gone=("InvalidSubnetID.NotFound",),
        key={"SubnetId": "id"},
        tagging=Ec2Tagging(resource_type="subnet"),
    )

    def complete(self, aws: Aws, made: Existing) -> None:
        """Enable public addresses if they are wanted."""
        if made.state["mapPublicIpOnLaunch"]:
            _map_public_ips(aws, made.id, True)

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return whether instances get public addresses, which creation cannot set."""
        del aws, existing
        return {"mapPublicIpOnLaunch": found["MapPublicIpOnLaunch"]}

    def update(self, aws: Aws, change: Change) -> None:
        """Update public addresses and tags."""
        if change.touches("mapPublicIpOnLaunch"):
            _map_public_ips(aws, change.id, change.new["mapPublicIpOnLaunch"])
        super().update(aws, change)


def _map_public_ips(aws: Aws, subnet_id: str, wanted: bool) -> None:
    aws.call(
        "ec2",
        "modify_subnet_attribute",
        SubnetId=subnet_id,
        MapPublicIpOnLaunch={"Value": wanted},
    )
