"""``aws:ec2/vpcEndpoint:VpcEndpoint`` (docs/facts/aws-provider.md#vpc-endpoint)."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import to_api
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.choices import choice
from local.provider.resources.documents import document
from local.provider.tagging import Ec2Tagging
from local.provider.values import Props

_MEMBERS = {
    "routeTableIds": "RouteTableIds",
    "subnetIds": "SubnetIds",
    "securityGroupIds": "SecurityGroupIds",
}


def _unless_interface(_: schema.DiffKind, inputs: Props) -> bool:
    """Return whether a change of private DNS replaces: only for interface endpoints it does not."""
    return inputs["vpcEndpointType"] != "Interface"


class VpcEndpoint(OrdinaryResource):
    """A VPC endpoint of type Gateway or Interface."""

    pulumi_type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    properties = schema.regional(
        vpcId=schema.string(required=True, replaces=True),
        serviceName=schema.string(required=True, replaces=True),
        vpcEndpointType=choice("ec2", "VpcEndpointType", default="Gateway", replaces=True),
        policy=document(computed=True, member="PolicyDocument"),
        privateDnsEnabled=schema.boolean(computed=True, replaces=_unless_interface),
        routeTableIds=schema.unordered(computed=True),
        subnetIds=schema.unordered(computed=True),
        securityGroupIds=schema.unordered(computed=True),
        arn=schema.output(),
        cidrBlocks=schema.output(type=schema.ValueType.LIST),
        dnsEntries=schema.output(
            type=schema.ValueType.LIST,
            item=schema.block(fields={"dnsName": schema.output(), "hostedZoneId": schema.output()}),
        ),
        networkInterfaceIds=schema.output(type=schema.ValueType.SET),
        **schema.outputs("ownerId", "prefixListId"),
        requesterManaged=schema.output(type=schema.ValueType.BOOLEAN),
        state=schema.output(),
    )

    operations = Operations(
        service="ec2",
        create="create_vpc_endpoint",
        made="VpcEndpoint.VpcEndpointId",
        read="describe_vpc_endpoints",
        read_key={"VpcEndpointIds": "[id]"},
        found="VpcEndpoints",
        delete="delete_vpc_endpoints",
        delete_key={"VpcEndpointIds": "[id]"},
        derived={"arn": "arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}"},
        state="State",
        ready="available",
        ended=("deleted",),
        tagging=Ec2Tagging(resource_type="vpc-endpoint"),
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Disable private DNS unless it is wanted, which EC2 does not do by itself."""
        return {"PrivateDnsEnabled": False, **super().request(inputs, *names)}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the security groups, and the prefix list of a gateway endpoint."""
        return {
            "requesterManaged": found.get("RequesterManaged", False),
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
