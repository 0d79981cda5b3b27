"""What is odd about EC2's networks, their gateways, endpoints and security groups."""

import zlib
from collections.abc import Iterator
from typing import Any

from local.provider.aws import Aws, ProviderError
from local.provider.members import to_api
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing, Failure, keys_of
from local.provider.values import UNKNOWN, Props, Value


class RouteTableAssociation(ResourceType):
    """The use of a route table by a subnet or a gateway.

    With another route table the association gets a new id, which Pulumi cannot follow. So it is
    found by its subnet or gateway, never by its id.
    """

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take ``subnet/route table`` or ``gateway/route table``."""
        source, table_id = keys_of("source/routeTableId", import_id).values()
        state = {"subnetId" if source.startswith("subnet-") else "gatewayId": source}
        found = self.describe(aws, Existing("", state))
        if found is None or found["RouteTableId"] != table_id:
            raise ProviderError(f"no association found for {import_id}")
        return Existing(found["RouteTableAssociationId"], state)

    def update(self, aws: Aws, change: Change) -> None:
        """Move the subnet or gateway to another route table."""
        found = self.describe(aws, Existing(change.id, change.old))
        if found is None:
            raise ProviderError(f"the association {change.id} no longer exists; refresh first")
        aws.call(
            "ec2",
            "replace_route_table_association",
            AssociationId=found["RouteTableAssociationId"],
            RouteTableId=change.new["routeTableId"],
        )


_PARTS = ("routeTableIds", "subnetIds", "securityGroupIds")
"""What EC2 adds to an endpoint and removes from it one by one."""


class VpcEndpoint(ResourceType):
    """A VPC endpoint of type Gateway or Interface."""

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the prefix list of a gateway endpoint."""
        lists: list[Props] = []
        if found["VpcEndpointType"] == "Gateway":
            filters = [{"Name": "prefix-list-name", "Values": [found["ServiceName"]]}]
            lists = aws.call("ec2", "describe_prefix_lists", Filters=filters)["PrefixLists"]
        listed = {"prefixListId": lists[0]["PrefixListId"]} if lists else {}
        return {**listed, "cidrBlocks": lists[0].get("Cidrs", []) if lists else []}

    def update(self, aws: Aws, change: Change) -> None:
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


_SOURCES = {"eniId": "NetworkInterface", "subnetId": "Subnet", "vpcId": "VPC"}


class FlowLog(ResourceType):
    """A flow log."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Name the source beside the properties that EC2 takes as they are."""
        source = next(name for name in _SOURCES if name in inputs)
        members = super().request(inputs, *names)
        return {**members, "ResourceIds": [inputs[source]], "ResourceType": _SOURCES[source]}


class InternetGateway(ResourceType):
    """An internet gateway, attached to a VPC."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Attach the gateway to the VPC, unless it is attached already."""
        self._attach(aws, made)

    def update(self, aws: Aws, change: Change) -> None:
        """Move the gateway to another VPC, and update the tags."""
        if change.touches("vpcId"):
            self._attach(aws, change.wanted)
        super().update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Detach and delete the gateway."""
        self._attach(aws, Existing(existing.id, {}))
        super().delete(aws, existing)

    def _attach(self, aws: Aws, wanted: Existing) -> None:
        """Attach the gateway to the wanted VPC alone, or to none."""
        found, key = self.describe(aws, wanted) or {}, self.key(wanted)
        attached = {each["VpcId"] for each in found.get("Attachments", [])}
        wanted_vpc = {wanted.state["vpcId"]} if wanted.state.get("vpcId") else set[str]()
        for vpc_id in attached - wanted_vpc:
            aws.call("ec2", "detach_internet_gateway", **key, VpcId=vpc_id)
        for vpc_id in wanted_vpc - attached:
            aws.call("ec2", "attach_internet_gateway", **key, VpcId=vpc_id)


class Eip(ResourceType):
    """An elastic IP address. Other resources associate it."""

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the public host name, which the real provider derives from the address."""
        zone = "compute-1" if aws.region == "us-east-1" else f"{aws.region}.compute"
        return {"publicDns": f"ec2-{found['PublicIp'].replace('.', '-')}.{zone}.amazonaws.com"}


_OF_A_SUBNET = ("allocationId", "associationId", "networkInterfaceId", "privateIp", "publicIp")


class NatGateway(ResourceType):
    """A NAT gateway, of one subnet or of all zones of a VPC (``availabilityMode: regional``).

    moto has no regional NAT gateways, so a regional one is in any subnet of its VPC there.
    """

    def failures(self, inputs: Props) -> Iterator[Failure]:
        """Demand the VPC of a regional gateway."""
        if inputs.get("availabilityMode") == "regional" and "vpcId" not in inputs:
            yield "vpcId", '"vpc_id": required when availability_mode is regional'

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the gateway, a regional one in any subnet."""
        if inputs.get("availabilityMode") == "regional":
            inputs = {**inputs, "subnetId": _any_subnet(aws, inputs["vpcId"])}
        return super().create(aws, inputs)

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the mode, and no address of a regional gateway."""
        mode = existing.state.get("availabilityMode") or "zonal"
        addresses = dict.fromkeys(("subnetId", *_OF_A_SUBNET)) if mode == "regional" else {}
        return {"availabilityMode": mode, **addresses}

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the gateway, and its network interface and association, which moto leaves."""
        addresses: list[Props] = (self.describe(aws, existing) or {}).get("NatGatewayAddresses", [])
        super().delete(aws, existing)
        for address in addresses:
            if association := address.get("AssociationId"):
                aws.find("ec2", "disassociate_address", AssociationId=association)
            interface = address["NetworkInterfaceId"]
            aws.find("ec2", "delete_network_interface", NetworkInterfaceId=interface)


def _any_subnet(aws: Aws, vpc_id: str) -> str:
    """Return the id of a subnet of a VPC; the program may be creating it at the same time."""
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}]

    def subnets() -> list[Props]:
        return aws.call("ec2", "describe_subnets", Filters=filters)["Subnets"]

    what = f"a subnet in {vpc_id}, where the local AWS puts the NAT gateway"
    return aws.wait(what, subnets, 60)[0]["SubnetId"]


_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


class Route(ResourceType):
    """A route of a route table. Its id is ``r-``, the table's id and a hash of the destination."""

    def id_of(self, keys: Props) -> str:
        """Return the id that the real provider derives from table and destination."""
        destination = next(keys[name] for name in _DESTINATIONS if keys.get(name))
        return f"r-{keys['routeTableId']}{zlib.crc32(destination.encode())}"

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Parse ``table_destination``."""
        route_table, _, destination = import_id.partition("_")
        if not destination:
            raise ProviderError(
                f"unexpected format of ID ({import_id}), expected ROUTETABLEID_DESTINATION"
            )
        if destination.startswith("pl-"):
            name = "destinationPrefixListId"
        else:
            name = "destinationIpv6CidrBlock" if ":" in destination else "destinationCidrBlock"
        keys = {"routeTableId": route_table, name: destination}
        return Existing(self.id_of(keys), keys)


_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class SecurityGroup(ResourceType):
    """A security group without rules, which allows no traffic."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Revoke the egress rule that EC2 adds to a new group."""
        aws.find("ec2", "revoke_security_group_egress", GroupId=made.id, IpPermissions=_ALL_EGRESS)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the group, and revoke its rules first if ``revokeRulesOnDelete`` is set."""
        if existing.state.get("revokeRulesOnDelete"):
            _revoke_all(aws, existing.id)
        super().delete(aws, existing)


class DefaultSecurityGroup(ResourceType):
    """The default security group of a VPC, adopted and without rules; the VPC keeps it."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Find the group of the VPC."""
        wanted = {"vpc-id": inputs["vpcId"], "group-name": "default"}
        filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        answer = aws.call("ec2", "describe_security_groups", Filters=filters)
        if not answer["SecurityGroups"]:
            raise ProviderError(f"the VPC {inputs['vpcId']} has no default security group")
        return answer["SecurityGroups"][0]["GroupId"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Revoke the group's rules, then tag it."""
        _revoke_all(aws, made.id)
        super().complete(aws, made)


def _revoke_all(aws: Aws, group_id: str) -> None:
    """Revoke every rule of a group."""
    filters = [{"Name": "group-id", "Values": [group_id]}]
    answer = aws.call("ec2", "describe_security_group_rules", Filters=filters)
    for rule in answer["SecurityGroupRules"]:
        direction = "egress" if rule["IsEgress"] else "ingress"
        aws.call(
            "ec2",
            f"revoke_security_group_{direction}",
            GroupId=group_id,
            SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]],
        )


_PROTOCOL_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_PORTS_OPTIONAL = ("-1", "icmpv6")
_PEERS = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}
"""The peers of a rule, with the members for them in a permission of its group."""


def _protocol(value: Value) -> str:
    return _PROTOCOL_NUMBERS.get(str(value).lower(), str(value).lower())


def same_protocol(old: Value, new: Value) -> bool:
    """Return whether two names or numbers mean the same protocol."""
    return _protocol(old) == _protocol(new)


class SecurityGroupRule(ResourceType):
    """A rule that allows ingress or egress."""

    def failures(self, inputs: Props) -> Iterator[Failure]:
        """Demand the ports that the protocol has, and no others."""
        if inputs.get("ipProtocol") in (UNKNOWN, None):
            return
        protocol = _protocol(inputs["ipProtocol"])
        for name in ("fromPort", "toPort"):
            if protocol == "-1" and name in inputs:
                yield name, "Invalid Attribute Combination. No port goes with the protocol -1"
            if protocol not in _PORTS_OPTIONAL and name not in inputs:
                message = f"The protocol {protocol} needs this port"
                yield name, f"Invalid Attribute Combination. {message}"

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the rule as a permission of its group."""
        name = next(name for name in _PEERS if name in inputs)
        peers, member = _PEERS[name]
        peer = {member: inputs[name], **to_api(self.properties, inputs, "description")}
        permission = {**self._members(inputs, "fromPort", "toPort"), peers: [peer]}
        return {"GroupId": inputs["securityGroupId"], "IpPermissions": [permission]}

    def update(self, aws: Aws, change: Change) -> None:
        """Modify the rule. A change of its group or of the type of its peer replaces it instead."""
        names = ("fromPort", "toPort", "description", *_PEERS)
        if change.touches("ipProtocol", *names):
            rule = self._members(change.new, *names)
            aws.call(
                "ec2",
                "modify_security_group_rules",
                GroupId=change.new["securityGroupId"],
                SecurityGroupRules=[{"SecurityGroupRuleId": change.id, "SecurityGroupRule": rule}],
            )
        super().update(aws, change)

    def _members(self, inputs: Props, *names: str) -> dict[str, Any]:
        protocol = _protocol(inputs["ipProtocol"])
        return {"IpProtocol": protocol, **to_api(self.properties, inputs, *names)}
