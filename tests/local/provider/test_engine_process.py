"""The engine is found by its connection, beside others that have the same port."""

import socket
import subprocess
import sys

from local.provider.engine_process import engine_process

ENGINE = """
import socket
import sys

own, provider = map(int, sys.argv[1:])
with socket.socket() as connection:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(("127.0.0.1", own))
    connection.connect(("127.0.0.1", provider))
    print("connected", flush=True)
    sys.stdin.read()
"""


def test_another_connection_from_the_same_port_is_not_the_engines() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as provider,
        socket.create_server(("127.0.0.1", 0)) as elsewhere,
        socket.socket() as other,
    ):
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        other.connect(elsewhere.getsockname())
        port = other.getsockname()[1]
        command = [sys.executable, "-c", ENGINE, str(port), str(provider.getsockname()[1])]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as engine:
            assert engine.stdout
            assert engine.stdout.readline() == b"connected\n"
            connection, _ = provider.accept()
            with connection:
                found = engine_process(f"ipv4:127.0.0.1:{port}")
            assert found is not None
            assert found.pid == engine.pid
