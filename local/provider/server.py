"""The gRPC server of the stand-in provider, to which engines on this machine attach."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.provider.interceptor import OneLineErrors
from local.provider.servicer import Provider

_WORKERS = 64
_UNLIMITED = -1


@dataclass(frozen=True)
class ProviderServer:
    """A running stand-in provider, on a port of 127.0.0.1."""

    port: int
    _server: grpc.Server

    def stop(self) -> None:
        """End every call and free the port."""
        self._server.stop(grace=None).wait()


def start(endpoint_url: str, port: int = 0) -> ProviderServer:
    """Start the stand-in ``aws`` provider. Previews do not call the endpoint."""
    return serve(Provider(endpoint_url), port)


def serve(provider: Provider, port: int = 0) -> ProviderServer:
    """Serve a provider from threads of its own; port 0 takes a free one.

    gRPC raises ``RuntimeError`` if the port is taken.
    """
    server = grpc.server(
        ThreadPoolExecutor(_WORKERS, thread_name_prefix="provider"),
        interceptors=[OneLineErrors()],
        options=[
            ("grpc.max_receive_message_length", _UNLIMITED),
            ("grpc.max_send_message_length", _UNLIMITED),
            ("grpc.so_reuseport", 0),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return ProviderServer(bound, server)
