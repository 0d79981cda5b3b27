"""Security groups and their rules.

Source: docs/facts/aws-provider.md#security-group,
docs/facts/aws-provider.md#default-security-group, docs/facts/aws-provider.md#security-group-rule.

Inline rules are not supported: they conflict with the rule resources, which the program uses.
"""

from collections.abc import Iterator
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.operations import Operations, OrdinaryResource
from local.provider.tagging import Ec2Tagging
from local.provider.validators import framework_between, framework_cidr, length, pattern
from local.provider.values import UNKNOWN, Props, Value

_TAGGING = Ec2Tagging(resource_type="security-group")
_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class SecurityGroup(OrdinaryResource):
    """A security group without rules, which allows no traffic."""

    pulumi_type = "aws:ec2/securityGroup:SecurityGroup"
    auto_name = schema.AutoName()
    properties = schema.regional(
        name=schema.string(
            replaces=True,
            member="GroupName",
            validators=(length(0, 255), pattern("(?!sg-).*", "cannot begin with sg-")),
        ),
        description=schema.string(
            default="Managed by Pulumi",
            replaces=True,
            validators=(
                length(0, 255),
                pattern(r"[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*", "unsupported characters"),
            ),
        ),
        vpcId=schema.string(computed=True, replaces=True),
        revokeRulesOnDelete=schema.boolean(default=False, sent=False),
        arn=schema.output(member="SecurityGroupArn"),
        ownerId=schema.output(),
    )
    operations = Operations(
        service="ec2",
        create="create_security_group",
        made="GroupId",
        read="describe_security_groups",
        read_key={"GroupIds": "[id]"},
        found="SecurityGroups",
        delete="delete_security_group",
        key={"GroupId": "id"},
        tagging=_TAGGING,
    )

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Revoke the egress rule that EC2 adds to a new group."""
        aws.find("ec2", "revoke_security_group_egress", GroupId=made.id, IpPermissions=_ALL_EGRESS)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the group, and revoke its rules first if ``revokeRulesOnDelete`` is set."""
        if existing.state.get("revokeRulesOnDelete"):
            _revoke_all(aws, existing.id)
        super().delete(aws, existing)


class DefaultSecurityGroup(OrdinaryResource):
    """The default security group of a VPC, adopted and without rules."""

    pulumi_type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    properties = schema.regional(
        vpcId=schema.string(computed=True, replaces=True),
        arn=schema.output(member="SecurityGroupArn"),
        description=schema.output(),
        name=schema.output(member="GroupName"),
        ownerId=schema.output(),
    )
    operations = Operations(
        service="ec2",
        read="describe_security_groups",
        read_key={"GroupIds": "[id]"},
        found="SecurityGroups",
        tagging=_TAGGING,
    )

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
        _TAGGING.add(aws, made.id, made.state["tagsAll"])

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Do nothing: the group is deleted with its VPC."""


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


_PEERS = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_PROTOCOL_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_PORTS_OPTIONAL = ("-1", "icmpv6")


def _protocol(value: Value) -> str:
    return _PROTOCOL_NUMBERS.get(str(value).lower(), str(value).lower())


def _same_protocol(old: Value, new: Value) -> bool:
    return _protocol(old) == _protocol(new)


def _one_peer(inputs: Props) -> Iterator[schema.Failure]:
    named = [name for name in _PEERS if name in inputs]
    if len(named) != 1:
        yield (
            named[0] if named else _PEERS[0],
            "Invalid Attribute Combination. Exactly one of these attributes must be configured: "
            "[cidr_ipv4,cidr_ipv6,prefix_list_id,referenced_security_group_id]",
        )


def _ports_fit_protocol(inputs: Props) -> Iterator[schema.Failure]:
    if inputs.get("ipProtocol") in (UNKNOWN, None):
        return
    protocol = _protocol(inputs["ipProtocol"])
    for name in ("fromPort", "toPort"):
        if protocol == "-1" and name in inputs:
            yield name, "Invalid Attribute Combination. No port goes with the protocol -1"
        if protocol not in _PORTS_OPTIONAL and name not in inputs:
            yield name, f"Invalid Attribute Combination. The protocol {protocol} needs this port"


class _SecurityGroupRule(OrdinaryResource):
    """The base class of ingress and egress rules."""

    framework = schema.ProviderFramework.PLUGIN_FRAMEWORK
    properties = schema.regional(
        securityGroupId=schema.string(required=True, replaces=True, member="GroupId"),
        ipProtocol=schema.string(required=True, same=_same_protocol),
        fromPort=schema.integer(validators=(framework_between(-1, 65535),)),
        toPort=schema.integer(validators=(framework_between(-1, 65535),)),
        cidrIpv4=schema.string(replaces=schema.when_switched, validators=(framework_cidr,)),
        cidrIpv6=schema.string(replaces=schema.when_switched, validators=(framework_cidr,)),
        prefixListId=schema.string(replaces=schema.when_switched),
        referencedSecurityGroupId=schema.string(replaces=schema.when_switched),
        description=schema.string(),
        **schema.outputs("arn", "securityGroupRuleId"),
    )
    rules = (_one_peer, _ports_fit_protocol)

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the rule as a permission of its group."""
        return {"GroupId": inputs["securityGroupId"], "IpPermissions": [_permission(inputs)]}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the group that the rule refers to, if it refers to one."""
        peer = found.get("ReferencedGroupInfo", {}).get("GroupId")
        return {"referencedSecurityGroupId": peer} if peer else {}

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Modify the rule. A change of its group or of the type of its peer replaces it instead."""
        if change.touches("ipProtocol", "fromPort", "toPort", "description", *_PEERS):
            rule = {"SecurityGroupRuleId": change.id, "SecurityGroupRule": _rule(change.new)}
            aws.call(
                "ec2",
                "modify_security_group_rules",
                GroupId=change.new["securityGroupId"],
                SecurityGroupRules=[rule],
            )
        super().update(aws, change)


def _operations(direction: str) -> Operations:
    return Operations(
        service="ec2",
        create=f"authorize_security_group_{direction}",
        made="SecurityGroupRules.SecurityGroupRuleId",
        read="describe_security_group_rules",
        read_key={"SecurityGroupRuleIds": "[id]"},
        found="SecurityGroupRules",
        delete=f"revoke_security_group_{direction}",
        key={"GroupId": "securityGroupId", "SecurityGroupRuleIds": "[id]"},
        derived={"arn": "arn:{partition}:ec2:{region}:{account}:security-group-rule/{id}"},
        tagging=Ec2Tagging(resource_type="security-group-rule"),
    )


class SecurityGroupIngressRule(_SecurityGroupRule):
    """A rule that allows ingress."""

    pulumi_type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    operations = _operations("ingress")


class SecurityGroupEgressRule(_SecurityGroupRule):
    """A rule that allows egress."""

    pulumi_type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    operations = _operations("egress")


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
