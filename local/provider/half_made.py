"""Resources that were made but did not get ready, and how the engine comes to record them.

The real provider has its SDKv2 resources recorded as far as they got, and the next `up` goes on
with them. What the plugin framework leaves half made stays in AWS, unrecorded, until someone
imports or deletes it (docs/facts/aws-provider.md#provider-frameworks).
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.plan import settled
from local.provider.schema import Engine, Existing, ResourceType
from local.provider.values import Value
from local.provider.wire import Decoded, encode

_UNFINISHED = "__unfinished"
"""Marks outputs of a resource whose `complete` is still to succeed."""


class HalfMadeError(ProviderError):
    """A resource exists, but is not ready.

    Attributes
    ----------
    details
        What the engine is to record, as the trailing metadata of the call that failed.
    """

    def __init__(self, text: str, resource_id: str, outputs: Struct) -> None:
        super().__init__(text)
        failed = provider_pb2.ErrorResourceInitFailed(
            id=resource_id, properties=outputs, reasons=[text]
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
        status.details.add().Pack(failed)
        self.details = (("grpc-status-details-bin", status.SerializeToString()),)


@contextmanager
def recording(resource: ResourceType, aws: Aws, made: Existing, wanted: Decoded) -> Generator[None]:
    """Have the engine record a resource that fails in here, if it is of the kind that is recorded.

    Parameters
    ----------
    resource
        Its type.
    aws
        Where it is.
    made
        The resource, as it was just made.
    wanted
        The inputs it was made from.

    Raises
    ------
    HalfMadeError
        In place of what failed.
    """
    try:
        yield
    except ProviderError as error:
        state = None if resource.engine is Engine.FRAMEWORK else _so_far(resource, aws, made)
        if state is None:
            raise
        outputs = {"id": made.id, **state, _UNFINISHED: True}
        raise HalfMadeError(str(error), made.id, encode(outputs, wanted.secrets)) from error


def is_unfinished(state: Mapping[str, Value]) -> bool:
    """Tell whether a resource in the state did not get ready."""
    return _UNFINISHED in state


def mark_of(state: Mapping[str, Value]) -> dict[str, Value]:
    """Give the mark that a refresh keeps."""
    return {_UNFINISHED: True} if is_unfinished(state) else {}


def _so_far(resource: ResourceType, aws: Aws, made: Existing) -> Mapping[str, Value] | None:
    """Give what AWS holds of a resource, or what was asked for where AWS cannot be asked."""
    try:
        found = resource.read(aws, made)
    except ProviderError:
        return made.state
    return None if found is None else settled(resource.properties, made.state, found)
