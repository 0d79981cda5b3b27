"""``aws:ec2/routeTable:RouteTable`` and its association with a subnet.

Source: docs/facts/aws-provider.md#route-table.

Inline routes are not supported, since the program does not use them.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.import_ids import keys_of
from local.provider.members import from_api, to_api
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.ec2.arns import ec2_arn
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    Failure,
    ResourceType,
    output,
    string,
)
from local.provider.tagging import Ec2Tagging
from local.provider.values import Props


class RouteTable(OrdinaryResource):
    """A route table."""

    pulumi_type = "aws:ec2/routeTable:RouteTable"
    properties = MappingProxyType(
        {
            "vpcId": string(required=True, replaces=True),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "ownerId": output(),
        }
    )

    operations = Operations(
        service="ec2",
        create="create_route_table",
        made="RouteTable.RouteTableId",
        read="describe_route_tables",
        listed="RouteTableIds",
        found="RouteTables",
        delete="delete_route_table",
        gone=("InvalidRouteTableID.NotFound",),
        key={"RouteTableId": "id"},
        tagging=Ec2Tagging(resource_type="route-table"),
    )

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the ARN, which EC2 does not answer."""
        del found
        return {"arn": ec2_arn(aws, "route-table", existing.id)}


def _one_source(inputs: Props) -> Iterator[Failure]:
    if ("subnetId" in inputs) == ("gatewayId" in inputs):
        yield (
            "subnetId",
            "Invalid combination of arguments. "
            '"subnet_id": one of `gateway_id,subnet_id` must be specified',
        )


class RouteTableAssociation(ResourceType):
    """The use of a route table by a subnet or a gateway.

    With another route table the association gets a new id, which Pulumi cannot follow. So it is
    found by its subnet or gateway, never by its id.
    """

    pulumi_type = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    properties = MappingProxyType(
        {
            "routeTableId": string(required=True),
            "subnetId": string(replaces=True),
            "gatewayId": string(replaces=True),
            "region": REGION,
        }
    )
    rules = (_one_source,)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Associate the route table."""
        params = to_api(self.properties, inputs)
        return aws.call("ec2", "associate_route_table", **params)["AssociationId"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the association."""
        association = _association(aws, existing.state)
        return association and from_api(self.properties, association)

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take ``subnet/route table`` or ``gateway/route table``."""
        source, table = keys_of("source/routeTableId", import_id).values()
        state = {"subnetId" if source.startswith("subnet-") else "gatewayId": source}
        association = _association(aws, state)
        if association is None or association["RouteTableId"] != table:
            raise ProviderError(f"no association found for {import_id}")
        return Existing(association["RouteTableAssociationId"], state)

    def update(self, aws: Aws, change: Change) -> None:
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

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Disassociate the route table."""
        if association := _association(aws, existing.state):
            aws.call(
                "ec2",
                "disassociate_route_table",
                AssociationId=association["RouteTableAssociationId"],
            )


def _association(aws: Aws, state: Props) -> dict[str, Any] | None:
    kind, member = ("subnet", "SubnetId") if "subnetId" in state else ("gateway", "GatewayId")
    source = state[f"{kind}Id"]
    answer = aws.call(
        "ec2",
        "describe_route_tables",
        Filters=[{"Name": f"association.{kind}-id", "Values": [source]}],
    )
    associations = (entry for table in answer["RouteTables"] for entry in table["Associations"])
    return next((entry for entry in associations if entry.get(member) == source), None)
