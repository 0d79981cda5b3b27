"""Resource types that a program uses and the local AWS lacks.

By default all of them are refused at once. A check that fails would end the preview at the first
such resource. So the check passes, the engine shows an error beside the resource, and the preview
goes on to the next one. The update of the same engine is refused at its first change, with the
names of all, before anything is created.

Where ``LMI_LOCAL_UNKNOWN=inert`` is set in the environment of ``pulumi``, they are inert resources
instead, with warnings in the places of the errors.
"""

import secrets
from collections.abc import Collection
from typing import Any, Final, cast

import grpc
import psutil
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from local.account import ACCOUNT_ID
from local.provider.aws import Aws, ProviderError, region
from local.provider.engine_process import Engine
from local.provider.operations import Operations, ResourceType
from local.provider.schema import Change, Existing, Property
from local.provider.tables import RESOURCES, file_for
from local.provider.values import Props

VARIABLE: Final = "LMI_LOCAL_UNKNOWN"
_INERT: Final = "inert"
_INVENTED: Final = ("arn", "name")
"""Outputs of an inert resource, since other resources often refer to them."""


class UnknownTypes:
    """The unknown resource types that each engine has checked."""

    def __init__(self) -> None:
        self._found: dict[psutil.Process, set[str]] = {}

    def report(self, engine: Engine, pulumi_type: str, urn: str) -> None:
        """Show an error or a warning beside a resource of an unknown type, and remember the type.

        One that the engine cannot show is raised.
        """
        process = engine.process
        if process is None:
            raise _error({pulumi_type})
        self._found.setdefault(process, set()).add(pulumi_type)
        if _is_allowed(process):
            _show(engine.address, "WARNING", _warning(pulumi_type), urn)
        elif not _show(engine.address, "ERROR", str(_error({pulumi_type})), urn):
            raise _error({pulumi_type})

    def refuse_changes(self, engine: Engine) -> None:
        """Refuse the changes of an engine whose program has unknown types that are not inert."""
        if not self._found or (process := engine.process) is None:
            return
        if (found := self._found.get(process)) and not _is_allowed(process):
            raise _error(set(found))


class _InertType(ResourceType):
    """A type of resources that exist in the state alone, with a made-up name and ARN."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Invent an id."""
        return f"{_INERT}-{secrets.token_hex(8)}"

    def read(self, aws: Aws, existing: Existing) -> Props:
        """Return the properties as they are."""
        service = self.pulumi_type.split(":")[1].partition("/")[0]
        arn = f"arn:{region(aws.region).partition}:{service}:{aws.region}:{ACCOUNT_ID}"
        return {"arn": f"{arn}:{existing.id}", "name": existing.id, **existing.state}

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Refuse to import a resource."""
        raise _error({self.pulumi_type})

    def update(self, aws: Aws, change: Change) -> None:
        """Do nothing."""

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Do nothing."""


def resource_type(pulumi_type: str, *properties: Struct) -> ResourceType:
    """Return a resource type by Pulumi's type token; an inert one if the local AWS lacks it.

    An inert type takes over the names of the resource's inputs and outputs.
    """
    if found := RESOURCES.get(pulumi_type):
        return found
    names = {name for struct in properties for name in struct.fields} - {"id"}
    table = {name: Property() for name in names}
    table |= {name: Property(computed=True) for name in _INVENTED}
    nothing = Operations(service="", read="")
    return _InertType(pulumi_type=pulumi_type, properties=table, operations=nothing)


def _show(address: str, severity: str, message: str, urn: str) -> bool:
    request = engine_pb2.LogRequest(
        severity=engine_pb2.LogSeverity.Value(severity), message=message, urn=urn
    )
    try:
        with grpc.insecure_channel(address) as channel:
            # The stubs' types name modules that do not exist.
            cast("Any", engine_pb2_grpc.EngineStub(channel)).Log(request)
    except grpc.RpcError:
        return False
    return True


def _is_allowed(engine: psutil.Process) -> bool:
    """Return whether unknown types may be inert, by the environment of an engine."""
    try:
        found = engine.environ().get(VARIABLE, "")
    except psutil.Error:  # it has ended, or the system keeps its environment back
        return False
    if found not in ("", _INERT):
        raise ProviderError(
            f"{VARIABLE} is {found!r}; the only value is {_INERT!r}: set it, or unset the variable"
        )
    return bool(found)


def _warning(pulumi_type: str) -> str:
    return (
        f"the local AWS does not know {pulumi_type}: by {VARIABLE}={_INERT} such a resource keeps "
        "its inputs and does nothing"
    )


def _error(pulumi_types: Collection[str]) -> ProviderError:
    """Return the error that names unknown types, with how to go on."""
    names = ", ".join(sorted(pulumi_types))
    files = ", ".join(sorted(map(file_for, pulumi_types)))
    plural = "s" if len(pulumi_types) > 1 else ""
    return ProviderError(
        f"the local AWS does not know the resource type{plural} {names}, which AWS "
        f"may have: set {VARIABLE}={_INERT} to have resources that keep their inputs and do "
        "nothing, preview the stack against AWS, leave the resources out of the local stack, or "
        f"add the type{plural} in {files}"
    )
