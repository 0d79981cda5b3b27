"""``aws:ec2/securityGroup:SecurityGroup`` (docs/facts/aws-provider.md#security-group).

Inline rules are not supported: they conflict with the rule resources, which the
program uses.
"""

from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Existing,
    boolean,
    output,
    string,
)
from local.provider.tagging import Ec2Tagging
from local.provider.validators import length, pattern

GROUP_GONE = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound")
SECURITY_GROUP_TAGGING = Ec2Tagging(resource_type="security-group")
_REVOKED = ("InvalidPermission.NotFound",)
_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class SecurityGroup(OrdinaryResource):
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

    operations = Operations(
        service="ec2",
        create="create_security_group",
        made="GroupId",
        read="describe_security_groups",
        listed="GroupIds",
        found="SecurityGroups",
        delete="delete_security_group",
        gone=GROUP_GONE,
        key={"GroupId": "id"},
        tagging=SECURITY_GROUP_TAGGING,
    )

    def complete(self, aws: Aws, made: Existing) -> None:
        """Revoke the egress rule that EC2 adds to a new group."""
        aws.find(
            "ec2",
            "revoke_security_group_egress",
            _REVOKED,
            GroupId=made.id,
            IpPermissions=_ALL_EGRESS,
        )

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the group, and revoke its rules first if ``revokeRulesOnDelete`` is set."""
        if existing.state.get("revokeRulesOnDelete"):
            revoke_all(aws, existing.id)
        super().delete(aws, existing)


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
