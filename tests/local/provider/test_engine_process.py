"""The engine is the process that listens on the address that it attaches with."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from local.provider.engine_process import Engine

CLIENT = """
import socket

with socket.create_connection(("127.0.0.1", int(input()))):
    print("connected", flush=True)
    input()
"""
ENGINE = """
import socket
import subprocess

with socket.create_server(("127.0.0.1", 0)) as server:
    command = ["/bin/sh", "-c", "echo started; read -r _"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[server.fileno()]
    ) as child:
        child.stdout.readline()
        print(server.getsockname()[1], flush=True)
        input()
"""


@contextmanager
def running(program: str) -> Generator[subprocess.Popen[str]]:
    """Run a Python program whose ``input`` and ``print`` are the test's; end it by its input."""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield process


def line(process: subprocess.Popen[str], text: str = "") -> str:
    """Return the next line that a program prints, after giving it one if there is a text."""
    assert process.stdin
    assert process.stdout
    if text:
        process.stdin.write(f"{text}\n")
        process.stdin.flush()
    return process.stdout.readline().strip()


def test_no_client_and_no_child_of_the_engine_is_taken_for_it() -> None:
    # The client is older than the engine, so processes in their order name it first.
    with running(CLIENT) as client, running(ENGINE) as engine:
        port = line(engine)
        assert line(client, port) == "connected"

        found = Engine(f"127.0.0.1:{port}").process

        assert found is not None
        assert found.pid == engine.pid


def test_an_engine_that_has_ended_is_not_found() -> None:
    with running(ENGINE) as engine:
        address = f"127.0.0.1:{line(engine)}"
    assert Engine(address).process is None


def test_a_connection_that_no_engine_attached_to_has_none() -> None:
    assert Engine().process is None
