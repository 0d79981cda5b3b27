"""Tags of Lambda resources, by ARN."""

from local.provider.aws import Aws
from local.provider.schema import Change


def update_tags(aws: Aws, change: Change) -> None:
    """Update the tags of a resource."""
    arn = change.old["arn"]
    if keys := change.removed_tags:
        aws.call("lambda", "untag_resource", Resource=arn, TagKeys=keys)
    if tags := change.changed_tags:
        aws.call("lambda", "tag_resource", Resource=arn, Tags=tags)
