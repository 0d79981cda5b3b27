"""Creations and updates that failed halfway, and how the engine records them.

The real provider reports an SDKv2 resource as partially created, and the next ``up`` continues with
it. A resource of the plugin framework that fails after its creation stays in AWS without being in
the state, until it is imported or deleted (docs/facts/aws-provider.md#provider-frameworks).

After a failed update the state has what AWS has, and where AWS does not tell, what was sent, which
is all that the real provider keeps. The names of the properties that the update was to change are
recorded too: the next update sends all of them again, so undoing a failed change reaches AWS.
"""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider.aws import Aws, ProviderError
from local.provider.operations import ResourceType
from local.provider.outputs import planned, settled
from local.provider.schema import Change, Existing
from local.provider.values import Value, encode

_UNFINISHED = "__unfinished"
"""Output that marks a resource whose ``complete`` has not succeeded yet."""

_UNAPPLIED = "__unapplied"
"""Output with the names of the properties that a failed update was to change."""


class ResourceInitFailedError(ProviderError):
    """A resource exists, but is not ready; the engine records it from the metadata ``details``."""

    def __init__(
        self, text: str, resource_id: str, state: Mapping[str, Value], wanted: Struct
    ) -> None:
        super().__init__(text)
        failed = provider_pb2.ErrorResourceInitFailed(
            id=resource_id, properties=encode({"id": resource_id, **state}, wanted), reasons=[text]
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
        status.details.add().Pack(failed)
        self.details = (("grpc-status-details-bin", status.SerializeToString()),)


@contextmanager
def recording_create(
    resource: ResourceType, aws: Aws, made: Existing, wanted: Struct
) -> Generator[None]:
    """Raise ``ResourceInitFailedError`` for a failing creation, if SDKv2 would record it."""
    try:
        yield
    except ProviderError as error:
        if resource.plugin_framework:
            raise
        state = _state_in_aws(resource, aws, made)
        if state is None:
            raise
        state = {**state, _UNFINISHED: True}
        raise ResourceInitFailedError(str(error), made.id, state, wanted) from error


@contextmanager
def recording_update(
    resource: ResourceType, aws: Aws, change: Change, wanted: Struct
) -> Generator[None]:
    """Raise ``ResourceInitFailedError`` for a failing update."""
    try:
        yield
    except ProviderError as error:
        sent = planned(resource.properties, change.new, change.old)
        state = _state_in_aws(resource, aws, Existing(change.id, sent)) or sent
        names: list[Value] = [*sorted(change.names)]
        state = {**state, **marks_of(change.old), _UNAPPLIED: names}
        raise ResourceInitFailedError(str(error), change.id, state, wanted) from error


def is_unfinished(state: Mapping[str, Value]) -> bool:
    """Return whether a resource in the state did not become ready after its creation."""
    return _UNFINISHED in state


def unapplied(state: Mapping[str, Value]) -> Collection[str]:
    """Return the names of the properties that a failed update was to change."""
    names = state.get(_UNAPPLIED)
    return [str(name) for name in names] if isinstance(names, list) else ()


def marks_of(state: Mapping[str, Value]) -> dict[str, Value]:
    """Return the marks of a failed create or update, which a refresh preserves."""
    return {mark: state[mark] for mark in (_UNFINISHED, _UNAPPLIED) if mark in state}


def _state_in_aws(
    resource: ResourceType, aws: Aws, existing: Existing
) -> Mapping[str, Value] | None:
    """Return the resource's properties in AWS, or the given ones if AWS cannot be asked."""
    try:
        found = resource.read(aws, existing)
    except ProviderError:
        return existing.state
    return None if found is None else settled(resource.properties, existing.state, found)
