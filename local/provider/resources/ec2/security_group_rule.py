"""``aws:vpc/securityGroupIngressRule`` and ``...EgressRule``.

Source: docs/facts/aws-provider.md#security-group-rule.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, ClassVar

from local.provider.aws import Aws
from local.provider.members import from_api
from local.provider.resources.ec2.arns import ec2_arn
from local.provider.resources.ec2.security_group import GROUP_GONE
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    Failure,
    ProviderFramework,
    ResourceType,
    integer,
    output,
    string,
    when_switched,
)
from local.provider.tagging import Ec2Tagging
from local.provider.validators import framework_between, framework_cidr
from local.provider.values import UNKNOWN, Props, Value

_TAGGING = Ec2Tagging(resource_type="security-group-rule")
_GONE = ("InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound", *GROUP_GONE)
_PEERS = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_PROTOCOL_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_PORTS_OPTIONAL = ("-1", "icmpv6")


def _protocol(value: Value) -> str:
    return _PROTOCOL_NUMBERS.get(str(value).lower(), str(value).lower())


def _same_protocol(old: Value, new: Value) -> bool:
    return _protocol(old) == _protocol(new)


def _one_peer(inputs: Props) -> Iterator[Failure]:
    named = [name for name in _PEERS if name in inputs]
    if len(named) != 1:
        yield (
            named[0] if named else _PEERS[0],
            "Invalid Attribute Combination. Exactly one of these attributes must be configured: "
            "[cidr_ipv4,cidr_ipv6,prefix_list_id,referenced_security_group_id]",
        )


def _ports_fit_protocol(inputs: Props) -> Iterator[Failure]:
    if inputs.get("ipProtocol") in (UNKNOWN, None):
        return
    protocol = _protocol(inputs["ipProtocol"])
    for name in ("fromPort", "toPort"):
        if protocol == "-1" and name in inputs:
            yield name, "Invalid Attribute Combination. No port goes with the protocol -1"
        if protocol not in _PORTS_OPTIONAL and name not in inputs:
            yield name, f"Invalid Attribute Combination. The protocol {protocol} needs this port"


class _SecurityGroupRule(ResourceType):
    """The base class of ingress and egress rules."""

    direction: ClassVar[str]
    framework = ProviderFramework.PLUGIN_FRAMEWORK
    properties = MappingProxyType(
        {
            "securityGroupId": string(required=True, replaces=True, member="GroupId"),
            "ipProtocol": string(required=True, same=_same_protocol),
            "fromPort": integer(validators=(framework_between(-1, 65535),)),
            "toPort": integer(validators=(framework_between(-1, 65535),)),
            "cidrIpv4": string(replaces=when_switched, validators=(framework_cidr,)),
            "cidrIpv6": string(replaces=when_switched, validators=(framework_cidr,)),
            "prefixListId": string(replaces=when_switched),
            "referencedSecurityGroupId": string(replaces=when_switched),
            "description": string(),
            "region": REGION,
            **TAGS,
            "arn": output(member="SecurityGroupRuleArn"),
            "securityGroupRuleId": output(),
        }
    )
    rules = (_one_peer, _ports_fit_protocol)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Authorize the rule."""
        created = aws.call(
            "ec2",
            f"authorize_security_group_{self.direction}",
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_permission(inputs)],
            **_TAGGING.creation(inputs),
        )
        return created["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the rule."""
        answer = aws.find(
            "ec2", "describe_security_group_rules", _GONE, SecurityGroupRuleIds=[existing.id]
        )
        if answer is None or not answer["SecurityGroupRules"]:
            return None
        rule = answer["SecurityGroupRules"][0]
        peer = rule.get("ReferencedGroupInfo", {}).get("GroupId")
        return {
            "arn": ec2_arn(aws, "security-group-rule", existing.id),
            **from_api(self.properties, rule),
            **({"referencedSecurityGroupId": peer} if peer else {}),
            **_TAGGING.found(rule),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Modify the rule. A change of its group or of the type of its peer replaces it instead."""
        if change.touches("ipProtocol", "fromPort", "toPort", "description", *_PEERS):
            aws.call(
                "ec2",
                "modify_security_group_rules",
                GroupId=change.new["securityGroupId"],
                SecurityGroupRules=[
                    {"SecurityGroupRuleId": change.id, "SecurityGroupRule": _rule(change.new)}
                ],
            )
        _TAGGING.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Revoke the rule."""
        aws.find(
            "ec2",
            f"revoke_security_group_{self.direction}",
            _GONE,
            GroupId=existing.state["securityGroupId"],
            SecurityGroupRuleIds=[existing.id],
        )


class SecurityGroupIngressRule(_SecurityGroupRule):
    """A rule that allows ingress."""

    pulumi_type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    direction = "ingress"


class SecurityGroupEgressRule(_SecurityGroupRule):
    """A rule that allows egress."""

    pulumi_type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    direction = "egress"


_PERMISSION_PEERS = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}
_RULE_PEERS = {
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "prefixListId": "PrefixListId",
    "referencedSecurityGroupId": "ReferencedGroupId",
}


def _protocol_and_ports(inputs: Props) -> dict[str, Any]:
    ports = {"FromPort": inputs.get("fromPort"), "ToPort": inputs.get("toPort")}
    given = {name: port for name, port in ports.items() if port is not None}
    return {"IpProtocol": _protocol(inputs["ipProtocol"]), **given}


def _described(inputs: Props) -> dict[str, Any]:
    return {"Description": inputs["description"]} if inputs.get("description") else {}


def _permission(inputs: Props) -> dict[str, Any]:
    """Return the rule as ``Authorize...`` takes it."""
    name = next(name for name in _PEERS if name in inputs)
    peers, member = _PERMISSION_PEERS[name]
    peer = {member: inputs[name], **_described(inputs)}
    return {**_protocol_and_ports(inputs), peers: [peer]}


def _rule(inputs: Props) -> dict[str, Any]:
    """Return the rule as ``ModifySecurityGroupRules`` takes it."""
    name = next(name for name in _PEERS if name in inputs)
    return {**_protocol_and_ports(inputs), _RULE_PEERS[name]: inputs[name], **_described(inputs)}
