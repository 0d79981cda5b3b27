"""The tag calls of AWS's services, as the tables of resource types describe them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.provider.aws import Aws
from local.provider.members import at, filled, from_pairs, to_pairs
from local.provider.schema import Change, Existing
from local.provider.values import Props


def ec2_tags(resource_type: str) -> dict[str, Any]:
    """Return the fields of ``Tagging`` for EC2, of a type such as ``route-table``."""
    return {
        "key": {"Resources": ["$id"]},
        "tag": "create_tags",
        "untag": "delete_tags",
        "pair": ("Key", "Value"),
        "created": {"TagSpecifications": [{"ResourceType": resource_type, "Tags": "$tags"}]},
        "removed": {"Tags": "$keys[].{Key: @}"},
    }


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a resource is tagged."""

    service: str
    key: Mapping[str, Any]
    """The members that name the resource, as in ``Operations``."""
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    listing: str = ""
    """The operation that lists the tags, if the answer about the resource does not contain them."""
    added: Mapping[str, Any] = field(default_factory=lambda: {"Tags": "$tags"})
    removed: Mapping[str, Any] = field(default_factory=lambda: {"TagKeys": "$keys"})
    """Further members of ``tag``, which gets all tags, and of ``untag``."""
    created: Mapping[str, Any] | None = None
    """Members of the creation, if they are not those of ``tag``."""
    listed: str = "Tags"
    """Path of the tags in the answer of ``listing``, or in the one about the resource."""
    pair: tuple[str, str] | None = None
    """The members with key and value of one tag in the list of tags; ``None`` if the service takes
    the tags as a map."""
    later: bool = False
    """Whether a resource is tagged once it exists."""

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return the members for the tags of a new resource."""
        tags = inputs["tagsAll"]
        if self.later or not tags:
            return {}
        return self._with_tags(self.added if self.created is None else self.created, tags)

    def read(self, aws: Aws, existing: Existing, answer: Props) -> dict[str, Any]:
        """Return the tags of a resource, with this answer about it."""
        if self.listing:
            answer = aws.find(self.service, self.listing, **self._key(existing)) or {}
        tags: Any = at(answer, self.listed) or {}
        return {"tagsAll": tags if self.pair is None else from_pairs(tags, self.pair)}

    def update(self, aws: Aws, change: Change) -> None:
        """Update the tags of a resource."""
        if not change.touches("tags", "tagsAll"):
            return
        existing, wanted = Existing(change.id, change.old), change.new["tagsAll"]
        if keys := sorted(change.old.get("tagsAll", {}).keys() - wanted.keys()):
            removed = filled(self.removed, {"keys": keys})
            aws.call(self.service, self.untag, **self._key(existing), **removed)
        self.add(aws, existing, wanted)

    def add(self, aws: Aws, existing: Existing, tags: Props) -> None:
        """Add tags to a resource, if there are any."""
        if tags:
            added = self._with_tags(self.added, tags)
            aws.call(self.service, self.tag, **self._key(existing), **added)

    def _key(self, existing: Existing) -> dict[str, Any]:
        return filled(self.key, {**existing.state, "id": existing.id})

    def _with_tags(self, members: Mapping[str, Any], tags: Props) -> dict[str, Any]:
        given = dict(tags) if self.pair is None else to_pairs(tags, self.pair)
        return filled(members, {"tags": given})
