"""Resource types that a program uses and the local AWS lacks: all of them are named at once.

A check that fails would end the preview at the first such resource. So the check passes, the engine
shows an error beside the resource, and the preview goes on to the next one. The update of the same
engine is refused at its first change, with the names of all, before anything is created.
"""

import threading
from collections.abc import Collection
from typing import Any, cast

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from local.provider.engine_process import engine_process
from local.provider.errors import ProviderError
from local.provider.registry import RESOURCES, file_for


class UnknownTypes:
    """The unknown resource types that each engine process has checked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engines: dict[str, str] = {}
        self._found: dict[int, set[str]] = {}

    def attach(self, peer: str, address: str) -> None:
        """Note the address of the engine at the other end of a connection."""
        self._engines[peer] = address

    def report(self, peer: str, pulumi_type: str, urn: str) -> None:
        """Show an error beside a resource of an unknown type, and remember the type.

        Raises
        ------
        ProviderError
            When the engine cannot show it.
        """
        engine = engine_process(peer)
        error = _error({pulumi_type})
        if engine is None or not self._shown(peer, str(error), urn):
            raise error
        with self._lock:
            self._found.setdefault(engine.pid, set()).add(pulumi_type)

    def refuse_changes(self, peer: str) -> None:
        """Raise if the engine's program has resources of unknown types.

        Raises
        ------
        ProviderError
            With all of these types.
        """
        if not self._found:
            return
        engine = engine_process(peer)
        with self._lock:
            found = self._found.get(engine.pid) if engine else None
        if found:
            raise _error(found)

    def _shown(self, peer: str, message: str, urn: str) -> bool:
        severity = engine_pb2.LogSeverity.Value("ERROR")
        request = engine_pb2.LogRequest(severity=severity, message=message, urn=urn)
        try:
            with grpc.insecure_channel(self._engines.get(peer, "")) as channel:
                # The stubs' types name modules that do not exist.
                cast("Any", engine_pb2_grpc.EngineStub(channel)).Log(request)
        except grpc.RpcError:
            return False
        return True


def is_unknown(pulumi_type: str) -> bool:
    """Return whether the local AWS lacks a resource type."""
    return pulumi_type not in RESOURCES


def _error(pulumi_types: Collection[str]) -> ProviderError:
    """Return the error that names unknown types, with how to go on."""
    names = ", ".join(sorted(pulumi_types))
    files = ", ".join(sorted(map(file_for, pulumi_types)))
    plural = "s" if len(pulumi_types) > 1 else ""
    return ProviderError(
        f"the local AWS does not know the resource type{plural} {names}, which AWS may have: "
        "preview the stack against AWS, leave the resources out of the local stack, or add the "
        f"type{plural} in {files}"
    )
