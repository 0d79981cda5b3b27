"""The gRPC server of the stand-in provider, to which engines on this machine attach."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.provider.aws import ProviderError
from local.provider.init_failures import ResourceInitFailedError
from local.provider.servicer import Provider

_logger = logging.getLogger(__name__)

_Handler = Callable[[Any, grpc.ServicerContext], Any]


class OneLineErrors(grpc.ServerInterceptor):
    """Turns exceptions of a method into a gRPC status that the engine shows in one line."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Any],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Wrap the method that answers a call."""
        handler = continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        return cast("Any", grpc).unary_unary_rpc_method_handler(
            _answering(handler.unary_unary, handler_call_details.method.rpartition("/")[2]),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def _answering(method: _Handler, name: str) -> _Handler:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(request, context)
        except NotImplementedError:
            # Raised by the base class of the service, which has set the status.
            raise
        except ResourceInitFailedError as error:
            context.set_trailing_metadata(error.details)
            text = str(error)
        except ProviderError as error:
            text = str(error)
        except Exception as error:
            _logger.exception("%s failed", name)
            text = (
                f"the local AWS's provider failed in {name} with {type(error).__name__}; "
                "its log has the details"
            )
        return context.abort(grpc.StatusCode.UNKNOWN, text)

    return answer


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
