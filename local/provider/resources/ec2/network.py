"""What is odd about VPCs, subnets and the use of route tables."""

from collections.abc import Iterator
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.import_ids import keys_of
from local.provider.members import from_api, to_api
from local.provider.operations import OrdinaryResource
from local.provider.spelling import pascal_case
from local.provider.values import Props

_DNS_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames")


class Vpc(OrdinaryResource):
    """A virtual network."""

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the DNS attributes and the resources that EC2 created with the VPC."""
        table_id = _made_with_vpc(
            aws, "describe_route_tables", existing.id, "association.main", "true"
        )["RouteTables"][0]["RouteTableId"]
        groups = _made_with_vpc(
            aws, "describe_security_groups", existing.id, "group-name", "default"
        )["SecurityGroups"]
        acls = _made_with_vpc(aws, "describe_network_acls", existing.id, "default", "true")
        return {
            **{name: _dns_attribute(aws, existing.id, name) for name in _DNS_ATTRIBUTES},
            "defaultNetworkAclId": acls["NetworkAcls"][0]["NetworkAclId"],
            "defaultRouteTableId": table_id,
            "defaultSecurityGroupId": groups[0]["GroupId"],
            "mainRouteTableId": table_id,
        }


def _dns_attribute(aws: Aws, vpc_id: str, name: str) -> bool:
    answer = aws.call("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=name)
    return answer[pascal_case(name)]["Value"]


def _made_with_vpc(aws: Aws, operation: str, vpc_id: str, name: str, value: str) -> Props:
    """Describe what EC2 created with a VPC, such as its main route table."""
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": name, "Values": [value]}]
    return aws.call("ec2", operation, Filters=filters)


class Subnet(OrdinaryResource):
    """A part of a VPC in one availability zone."""

    def failures(self, inputs: Props) -> Iterator[schema.Failure]:
        """Refuse two ways to name the zone."""
        if "availabilityZone" in inputs and "availabilityZoneId" in inputs:
            yield (
                "availabilityZone",
                'Conflicting configuration arguments. "availability_zone": conflicts with '
                "availability_zone_id",
            )


class RouteTableAssociation(schema.ResourceType):
    """The use of a route table by a subnet or a gateway.

    With another route table the association gets a new id, which Pulumi cannot follow. So it is
    found by its subnet or gateway, never by its id.
    """

    def create(self, aws: Aws, inputs: Props) -> str:
        """Associate the route table."""
        params = to_api(self.properties, inputs)
        return aws.call("ec2", "associate_route_table", **params)["AssociationId"]

    def read(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Find the association."""
        association = _association(aws, existing.state)
        return association and from_api(self.properties, association)

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Take ``subnet/route table`` or ``gateway/route table``."""
        source, table_id = keys_of("source/routeTableId", import_id).values()
        state = {"subnetId" if source.startswith("subnet-") else "gatewayId": source}
        association = _association(aws, state)
        if association is None or association["RouteTableId"] != table_id:
            raise ProviderError(f"no association found for {import_id}")
        return schema.Existing(association["RouteTableAssociationId"], state)

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Move the subnet or gateway to another route table."""
        association = _association(aws, change.old)
        if association is None:
            raise ProviderError(f"the association {change.id} no longer exists; refresh first")
        aws.call(
            "ec2",
            "replace_route_table_association",
            AssociationId=association["RouteTableAssociationId"],
            RouteTableId=change.new["routeTableId"],
        )

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Disassociate the route table."""
        if association := _association(aws, existing.state):
            association_id = association["RouteTableAssociationId"]
            aws.call("ec2", "disassociate_route_table", AssociationId=association_id)


def _association(aws: Aws, state: Props) -> dict[str, Any] | None:
    part, member = ("subnet", "SubnetId") if "subnetId" in state else ("gateway", "GatewayId")
    source = state[f"{part}Id"]
    filters = [{"Name": f"association.{part}-id", "Values": [source]}]
    answer = aws.call("ec2", "describe_route_tables", Filters=filters)
    associations = (entry for found in answer["RouteTables"] for entry in found["Associations"])
    return next((entry for entry in associations if entry.get(member) == source), None)
