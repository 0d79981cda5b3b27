"""What is odd about EC2's networks, their gateways, endpoints and security groups."""

from collections.abc import Iterator
from typing import Any

from local.provider.aws import Aws, ProviderError
from local.provider.operations import ResourceType
from local.provider.schema import Existing, Failure
from local.provider.values import UNKNOWN, Props, Value

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


class SecurityGroup(ResourceType):
    """A security group without rules, which allows no traffic."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Revoke the rules that EC2 adds to a group, then tag it."""
        filters = [{"Name": "group-id", "Values": [made.id]}]
        answer = aws.call("ec2", "describe_security_group_rules", Filters=filters)
        for rule in answer["SecurityGroupRules"]:
            direction = "egress" if rule["IsEgress"] else "ingress"
            named = {"GroupId": made.id, "SecurityGroupRuleIds": [rule["SecurityGroupRuleId"]]}
            aws.call("ec2", f"revoke_security_group_{direction}", **named)
        super().complete(aws, made)


class DefaultSecurityGroup(SecurityGroup):
    """The default security group of a VPC, adopted and without rules; the VPC keeps it."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Find the group of the VPC."""
        wanted = {"vpc-id": inputs["vpcId"], "group-name": "default"}
        filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        answer = aws.call("ec2", "describe_security_groups", Filters=filters)
        if not answer["SecurityGroups"]:
            raise ProviderError(f"the VPC {inputs['vpcId']} has no default security group")
        return answer["SecurityGroups"][0]["GroupId"]


_PROTOCOL_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_PORTS_OPTIONAL = ("-1", "icmpv6")


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

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return no port where the program may give none and does, for which EC2 answers -1."""
        is_optional = _protocol(found["IpProtocol"]) in _PORTS_OPTIONAL
        ports = {"fromPort": found.get("FromPort"), "toPort": found.get("ToPort")}
        return {
            name: None
            for name, port in ports.items()
            if is_optional and port == -1 and existing.state.get(name) is None
        }
