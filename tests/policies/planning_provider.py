"""An ``aws`` provider that only plans, as the real one does before anything exists.

What the program sets comes back; what AWS would fill in (an ARN, an omitted architecture) is
unknown. It creates nothing: previews are all it can do.
"""

from __future__ import annotations

from concurrent import futures
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from testing.policies.support import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Generator

FILLED_IN_BY_AWS = ("arn", "architectures", "instanceRequirements")


class PlanningProvider(provider_pb2_grpc.ResourceProviderServicer):
    """The calls that a preview makes."""

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version="7.51.1")

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        checked = struct_pb2.Struct()
        checked.update({"region": "eu-west-1"})  # which pulumi-aws adds
        checked.MergeFrom(request.news)
        return provider_pb2.CheckResponse(inputs=checked)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        if not request.preview:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "this provider only plans")
        planned = struct_pb2.Struct()
        planned.update(dict.fromkeys(FILLED_IN_BY_AWS, UNKNOWN))
        planned.MergeFrom(request.properties)
        return provider_pb2.CreateResponse(properties=planned)


@contextmanager
def serving() -> Generator[int]:
    """Serve the provider on a free loopback port while the block runs, and yield the port."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(PlanningProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=None)
