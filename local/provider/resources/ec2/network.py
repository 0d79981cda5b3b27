"""What is odd about VPC endpoints, flow logs and the use of route tables."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.import_ids import keys_of
from local.provider.members import from_api, to_api
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


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


_PARTS = ("routeTableIds", "subnetIds", "securityGroupIds")
"""What EC2 adds to an endpoint and removes from it one by one."""


class VpcEndpoint(OrdinaryResource):
    """A VPC endpoint of type Gateway or Interface."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Disable private DNS unless it is wanted, which EC2 does not do by itself."""
        return {"PrivateDnsEnabled": False, **super().request(inputs, *names)}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the security groups, and the prefix list of a gateway endpoint."""
        return {
            "securityGroupIds": [group["GroupId"] for group in found.get("Groups", [])],
            **_prefix_list(aws, found),
        }

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Update policy, private DNS, subnets, groups and route tables."""
        params: dict[str, Any] = {}
        if change.touches("policy", "privateDnsEnabled"):
            params = to_api(self.properties, change.new, "policy", "privateDnsEnabled")
        for name in filter(change.touches, _PARTS):
            member = self.properties[name].member
            old, new = set(change.old.get(name, [])), set(change.new[name])
            params[f"Add{member}"] = sorted(new - old) or None
            params[f"Remove{member}"] = sorted(old - new) or None
        if params:
            aws.call("ec2", "modify_vpc_endpoint", VpcEndpointId=change.id, **params)
        super().update(aws, change)


def _prefix_list(aws: Aws, endpoint: Props) -> dict[str, Any]:
    if endpoint["VpcEndpointType"] != "Gateway":
        return {"cidrBlocks": []}
    service = endpoint["ServiceName"]
    filters = [{"Name": "prefix-list-name", "Values": [service]}]
    for found in aws.call("ec2", "describe_prefix_lists", Filters=filters)["PrefixLists"]:
        if found["PrefixListName"] == service:
            return {"prefixListId": found["PrefixListId"], "cidrBlocks": found.get("Cidrs", [])}
    return {"cidrBlocks": []}


_SOURCES = {"eniId": "NetworkInterface", "subnetId": "Subnet", "vpcId": "VPC"}


class FlowLog(OrdinaryResource):
    """A flow log."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Name the source beside the properties that EC2 takes as they are."""
        source = next(name for name in _SOURCES if name in inputs)
        members = super().request(inputs, *names)
        return {**members, "ResourceIds": [inputs[source]], "ResourceType": _SOURCES[source]}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the source, which EC2 answers by its id alone."""
        return {f"{found['ResourceId'].partition('-')[0]}Id": found["ResourceId"]}
