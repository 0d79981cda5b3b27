"""What is odd about security groups and their rules."""

from collections.abc import Iterator
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import to_api
from local.provider.operations import OrdinaryResource
from local.provider.tagging import add_tags
from local.provider.values import UNKNOWN, Props, Value

_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class SecurityGroup(OrdinaryResource):
    """A security group without rules, which allows no traffic."""

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Revoke the egress rule that EC2 adds to a new group."""
        aws.find("ec2", "revoke_security_group_egress", GroupId=made.id, IpPermissions=_ALL_EGRESS)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the group, and revoke its rules first if ``revokeRulesOnDelete`` is set."""
        if existing.state.get("revokeRulesOnDelete"):
            _revoke_all(aws, existing.id)
        super().delete(aws, existing)


class DefaultSecurityGroup(OrdinaryResource):
    """The default security group of a VPC, adopted and without rules; the VPC keeps it."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Find the group of the VPC."""
        wanted = {"vpc-id": inputs["vpcId"], "group-name": "default"}
        filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        answer = aws.call("ec2", "describe_security_groups", Filters=filters)
        if not answer["SecurityGroups"]:
            raise ProviderError(f"the VPC {inputs['vpcId']} has no default security group")
        return answer["SecurityGroups"][0]["GroupId"]

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Revoke the group's rules, then tag it."""
        _revoke_all(aws, made.id)
        add_tags(aws, made.id, made.state["tagsAll"])


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


class SecurityGroupRule(OrdinaryResource):
    """A rule that allows ingress or egress."""

    def failures(self, inputs: Props) -> Iterator[schema.Failure]:
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

    def update(self, aws: Aws, change: schema.Change) -> None:
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
