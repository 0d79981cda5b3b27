"""The tag calls of each AWS service, once for all of its resource types."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.provider.aws import Aws
from local.provider.schema import Change
from local.provider.values import Props


def tag_list(tags: Props) -> list[dict[str, str]]:
    """Return tags as the lists that EC2, IAM, SNS and CloudWatch take."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_map(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return such a list as a map."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def kms_tag_list(tags: Props) -> list[dict[str, str]]:
    """Return tags as KMS takes them."""
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service tags resources that exist.

    Attributes
    ----------
    service
        boto3's name of the service.
    resource
        The member that names the resource.
    by_id
        Whether that is the id, or else the ARN.
    tag, untag
        The operations.
    tags, keys
        The members with the tags, and with the keys that are removed.
    to_api
        Turns a map of tags into the member.
    """

    service: str
    resource: str
    by_id: bool = False
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    to_api: Callable[[Props], Any] = dict

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return the member with the tags of a new resource; ``None`` without tags."""
        return {self.tags: self.to_api(inputs["tagsAll"]) or None}

    def found(self, answer: Props) -> dict[str, Any]:
        """Return the tags in an answer about a resource."""
        tags: Any = answer.get(self.tags) or {}
        is_list = self.to_api is not dict
        return {"tagsAll": tag_map(tags) if is_list else tags}

    def update(self, aws: Aws, change: Change) -> None:
        """Update the tags of a resource."""
        key = {self.resource: change.id if self.by_id else change.old["arn"]}
        if keys := change.removed_tags:
            aws.call(self.service, self.untag, **key, **{self.keys: keys})
        if tags := change.changed_tags:
            aws.call(self.service, self.tag, **key, **{self.tags: self.to_api(tags)})


@dataclass(frozen=True, kw_only=True)
class Ec2Tagging(Tagging):
    """How EC2 tags resources.

    Attributes
    ----------
    resource_type
        EC2's name of the resource type, such as ``route-table``.
    """

    service: str = "ec2"
    resource: str = "Resources"
    to_api: Callable[[Props], Any] = tag_list
    resource_type: str

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return the member with the tags of a new resource; ``None`` without tags."""
        tags = tag_list(inputs["tagsAll"])
        specification = {"ResourceType": self.resource_type, "Tags": tags}
        return {"TagSpecifications": [specification] if tags else None}

    def update(self, aws: Aws, change: Change) -> None:
        """Update the tags of a resource."""
        if keys := change.removed_tags:
            gone = [{"Key": key} for key in keys]
            aws.call("ec2", "delete_tags", Resources=[change.id], Tags=gone)
        if tags := change.changed_tags:
            aws.call("ec2", "create_tags", Resources=[change.id], Tags=tag_list(tags))


API_GATEWAY = Tagging(service="apigateway", resource="resourceArn", tags="tags", keys="tagKeys")
API_GATEWAY_V2 = Tagging(service="apigatewayv2", resource="ResourceArn")
CLOUDWATCH = Tagging(service="cloudwatch", resource="ResourceARN", to_api=tag_list)
IAM_ROLE = Tagging(
    service="iam",
    resource="RoleName",
    by_id=True,
    tag="tag_role",
    untag="untag_role",
    to_api=tag_list,
)
KMS = Tagging(service="kms", resource="KeyId", by_id=True, to_api=kms_tag_list)
LAMBDA = Tagging(service="lambda", resource="Resource")
LOGS = Tagging(service="logs", resource="resourceArn", tags="tags", keys="tagKeys")
SNS = Tagging(service="sns", resource="ResourceArn", to_api=tag_list)
