"""Resource types as data: their AWS calls, and how members and properties correspond.

A type that one call creates, one reads, one updates and one deletes is an entry in a table
(``local/provider/tables.py``), and no code. What is odd about a type is a method that it overrides.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from local.account import ACCOUNT_ID
from local.provider.aws import Aws, ProviderError, region
from local.provider.members import at, filled, found_value, from_api, to_api
from local.provider.schema import (
    AutoName,
    Change,
    Existing,
    Failure,
    Property,
    is_absent,
    keys_of,
    snake_case,
)
from local.provider.tagging import Tagging
from local.provider.values import Props

Members = Mapping[str, Any]
"""Members of a call, with ``$`` and a path where the value of a property goes, or the resource's
``$id`` or ``$id_end``."""


_IN_USE_SECONDS = 3


@dataclass(frozen=True, kw_only=True)
class Setter:
    """The calls that set one property which neither ``create`` nor ``update`` takes.

    ``unset`` is for no value, false and the property's default; without it, ``set`` takes these
    too. Without ``set``, ``create`` and ``update`` take the other values. Beside the members, in
    which ``$value`` is the value, they have those of ``Operations.key``.
    """

    set: str = ""
    unset: str = ""
    members: Members = field(default_factory=dict[str, Any])
    unset_members: Members = field(default_factory=dict[str, Any])
    attached: bool = False
    """Whether ``set`` attaches what the value names, or one item of it, and ``unset`` detaches it:
    before another is attached, and before the resource is deleted."""


@dataclass(frozen=True, kw_only=True)
class FurtherRead:
    """A call that reads properties, at paths of its answer, which ``read`` does not answer.

    Its members may name what ``read`` answers, as ``$found``.
    """

    call: str
    members: Members
    properties: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Operations:
    """The AWS calls of a resource type, by boto3's names. Paths are expressions of JMESPath."""

    service: str
    create: str = ""
    read: str
    delete: str = ""
    """Empty if the resource stays in AWS when Pulumi deletes it."""
    update: str = ""
    """Empty if only tags and the properties with a setter change in place."""
    gone: Collection[str] = ()
    """AWS's error codes for a resource that counts as deleted, beside those of missing ones."""
    in_use: Collection[str] = ()
    """AWS's error codes for a resource that others use, also some minutes after they are deleted:
    its deletion is repeated, here for some seconds."""
    made: str = ""
    """Path of the id in the answer to ``create``, such as ``RouteTable.RouteTableId``. If it is
    empty, the id follows from the inputs (``ResourceType.id_layout``)."""
    found: str = "@"
    """Path of the resource in the answer to ``read``, with properties in braces. A list there
    stands for its first item, or for the item that ``match`` describes; without one, the resource
    does not exist."""
    found_id: str = ""
    """Path of the id in the resource that is found, for types that are imported by other keys."""
    key: Members = field(default_factory=dict[str, Any])
    """The members that name the resource in all operations."""
    read_key: Members | None = None
    """The members that name it in ``read``, if those are others."""
    delete_key: Members | None = None
    """The members that name it in ``delete``, if those are others. They may name what ``read``
    answers, as ``$found``."""
    further_reads: Sequence[FurtherRead] = ()
    match: Members = field(default_factory=dict[str, Any])
    """Members of the wanted item in the list at ``found``; those without a value do not count."""
    created_again: bool = False
    """Whether an update deletes the resource and creates it again, since moto cannot update it or
    AWS would give it another id."""
    updates: Collection[str] = ()
    """The properties that ``update`` takes; by default all that ``create`` takes."""
    members: Members = field(default_factory=dict[str, Any])
    """Members of ``create`` and ``update``, beside those of properties."""
    create_members: Members = field(default_factory=dict[str, Any])
    """Further members of ``create`` alone."""
    update_members: Members = field(default_factory=dict[str, Any])
    """Further members of ``update`` alone, such as those that clear unset properties."""
    setters: Mapping[str, Setter] = field(default_factory=dict[str, Setter])
    """The properties with calls of their own. After the creation they are set if the value is not
    the property's default."""
    unsettled: Collection[str] = ()
    """Outputs that every call of ``update`` changes, which are unknown in its preview."""
    optional: Collection[str] = ()
    """Properties that AWS's answer omits while they are unset."""
    derived: Mapping[str, str] = field(default_factory=dict[str, str])
    """Properties that follow from others, as templates of their values, such as
    ``arn:{partition}:ec2:{region}:{account}:vpc/{id}``. ``{id_end}`` is what follows the last
    colon, slash or bar of the id."""
    state: str = ""
    """The member with the state of the resource."""
    ready: Collection[str] = ()
    """The states that a creation waits for; a deletion then waits until the resource is gone."""
    ended: Collection[str] = ()
    """The states in which a resource counts as deleted; ``None`` for an answer without the
    member."""


def calls(noun: str) -> dict[str, Any]:
    """Return the operations of a resource that AWS names by a verb and a noun, as ``vpc_link``."""
    verbs = {"create": "create", "read": "get", "update": "update", "delete": "delete"}
    return {part: f"{verb}_{noun}" for part, verb in verbs.items()}


def ec2_calls(noun: str) -> dict[str, Any]:
    """Return the calls of a resource that EC2 names as most of its own, such as ``RouteTable``.

    They create one, and describe a list.
    """
    snake = snake_case(noun)
    return {
        "create": f"create_{snake}",
        "made": f"{noun}.{noun}Id",
        "read": f"describe_{snake}s",
        "read_key": {f"{noun}Ids": ["$id"]},
        "found": f"{noun}s",
        "delete": f"delete_{snake}",
        "key": {f"{noun}Id": "$id"},
    }


@dataclass(kw_only=True)
class ResourceType:
    """A resource type of the ``aws`` provider.

    Without ``tagging`` it has no properties ``tags`` and ``tagsAll``.
    """

    pulumi_type: str
    """Pulumi's type token."""
    properties: Mapping[str, Property]
    plugin_framework: bool = False
    """Whether the real provider's type is one of the plugin framework, and not of SDKv2
    (docs/facts/aws-provider.md#provider-frameworks)."""
    auto_name: AutoName | None = None
    exactly_one_of: Sequence[Sequence[str]] = ()
    """Groups of properties of which the program has to set one each."""
    conflicts: Sequence[Sequence[str]] = ()
    """Pairs of properties of which the program may set one."""
    delete_before_replace: bool = False
    """Whether a replacement always deletes the old resource first."""
    id_layout: str = "{id}"
    """The id of a resource as a template of properties, for types whose id AWS does not give."""
    import_layout: str = ""
    """The keys of an import id with their separator, where that is not the layout of the id."""
    operations: Operations
    tagging: Tagging | None = None

    @property
    def regional(self) -> bool:
        """Whether the resource lives in a Region."""
        return "region" in self.properties

    @property
    def tagged(self) -> bool:
        """Whether the resource carries tags."""
        return "tags" in self.properties

    def failures(self, inputs: Props) -> Iterable[Failure]:
        """Validate the properties of a resource together; values may be unknown."""
        return ()

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the resource and return its id. The resource exists even if ``complete`` fails."""
        calls = self.operations
        tags = self.tagging.creation(inputs) if self.tagging else {}
        members = {**filled(calls.create_members, inputs), **self.request(inputs), **tags}
        answer = aws.call(calls.service, calls.create, **members)
        made = {"id": _first(answer, calls.made, {})} if calls.made else {}
        return self.id_of({**inputs, **made})

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the members of ``create``, or those of some properties for ``update``."""
        members = filled(self.operations.members, inputs)
        return {**members, **to_api(self.properties, inputs, *names)}

    def complete(self, aws: Aws, made: Existing) -> None:
        """Wait until the resource is ready, then set what ``create`` does not take.

        After a failure it runs again, so it has to accept what it has done before.
        """
        calls = self.operations
        self._wait_until_ready(aws, made)
        if self.tagging and self.tagging.later:
            self.tagging.add(aws, made, made.state["tagsAll"])
        for name in calls.setters:
            spec, value = self.properties[name], made.state.get(name)
            if not spec.sent and value is not None and value != spec.default:
                self._set(aws, made, name)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Return the resource's properties in AWS, ``None`` if it does not exist."""
        found = self.describe(aws, existing)
        if found is None:
            return None
        calls = self.operations
        props = {**dict.fromkeys(calls.optional), **from_api(self.properties, found)}
        for further in calls.further_reads:
            members = _filled(further.members, existing, found=found)
            answer = aws.call(calls.service, further.call, **members)
            props |= {
                name: found_value(self.properties[name], answer, path)
                for name, path in further.properties.items()
            }
        props |= self.outputs(aws, existing, found)
        names = {
            **existing.state,
            **props,
            "account": ACCOUNT_ID,
            "id": existing.id,
            "id_end": _id_end(existing),
            "partition": region(aws.region).partition,
            "region": aws.region,
        }
        props |= {name: layout.format_map(names) for name, layout in calls.derived.items()}
        if self.tagging:
            props |= self.tagging.read(aws, Existing(existing.id, props), found)
        return props

    def describe(self, aws: Aws, existing: Existing) -> Props | None:
        """Return the resource as ``operations.read`` answers; ``None`` if it does not exist."""
        calls = self.operations
        key = _filled(calls.key if calls.read_key is None else calls.read_key, existing)
        answer = aws.find(calls.service, calls.read, calls.gone, **key)
        path = calls.found.format_map(existing.state)
        found = answer and _first(answer, path, _filled(calls.match, existing))
        return None if found is None or found.get(calls.state) in calls.ended else found

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> Mapping[str, Any]:
        """Return the properties that need more than a translation of the answer."""
        return {}

    def update(self, aws: Aws, change: Change) -> None:
        """Call ``operations.update`` with the wanted inputs, then the setters, then update tags."""
        calls = self.operations
        if calls.created_again:
            self.delete(aws, Existing(change.id, change.old))
            self.create(aws, change.new)
            return
        updates = calls.updates or self.properties.keys() - {"tags", "tagsAll", *calls.setters}
        if calls.update and change.touches(*updates):
            members = {
                **_filled(calls.update_members, change.wanted),
                **self.request(change.new, *calls.updates),
                **self.key(change.wanted),
            }
            aws.call(calls.service, calls.update, **members)
            self._wait_until_ready(aws, change.wanted)
        for name in filter(change.touches, calls.setters):
            self._set(aws, change.wanted, name)
        if self.tagging:
            self.tagging.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Call ``operations.delete`` if the resource exists, unless ``skipDestroy`` is set."""
        calls = self.operations
        is_kept = not calls.delete or existing.state.get("skipDestroy")
        if is_kept or (found := self.describe(aws, existing)) is None:
            return
        for name, setter in calls.setters.items():
            if setter.attached and not self.properties[name].sent:
                self._attach(aws, existing, name, None)
        key = calls.key if calls.delete_key is None else calls.delete_key
        key = _filled(key, existing, found=found)
        aws.retry(calls.in_use, _IN_USE_SECONDS, calls.service, calls.delete, **key)
        if calls.ready:
            gone = f"{self._name(existing)} to be gone"
            aws.wait(gone, lambda: self.describe(aws, existing) is None)

    def key(self, existing: Existing) -> dict[str, Any]:
        """Return the members that name the resource."""
        return _filled(self.operations.key, existing)

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Return the resource that an import id names, with what ``read`` needs."""
        layout = self.import_layout or self.id_layout.replace("{", "").replace("}", "")
        keys = keys_of(layout, import_id)
        if path := self.operations.found_id:
            found = self.describe(aws, Existing(import_id, keys)) or {}
            return Existing(at(found, path) or import_id, keys)
        return Existing(self.id_of(keys), keys)

    def id_of(self, keys: Props) -> str:
        """Return the id of the resource that has these keys."""
        absent = {name: spec.absent or "" for name, spec in self.properties.items()}
        given = {name: key for name, key in keys.items() if key}
        return self.id_layout.format_map({**absent, **given})

    def unsettled(self, change: Change) -> Collection[str]:
        """Return the outputs that an update will change, which are unknown in its preview."""
        calls = self.operations
        return calls.unsettled if change.touches(*calls.updates) else ()

    def _set(self, aws: Aws, existing: Existing, name: str) -> None:
        setter, spec = self.operations.setters[name], self.properties[name]
        value = existing.state.get(name)
        if setter.attached:
            self._attach(aws, existing, name, value)
            return
        is_unset = is_absent(spec, value) or value is False or value == spec.default
        operation, members = setter.set, setter.members
        if setter.unset and is_unset:
            operation, members = setter.unset, setter.unset_members
        if operation:
            given = _filled(members, existing, value="" if value is None else value)
            aws.call(self.operations.service, operation, **self.key(existing), **given)

    def _attach(self, aws: Aws, existing: Existing, name: str, value: Any) -> None:
        setter, spec = self.operations.setters[name], self.properties[name]
        answer = self.describe(aws, existing) or {}
        present = _listed(found_value(spec, answer, spec.path or spec.member))
        wanted = _listed(value)
        old, new = (setter.unset, setter.unset_members), (setter.set, setter.members)
        calls = [(*old, each) for each in present if each not in wanted]
        calls += [(*new, each) for each in wanted if each not in present]
        for operation, members, each in calls:
            given = {**self.key(existing), **_filled(members, existing, value=each)}
            aws.call(self.operations.service, operation, **given)

    def is_ready(self, aws: Aws, existing: Existing) -> bool:
        """Return whether the resource is in a state of ``operations.ready``, if there are any."""
        if not self.operations.ready:
            return True
        found = self.describe(aws, existing) or {}
        state = str(found.get(self.operations.state))
        if state.lower() == "failed":
            reason = found.get("StateReason", "it did not become ready")
            raise ProviderError(f"{self._name(existing)} failed: {reason}")
        return state in self.operations.ready

    def _wait_until_ready(self, aws: Aws, existing: Existing) -> None:
        what = f"{self._name(existing)} to become ready"
        aws.wait(what, lambda: self.is_ready(aws, existing))

    def _name(self, existing: Existing) -> str:
        _, _, type_name = self.pulumi_type.rpartition(":")
        return f"{type_name} {existing.state.get('name', existing.id)}"


def _filled(members: Members, existing: Existing, **further: Any) -> dict[str, Any]:
    known = {"id": existing.id, "id_end": _id_end(existing)}
    return filled(members, {**existing.state, **known, **further})


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return cast("list[str]", value)
    return [value] if value else []


def _id_end(existing: Existing) -> str:
    return re.split("[:/|]", existing.id)[-1]


def _first(answer: Props, path: str, match: Props) -> Any:
    """Return what is at a path; of a list the first item that has the members to match."""
    value = at(answer, path)
    if not isinstance(value, list):
        return value
    items = cast("list[Any]", value)
    return next((item for item in items if not match or match.items() <= item.items()), None)
