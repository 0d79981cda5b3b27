"""Tags of Lambda resources, by ARN."""

from local.provider.aws import Aws
from local.provider.schema import Change


def update_tags(aws: Aws, change: Change) -> None:
    """Bring the tags of a resource to what is wanted."""
    if not change.touches("tags", "tagsAll"):
        return
    arn, new = change.old["arn"], change.new["tagsAll"]
    if gone := sorted(change.old.get("tagsAll", {}).keys() - new.keys()):
        aws.call("lambda", "untag_resource", Resource=arn, TagKeys=gone)
    if new:
        aws.call("lambda", "tag_resource", Resource=arn, Tags=new)
