"""``aws:ec2/defaultSecurityGroup:DefaultSecurityGroup``.

Source: docs/facts/aws-provider.md#default-security-group.

Inline rules are not supported: the program removes all rules and adds none.
"""

from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import from_api
from local.provider.resources.ec2.security_group import (
    GROUP_GONE,
    SECURITY_GROUP_TAGGING,
    revoke_all,
)
from local.provider.schema import REGION, TAGS, Change, Existing, ResourceType, output, string
from local.provider.tagging import tag_list
from local.provider.values import Props


class DefaultSecurityGroup(ResourceType):
    """The default security group of a VPC, adopted and without rules."""

    pulumi_type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    properties = MappingProxyType(
        {
            "vpcId": string(computed=True, replaces=True),
            "region": REGION,
            **TAGS,
            "arn": output(member="SecurityGroupArn"),
            "description": output(),
            "name": output(member="GroupName"),
            "ownerId": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Find the group of the VPC."""
        vpc_id = inputs["vpcId"]
        answer = aws.call(
            "ec2",
            "describe_security_groups",
            Filters=[
                {"Name": "vpc-id", "Values": [vpc_id]},
                {"Name": "group-name", "Values": ["default"]},
            ],
        )
        if not answer["SecurityGroups"]:
            raise ProviderError(f"the VPC {vpc_id} has no default security group")
        return answer["SecurityGroups"][0]["GroupId"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Revoke the group's rules, then tag it."""
        revoke_all(aws, made.id)
        if tags := tag_list(made.state["tagsAll"]):
            aws.call("ec2", "create_tags", Resources=[made.id], Tags=tags)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the group."""
        answer = aws.find("ec2", "describe_security_groups", GROUP_GONE, GroupIds=[existing.id])
        if answer is None:
            return None
        group = answer["SecurityGroups"][0]
        return {**from_api(self.properties, group), **SECURITY_GROUP_TAGGING.found(group)}

    def update(self, aws: Aws, change: Change) -> None:
        """Change the tags."""
        SECURITY_GROUP_TAGGING.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Do nothing: the group is deleted with its VPC."""
