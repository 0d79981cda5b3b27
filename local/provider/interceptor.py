"""Errors of the provider as gRPC statuses of one line; the traceback goes to the log."""

import logging
from collections.abc import Callable
from typing import Any, cast

import grpc

from local.provider.errors import ProviderError
from local.provider.init_failures import ResourceInitFailedError

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
