"""Tags of EC2 resources."""

from typing import Any

from local.provider.aws import Aws
from local.provider.resources.tags import tag_list, tag_map
from local.provider.schema import Change
from local.provider.values import Props


def tag_specifications(resource_type: str, inputs: Props) -> list[dict[str, Any]] | None:
    """Return the ``TagSpecifications`` with which a resource is created; ``None`` without tags."""
    tags = tag_list(inputs["tagsAll"])
    return [{"ResourceType": resource_type, "Tags": tags}] if tags else None


def tags_found(answer: Props) -> dict[str, Any]:
    """Return the tags in an answer of EC2."""
    return {"tagsAll": tag_map(answer.get("Tags", []))}


def update_tags(aws: Aws, change: Change) -> None:
    """Update the tags of a resource."""
    if keys := change.removed_tags:
        gone = [{"Key": key} for key in keys]
        aws.call("ec2", "delete_tags", Resources=[change.id], Tags=gone)
    if tags := change.changed_tags:
        aws.call("ec2", "create_tags", Resources=[change.id], Tags=tag_list(tags))
