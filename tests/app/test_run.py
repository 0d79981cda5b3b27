"""The application as it runs behind the web adapter: uvicorn, started by ``run.sh``."""

import concurrent.futures
import http.client
import socket
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.app.requests import from_adapter
from tests.app.server import PROBE, Server
from tests.waiting import wait_until

MESSAGE = "[a1b2c3d4] This is streaming from Lambda Managed Instances!"
REQUEST_ID = "a1b2c3d4-e5f6-4789-8abc-def012345678"
SECONDS = 0.05 * len(MESSAGE)
"""What the whole message takes at least, by the contract."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with Server.started(tmp_path_factory.mktemp("task"), AWS_LWA_PORT="0") as server:
        yield server


@contextmanager
def get(
    server: Server, path: str = "/", headers: dict[str, str] | None = None
) -> Generator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", path, headers=headers or {})
        with connection.getresponse() as response:
            yield response


def http_chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Return each chunk of a chunked response as it arrives."""
    stream = response.fp
    while size := int(stream.readline(), 16):
        yield stream.read(size)
        stream.readline()


def test_every_character_is_a_chunk_and_comes_on_its_own(server: Server) -> None:
    def comes_over_time() -> bool:
        """Read the message; tell whether it took its time, which a busy machine may not see."""
        with get(server, headers=from_adapter(REQUEST_ID)) as response:
            arrivals = [(chunk, time.monotonic()) for chunk in http_chunks(response)]

        assert [chunk.decode() for chunk, _ in arrivals] == list(MESSAGE)
        return arrivals[-1][1] - arrivals[0][1] > SECONDS / 2

    wait_until(comes_over_time)


def test_streams_run_beside_each_other(server: Server) -> None:
    def read(request_id: str) -> bytes:
        with get(server, headers=from_adapter(request_id)) as response:
            return response.read()

    ids = [str(uuid.uuid4()) for _ in range(16)]
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
        bodies = list(pool.map(read, ids))

    assert [body[1:9].decode() for body in bodies] == [id_[:8] for id_ in ids]
    assert time.monotonic() - started < len(ids) * SECONDS / 2


def test_a_deadline_in_mid_stream_ends_it_with_a_completion_marker(server: Server) -> None:
    with get(server, headers=from_adapter(REQUEST_ID, seconds_left=2)) as response:
        part, _, marker = response.read().decode().partition("\n")

    assert MESSAGE.startswith(part)
    assert len(part) < len(MESSAGE)
    assert marker == "[incomplete: deadline]\n"


def test_it_does_not_tell_what_serves(server: Server) -> None:
    with get(server, "/health") as response:
        assert response.read() == b'{"status":"ok"}'
        assert response.headers["server"] is None


def test_it_logs_json_from_the_first_line_on(server: Server) -> None:
    assert server.log
    assert all(line.keys() >= {"timestamp", "level", "message"} for line in server.log)


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_LWA_PORT": "0", "PORT": "1"},  # the adapter's variable counts first
        {"PORT": "0"},
    ],
)
def test_it_listens_where_the_adapter_looks(environment: dict[str, str], tmp_path: Path) -> None:
    with Server.started(tmp_path, **environment) as server, get(server, "/health") as response:
        assert response.status == 200


def test_at_sigterm_streams_end_with_a_completion_marker(
    tmp_path: Path,
) -> None:
    with (
        Server.started(tmp_path, AWS_LWA_PORT="0") as server,
        get(server, headers=from_adapter(REQUEST_ID)) as response,
    ):
        first = response.read(1)
        logged = server.stop()
        part, _, marker = (first + response.read()).decode().partition("\n")

    assert MESSAGE.startswith(part)
    assert len(part) < len(MESSAGE)
    assert marker == "[incomplete: shutdown]\n"
    assert {"stream interrupted", "Application shutdown complete."} <= {
        line["message"] for line in logged
    }
    assert {line.get("requestId") for line in logged} == {REQUEST_ID, None}


def test_a_client_that_never_reads_loses_its_connection_at_the_deadline(tmp_path: Path) -> None:
    with (
        Server.started(tmp_path, PROBE, AWS_LWA_PORT="0") as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        context = from_adapter(REQUEST_ID, seconds_left=3)["x-amzn-lambda-context"]
        request = f"GET /flood HTTP/1.1\r\nhost: a\r\nx-amzn-lambda-context: {context}\r\n\r\n"
        client.sendall(request.encode())
        messages = [line["message"] for line in server.lines_until("request")]
        received = bytearray()
        while part := client.recv(65536):
            received += part

    assert "client does not read: its connection is closed" in messages
    assert not received.endswith(b"0\r\n\r\n")
