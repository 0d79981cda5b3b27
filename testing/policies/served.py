"""A pack of policies in a process of its own, as the engine starts it, for tests to call."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub

from testing.policies.support import Json, Res

_UNLIMITED = -1


@dataclass(frozen=True)
class ServedPack:
    """A pack that serves.

    Attributes
    ----------
    analyzer
        What the engine would call.
    pid
        The process.
    """

    analyzer: Any
    pid: int


@contextmanager
def served(folder: Path) -> Generator[ServedPack]:
    """Start the pack in a folder, and end it afterwards."""
    # Byte code is kept, as it is wherever a pack is used.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        options = [
            ("grpc.max_receive_message_length", _UNLIMITED),
            ("grpc.max_send_message_length", _UNLIMITED),
        ]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            # The stub's types name modules that do not exist.
            yield ServedPack(cast("Any", AnalyzerStub(channel)), process.pid)
        process.terminate()


def of_resource(resource: Res) -> protocol.AnalyzeRequest:
    """Return what the engine asks about one resource."""
    return protocol.AnalyzeRequest(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=_struct(resource.checked_inputs),
        options=_options(resource),
        provider=_provider(resource),
    )


def of_stack(resources: Iterable[Res]) -> protocol.AnalyzeStackRequest:
    """Return what the engine asks about all resources together."""
    urns = {resource.name: resource.urn for resource in resources}
    return protocol.AnalyzeStackRequest(resources=[_state(one, urns) for one in resources])


def _state(resource: Res, urns: dict[str, str]) -> protocol.AnalyzerResource:
    sources = {key: [urns[name] for name in names] for key, names in resource.made_from.items()}
    waits_for = {urns[name] for name in resource.depends_on}.union(*sources.values())
    return protocol.AnalyzerResource(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=_struct(resource.inputs if resource.outputs is None else resource.outputs),
        options=_options(resource),
        provider=_provider(resource),
        dependencies=sorted(waits_for),
        propertyDependencies={
            key: protocol.AnalyzerPropertyDependencies(urns=found) for key, found in sources.items()
        },
    )


def _options(resource: Res) -> protocol.AnalyzerResourceOptions:
    return protocol.AnalyzerResourceOptions(ignoreChanges=resource.ignore_changes)


def _provider(resource: Res) -> protocol.AnalyzerProviderResource:
    return protocol.AnalyzerProviderResource(
        type="pulumi:providers:aws", urn=resource.made_by, name="default"
    )


def _struct(properties: Json) -> Struct:
    struct = Struct()
    struct.update(properties)
    return struct
