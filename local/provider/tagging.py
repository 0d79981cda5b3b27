"""The tag calls of each AWS service, once for all of its resource types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.provider.aws import Aws
from local.provider.members import filled, from_pairs, to_pairs
from local.provider.schema import Change, Existing
from local.provider.values import Props


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service tags resources that exist."""

    service: str
    key: Mapping[str, Any]
    """The members that name the resource, as in ``Operations``."""
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    listing: str = ""
    """The operation that lists the tags, if the answer about the resource does not contain them."""
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
    later: bool = False
    """Whether a resource is tagged once it exists."""

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
        return {"tagsAll": from_pairs(tags, self.pair)}

    def update(self, aws: Aws, change: Change) -> None:
        """Update the tags of a resource."""
        if keys := change.removed_tags:
            removed = self._keys_to_api(keys)
            aws.call(self.service, self.untag, **self._key(change.id, change.old), **removed)
        self.add(aws, Existing(change.id, change.old), change.changed_tags)

    def add(self, aws: Aws, existing: Existing, tags: Props) -> None:
        """Add tags to a resource, if there are any."""
        if tags:
            key = self._key(existing.id, existing.state)
            aws.call(self.service, self.tag, **key, **{self.tags: self._to_api(tags)})

    def _key(self, resource_id: str, props: Props) -> dict[str, Any]:
        return filled(self.key, {**props, "id": resource_id})

    def _to_api(self, tags: Props) -> Any:
        return dict(tags) if self.pair is None else to_pairs(tags, self.pair)

    def _keys_to_api(self, keys: Sequence[str]) -> dict[str, Any]:
        return {self.keys: keys}


@dataclass(frozen=True, kw_only=True)
class Ec2Tagging(Tagging):
    """How EC2 tags resources, of a type such as ``route-table``."""

    key: Mapping[str, Any] = field(default_factory=lambda: {"Resources": ["$id"]})
    tag: str = "create_tags"
    untag: str = "delete_tags"
    pair: tuple[str, str] | None = ("Key", "Value")
    resource_type: str

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return the member with the tags of a new resource; ``None`` without tags."""
        tags = self._to_api(inputs["tagsAll"])
        specification = {"ResourceType": self.resource_type, "Tags": tags}
        return {"TagSpecifications": [specification] if tags else None}

    def _keys_to_api(self, keys: Sequence[str]) -> dict[str, Any]:
        return {"Tags": [{"Key": key} for key in keys]}
