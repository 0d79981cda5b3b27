"""The server of the language host: it prints its port, and ends with the engine."""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import grpc

from tools.offline.language_host.protocol import language_pb2_grpc

# One thread for each running program or pack.
_MAX_CALLS = 64


def serve(host: language_pb2_grpc.LanguageRuntimeServicer) -> None:
    """Serve a language host on a free loopback port until SIGINT or the end of the engine."""
    # grpcio ships no types.
    grpc_server = cast("Callable[..., Any]", grpc.server)  # pyright: ignore[reportUnknownMemberType]
    server = grpc_server(ThreadPoolExecutor(_MAX_CALLS), options=[("grpc.so_reuseport", 0)])
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    _end_with_engine()
    signal.sigwait({signal.SIGINT})
    # Cancels the running calls, and with them the processes they started.
    server.stop(grace=None).wait()


def _end_with_engine() -> None:
    """Interrupt this process when the engine has ended, which closes standard input."""
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=_interrupt_at_end_of_input, daemon=True).start()


def _interrupt_at_end_of_input() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGINT)
