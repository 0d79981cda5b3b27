"""``aws:ec2/vpcEndpoint:VpcEndpoint`` (docs/facts/aws-provider.md#vpc-endpoint)."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import from_api, to_api
from local.provider.resources.documents import same_document
from local.provider.resources.ec2.arns import ec2_arn
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    DiffKind,
    Existing,
    ResourceType,
    ValueType,
    block,
    boolean,
    output,
    string,
    unordered,
)
from local.provider.tagging import Ec2Tagging
from local.provider.validators import json_document, one_of_enum
from local.provider.values import Props

_TAGGING = Ec2Tagging(resource_type="vpc-endpoint")
_GONE = ("InvalidVpcEndpointId.NotFound",)
_MEMBERS = {
    "routeTableIds": "RouteTableIds",
    "subnetIds": "SubnetIds",
    "securityGroupIds": "SecurityGroupIds",
}


def _unless_interface(_: DiffKind, inputs: Props) -> bool:
    """Return whether a change of private DNS replaces: only for interface endpoints it does not."""
    return inputs["vpcEndpointType"] != "Interface"


class VpcEndpoint(ResourceType):
    """A VPC endpoint of type Gateway or Interface."""

    pulumi_type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    properties = MappingProxyType(
        {
            "vpcId": string(required=True, replaces=True),
            "serviceName": string(required=True, replaces=True),
            "vpcEndpointType": string(
                default="Gateway",
                replaces=True,
                validators=(one_of_enum("ec2", "VpcEndpointType"),),
            ),
            "policy": string(
                computed=True,
                member="PolicyDocument",
                same=same_document,
                validators=(json_document,),
            ),
            "privateDnsEnabled": boolean(computed=True, replaces=_unless_interface),
            "routeTableIds": unordered(computed=True),
            "subnetIds": unordered(computed=True),
            "securityGroupIds": unordered(computed=True),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "cidrBlocks": output(type=ValueType.LIST),
            "dnsEntries": output(
                type=ValueType.LIST,
                item=block(fields={"dnsName": output(), "hostedZoneId": output()}),
            ),
            "networkInterfaceIds": output(type=ValueType.SET),
            "ownerId": output(),
            "prefixListId": output(),
            "requesterManaged": output(type=ValueType.BOOLEAN),
            "state": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the endpoint."""
        created = aws.call(
            "ec2",
            "create_vpc_endpoint",
            **{"PrivateDnsEnabled": False, **to_api(self.properties, inputs)},
            **_TAGGING.creation(inputs),
        )
        return created["VpcEndpoint"]["VpcEndpointId"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Wait until the endpoint is available."""
        aws.wait(f"{made.id} to become available", lambda: _is_available(aws, made.id))

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the endpoint, and the prefix list of a gateway endpoint."""
        endpoint = _describe(aws, existing.id)
        if endpoint is None:
            return None
        return {
            "requesterManaged": False,
            **from_api(self.properties, endpoint),
            **_TAGGING.found(endpoint),
            "securityGroupIds": [group["GroupId"] for group in endpoint.get("Groups", [])],
            "arn": ec2_arn(aws, "vpc-endpoint", existing.id),
            **_prefix_list(aws, endpoint),
        }

    def update(self, aws: Aws, change: Change) -> None:
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
        _TAGGING.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the endpoint and wait until it does not exist."""
        endpoint_id = existing.id
        if _describe(aws, endpoint_id) is None:
            return
        answer = aws.call("ec2", "delete_vpc_endpoints", VpcEndpointIds=[endpoint_id])
        for failure in answer.get("Unsuccessful", []):
            error = failure["Error"]
            raise ProviderError(f"ec2 DeleteVpcEndpoints: {error['Code']}: {error['Message']}")
        aws.wait(f"{endpoint_id} to be gone", lambda: _describe(aws, endpoint_id) is None)


def _describe(aws: Aws, endpoint_id: str) -> dict[str, Any] | None:
    answer = aws.find("ec2", "describe_vpc_endpoints", _GONE, VpcEndpointIds=[endpoint_id])
    endpoints: list[dict[str, Any]] = answer["VpcEndpoints"] if answer else []
    return next((entry for entry in endpoints if entry["State"] != "deleted"), None)


def _is_available(aws: Aws, endpoint_id: str) -> bool:
    endpoint = _describe(aws, endpoint_id)
    return endpoint is not None and endpoint["State"] == "available"


def _prefix_list(aws: Aws, endpoint: dict[str, Any]) -> dict[str, Any]:
    if endpoint["VpcEndpointType"] != "Gateway":
        return {"cidrBlocks": []}
    answer = aws.call(
        "ec2",
        "describe_prefix_lists",
        Filters=[{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}],
    )
    for prefix_list in answer["PrefixLists"]:
        if prefix_list["PrefixListName"] == endpoint["ServiceName"]:
            return {
                "prefixListId": prefix_list["PrefixListId"],
                "cidrBlocks": prefix_list.get("Cidrs", []),
            }
    return {"cidrBlocks": []}
