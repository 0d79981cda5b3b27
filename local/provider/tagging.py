"""The tag calls of each AWS service, once for all of its resource types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.provider.aws import Aws
from local.provider.schema import Change
from local.provider.values import Props


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service tags resources that exist."""

    service: str
    resource: str
    by_id: bool = False
    """The member that names the resource, and whether by its id, or else its ARN."""
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    listing: str = ""
    """The operation that lists the tags, if the answer about the resource does not contain them."""
    members: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further members that name the resource."""
    tags: str = "Tags"
    keys: str = "TagKeys"
    """The members with the tags, and with the keys that are removed."""
    created: str = ""
    listed: str = ""
    """The members with the tags in the creation, and in the answer of ``listing``, if they have
    other names there."""
    pair: tuple[str, str] | None = None
    """The members with key and value of one tag in the list of tags; ``None`` if the service takes
    the tags as a map."""

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return the member with the tags of a new resource; ``None`` without tags."""
        return {self.created or self.tags: self._to_api(inputs["tagsAll"]) or None}

    def read(self, aws: Aws, resource_id: str, props: Props, answer: Props) -> dict[str, Any]:
        """Return the tags of a resource with these properties, and this answer about it."""
        if self.listing:
            answer = aws.call(self.service, self.listing, **self._key(resource_id, props))
        tags: Any = answer.get(self.listed or self.tags) or {}
        if self.pair is None:
            return {"tagsAll": tags}
        key, value = self.pair
        return {"tagsAll": {tag[key]: tag[value] for tag in tags}}

    def update(self, aws: Aws, change: Change) -> None:
        """Update the tags of a resource."""
        key = self._key(change.id, change.old)
        if keys := change.removed_tags:
            aws.call(self.service, self.untag, **key, **{self.keys: keys})
        if tags := change.changed_tags:
            aws.call(self.service, self.tag, **key, **{self.tags: self._to_api(tags)})

    def _key(self, resource_id: str, props: Props) -> dict[str, str]:
        return {**self.members, self.resource: resource_id if self.by_id else props["arn"]}

    def _to_api(self, tags: Props) -> Any:
        if self.pair is None:
            return dict(tags)
        key, value = self.pair
        return [{key: name, value: text} for name, text in tags.items()]


@dataclass(frozen=True, kw_only=True)
class Ec2Tagging(Tagging):
    """How EC2 tags resources, of a type such as ``route-table``."""

    service: str = "ec2"
    resource: str = "Resources"
    pair: tuple[str, str] | None = ("Key", "Value")
    resource_type: str

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return the member with the tags of a new resource; ``None`` without tags."""
        tags = self._to_api(inputs["tagsAll"])
        specification = {"ResourceType": self.resource_type, "Tags": tags}
        return {"TagSpecifications": [specification] if tags else None}

    def update(self, aws: Aws, change: Change) -> None:
        """Update the tags of a resource."""
        if keys := change.removed_tags:
            gone = [{"Key": key} for key in keys]
            aws.call("ec2", "delete_tags", Resources=[change.id], Tags=gone)
        add_tags(aws, change.id, change.changed_tags)


def add_tags(aws: Aws, resource_id: str, tags: Props) -> None:
    """Add tags to a resource of EC2, if there are any."""
    if tags:
        wanted = [{"Key": key, "Value": value} for key, value in tags.items()]
        aws.call("ec2", "create_tags", Resources=[resource_id], Tags=wanted)
