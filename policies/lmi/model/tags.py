"""Tags, a map in pulumi-aws and a list of keys and values in aws-native."""

from collections.abc import Mapping
from typing import TypeAlias

from .access import Props, Reading, State, present
from .resource import Field, Named

Tags: TypeAlias = Mapping[str, Reading[str]]
"""Values by their keys."""


class Tagged(Named):
    """A resource with tags."""

    mapped_tags = Field(Props.nested, "tags")
    listed_tags = Field(Props.records, "tags")

    @property
    def tags(self) -> Reading[Tags]:
        """The tags of the resource itself."""
        return either_form(self.mapped_tags, self.listed_tags)


def either_form(
    mapped: Reading[Props], listed: Reading[tuple[Reading[Props], ...]]
) -> Reading[Tags]:
    """Return tags by their keys, from whichever of the two forms they have."""
    as_map = mapped.or_none()
    if as_map is not None:
        return present({key: as_map.text((key,)) for key in as_map.names()})
    if not listed.is_present:
        return Reading(State.ABSENT if mapped.is_absent else State.UNDECIDED)
    tags: dict[str, Reading[str]] = {}
    for entry in listed.or_none() or ():
        tag = entry.or_none()
        key = tag.text(("key",)).or_none() if tag else None
        if tag is None or key is None:
            return Reading(State.UNDECIDED)
        tags[key] = tag.text(("value",))
    return present(tags)
