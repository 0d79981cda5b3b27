"""``aws:ec2/securityGroup:SecurityGroup`` (docs/facts/aws-provider.md#security-group).

Inline rules are not supported: they conflict with the rule resources, which the
program uses.
"""

from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.ec2.tags import tag_specifications, tags_found, update_tags
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    ResourceType,
    boolean,
    output,
    string,
)
from local.provider.validators import length, pattern
from local.provider.values import Props

GROUP_GONE = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound")
_REVOKED = ("InvalidPermission.NotFound",)
_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class SecurityGroup(ResourceType):
    """A security group without rules, which allows no traffic."""

    pulumi_type = "aws:ec2/securityGroup:SecurityGroup"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "name": string(
                replaces=True,
                member="GroupName",
                validators=(
                    length(0, 255),
                    pattern("(?!sg-).*", "cannot begin with sg-"),
                ),
            ),
            "description": string(
                default="Managed by Pulumi",
                replaces=True,
                validators=(
                    length(0, 255),
                    pattern(r"[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*", "unsupported characters"),
                ),
            ),
            "vpcId": string(computed=True, replaces=True),
            "revokeRulesOnDelete": boolean(default=False, sent=False),
            "region": REGION,
            **TAGS,
            "arn": output(member="SecurityGroupArn"),
            "ownerId": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the group."""
        created = aws.call(
            "ec2",
            "create_security_group",
            **to_api(self.properties, inputs),
            TagSpecifications=tag_specifications("security-group", inputs),
        )
        return created["GroupId"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Revoke the egress rule that EC2 adds to a new group."""
        aws.find(
            "ec2",
            "revoke_security_group_egress",
            _REVOKED,
            GroupId=made.id,
            IpPermissions=_ALL_EGRESS,
        )

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the group."""
        answer = aws.find("ec2", "describe_security_groups", GROUP_GONE, GroupIds=[existing.id])
        if answer is None:
            return None
        group = answer["SecurityGroups"][0]
        return {**from_api(self.properties, group), **tags_found(group)}

    def update(self, aws: Aws, change: Change) -> None:
        """Change the tags."""
        update_tags(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the group, and revoke its rules first if ``revokeRulesOnDelete`` is set."""
        if existing.state.get("revokeRulesOnDelete"):
            revoke_all(aws, existing.id)
        aws.find("ec2", "delete_security_group", GROUP_GONE, GroupId=existing.id)


def revoke_all(aws: Aws, group_id: str) -> None:
    """Revoke every rule of a group."""
    answer = aws.call(
        "ec2",
        "describe_security_group_rules",
        Filters=[{"Name": "group-id", "Values": [group_id]}],
    )
    for rule in answer["SecurityGroupRules"]:
        direction = "egress" if rule["IsEgress"] else "ingress"
        aws.call(
            "ec2",
            f"revoke_security_group_{direction}",
            GroupId=group_id,
            SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]],
        )
