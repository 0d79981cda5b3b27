"""Servers that a benchmark starts, and ends when it has measured them; and their client."""

import asyncio
import json
import os
import subprocess
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from testing.project import PROJECT

_PATIENCE_SECONDS = 30


@contextmanager
def serving(
    command: Sequence[str | Path],
    port: int,
    health: str = "/health",
    folder: Path = PROJECT,
    **variables: str,
) -> Generator[psutil.Process]:
    """Start a server in a folder, wait until it answers a path with 200, and end it afterwards.

    The variables are on top of those of this process.
    """
    environment = {**os.environ, **variables}
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(f"http://127.0.0.1:{port}{health}"):
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


async def read(port: int, path: str) -> bytes:
    """Send a request as the web adapter does, on a connection of its own; return the body.

    It costs little, so that it takes nothing from the server that is measured, and leaves chunks
    as they come.
    """
    context = {"request_id": str(uuid.uuid4()), "deadline": round((time.time() + 600) * 1000)}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n"
        f"x-amzn-lambda-context: {json.dumps(context)}\r\n\r\n".encode()
    )
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    assert b" 200 OK" in head, head
    return body
