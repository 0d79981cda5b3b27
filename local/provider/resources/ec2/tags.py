"""Tags of EC2 resources, which have calls of their own."""

from typing import Any

from local.provider.aws import Aws
from local.provider.schema import Change
from local.provider.values import Props


def tag_specifications(resource_type: str, inputs: Props) -> list[dict[str, Any]] | None:
    """Give the `TagSpecifications` with which a resource is created; `None` without tags."""
    tags = _pairs(inputs["tagsAll"])
    return [{"ResourceType": resource_type, "Tags": tags}] if tags else None


def tags_found(answer: Props) -> dict[str, Any]:
    """Give the tags that EC2 says a resource has."""
    return {"tagsAll": {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}}


def update_tags(aws: Aws, change: Change) -> None:
    """Bring the tags of a resource to what is wanted."""
    if not change.touches("tags", "tagsAll"):
        return
    old, new = change.old.get("tagsAll", {}), change.new["tagsAll"]
    if gone := [{"Key": key} for key in old.keys() - new.keys()]:
        aws.call("ec2", "delete_tags", Resources=[change.id], Tags=gone)
    if new:
        aws.call("ec2", "create_tags", Resources=[change.id], Tags=_pairs(new))


def _pairs(tags: Props) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
