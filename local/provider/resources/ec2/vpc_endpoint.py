"""What is odd about VPC endpoints."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import to_api
from local.provider.operations import OrdinaryResource
from local.provider.values import Props

_MEMBERS = {
    "routeTableIds": "RouteTableIds",
    "subnetIds": "SubnetIds",
    "securityGroupIds": "SecurityGroupIds",
}


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
        for name, member in _MEMBERS.items():
            if change.touches(name):
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
