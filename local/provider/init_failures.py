"""Resources that were created but did not become ready, and how the engine records them.

The real provider reports SDKv2 resources as partially created, and the next ``up`` continues with
them. A resource of the plugin framework that fails after its creation stays in AWS without being in
the state, until it is imported or deleted (docs/facts/aws-provider.md#provider-frameworks).
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.plan import settled
from local.provider.schema import Existing, ProviderFramework, ResourceType
from local.provider.values import Value
from local.provider.wire import Decoded, encode

_UNFINISHED = "__unfinished"
"""Output that marks a resource whose ``complete`` has not succeeded yet."""


class ResourceInitFailedError(ProviderError):
    """A resource exists, but is not ready.

    Attributes
    ----------
    details
        Trailing metadata of the failed call, with what the engine records.
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
    """Make the engine record a resource that fails inside this context, if SDKv2 would.

    Parameters
    ----------
    resource
        Its type.
    aws
        The AWS that it was created in.
    made
        The resource, as it was just created.
    wanted
        The inputs that it was created from.

    Raises
    ------
    ResourceInitFailedError
        In place of the ``ProviderError`` that was raised.
    """
    try:
        yield
    except ProviderError as error:
        if resource.framework is ProviderFramework.PLUGIN_FRAMEWORK:
            raise
        state = _so_far(resource, aws, made)
        if state is None:
            raise
        recorded = encode({"id": made.id, **state, _UNFINISHED: True}, wanted.secrets)
        raise ResourceInitFailedError(str(error), made.id, recorded) from error


def is_unfinished(state: Mapping[str, Value]) -> bool:
    """Return whether a resource in the state did not become ready."""
    return _UNFINISHED in state


def mark_of(state: Mapping[str, Value]) -> dict[str, Value]:
    """Return the mark of an unfinished resource, which a refresh preserves."""
    return {_UNFINISHED: True} if is_unfinished(state) else {}


def _so_far(resource: ResourceType, aws: Aws, made: Existing) -> Mapping[str, Value] | None:
    """Return the resource's properties in AWS, or the wanted ones if AWS cannot be asked."""
    try:
        found = resource.read(aws, made)
    except ProviderError:
        return made.state
    return None if found is None else settled(resource.properties, made.state, found)
