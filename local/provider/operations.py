"""Ordinary resource types as data: their AWS calls, and how members and properties correspond.

A type that one call creates, one reads, one updates and one deletes needs a ``Property`` for each
of its properties (``local/provider/schema.py``) and an ``Operations`` record, and no code. What is
odd about a type is a method that it overrides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.schema import Change, Existing, ResourceType
from local.provider.tagging import Tagging
from local.provider.values import Props

ID = "id"


@dataclass(frozen=True, kw_only=True)
class Operations:
    """The AWS calls of a resource type.

    Attributes
    ----------
    service
        boto3's name of the service, such as ``ec2``.
    create, read, update, delete
        boto3's names of the operations. Without ``update``, only tags change in place.
    gone
        AWS's error codes for a resource that does not exist.
    made
        Path of the id in the answer to ``create``, such as ``RouteTable.RouteTableId``. Empty if
        ``id_of`` derives it from the inputs.
    found
        Path of the resource in the answer to ``read``. A list on the path stands for its first
        item; the resource does not exist if the list is empty.
    key
        The members that name the resource in ``update`` and ``delete``, with the properties that
        they come from; ``id`` is the resource's id.
    listed
        The member of ``read`` that takes a list of ids, if it is not ``key``.
    updates
        The properties that ``update`` takes; by default all that ``create`` takes.
    optional
        Properties that AWS's answer omits while they are unset.
    tagging
        The tag calls; ``None`` for a type without tags.
    """

    service: str
    create: str
    read: str
    delete: str
    update: str = ""
    gone: Collection[str]
    made: str = ""
    found: str = ""
    key: Mapping[str, str] = field(default_factory=dict[str, str])
    listed: str = ""
    updates: Collection[str] = ()
    optional: Collection[str] = ()
    tagging: Tagging | None = None


class OrdinaryResource(ResourceType):
    """A resource type whose calls are an ``Operations`` record."""

    operations: ClassVar[Operations]

    def create(self, aws: Aws, inputs: Props) -> str:
        """Call ``operations.create`` with the inputs."""
        calls = self.operations
        tags = calls.tagging.creation(inputs) if calls.tagging else {}
        answer = aws.call(calls.service, calls.create, **to_api(self.properties, inputs), **tags)
        return _at(answer, calls.made) if calls.made else self.id_of(inputs)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Call ``operations.read`` and translate the answer."""
        found = self.describe(aws, existing)
        if found is None:
            return None
        calls = self.operations
        return {
            **dict.fromkeys(calls.optional),
            **from_api(self.properties, found),
            **(calls.tagging.found(found) if calls.tagging else {}),
            **self.outputs(aws, existing, found),
        }

    def describe(self, aws: Aws, existing: Existing) -> Props | None:
        """Return the resource as ``operations.read`` answers; ``None`` if it does not exist."""
        calls = self.operations
        key = {calls.listed: [existing.id]} if calls.listed else self.key(existing)
        answer = aws.find(calls.service, calls.read, calls.gone, **key)
        return None if answer is None else _at(answer, calls.found)

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> Mapping[str, Any]:
        """Return the properties that need more than a translation of the answer."""
        del aws, existing, found
        return {}

    def update(self, aws: Aws, change: Change) -> None:
        """Call ``operations.update`` with the wanted inputs, then update the tags."""
        calls = self.operations
        if calls.update and set(change.names) - {"tags", "tagsAll"}:
            key = self.key(Existing(change.id, change.new))
            params = to_api(self.properties, change.new, *calls.updates)
            aws.call(calls.service, calls.update, **{**params, **key})
        if calls.tagging:
            calls.tagging.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Call ``operations.delete`` if the resource exists."""
        calls = self.operations
        if self.describe(aws, existing) is not None:
            aws.find(calls.service, calls.delete, calls.gone, **self.key(existing))

    def key(self, existing: Existing) -> dict[str, Any]:
        """Return the members that name the resource."""
        return {
            member: existing.id if name == ID else existing.state.get(name)
            for member, name in self.operations.key.items()
        }


def _at(answer: Props, path: str) -> Any:
    """Return what is at a path, or ``None`` behind an empty list."""
    value: Any = answer
    for name in filter(None, path.split(".")):
        value = value[name]
        if isinstance(value, list):
            value = next(iter(cast("list[Any]", value)), None)
        if value is None:
            return None
    return value
