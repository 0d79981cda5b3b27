"""The application in several processes, as for an execution environment of several vCPUs."""

import http.client
import json
import os
import signal
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.app.requests import from_adapter
from tests.app.server import PROBE, Server
from tests.waiting import wait_until

WORKERS = 3
INTERRUPTED = b"\n[incomplete: shutdown]\n"
LAMBDA_SECONDS = 0.6
"""What Lambda leaves between SIGTERM and SIGKILL."""


@contextmanager
def started(folder: Path, **environment: str) -> Generator[Server]:
    with Server.started(
        folder, PROBE, AWS_LWA_PORT="0", WEB_CONCURRENCY=str(WORKERS), **environment
    ) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    with started(tmp_path) as server:
        wait_until(lambda: serves(server))
        yield server


def serves(server: Server) -> bool:
    try:
        return health(server) > 0
    except ConnectionRefusedError:
        return False


def health(server: Server) -> int:
    """Return the process id of the worker that answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", "/health")
        return int(json.loads(connection.getresponse().read())["pid"])


def stream_of_each(server: Server, place: ExitStack) -> dict[int, http.client.HTTPResponse]:
    """Begin streams that stall until every worker has one; return one for each process id."""
    streams: dict[int, http.client.HTTPResponse] = {}
    while len(streams) < WORKERS:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        place.enter_context(closing(connection))
        connection.request("GET", "/whose", headers=from_adapter())
        response = place.enter_context(connection.getresponse())
        streams[int(response.readline())] = response
    return streams


def test_streams_of_all_workers_end_in_the_time_that_lambda_leaves(tmp_path: Path) -> None:
    # A busy machine takes time from an attempt; what always takes too long fails all of them.
    for attempt in range(5):
        with started(tmp_path / str(attempt)) as server:
            wait_until(lambda server=server: serves(server))
            if end_like_lambda(server) == [INTERRUPTED] * WORKERS:
                assert server.process.wait(10) == 0
                return
    raise AssertionError("some streams were cut off")


def end_like_lambda(server: Server) -> list[bytes]:
    """Tell one process that its environment ends, and kill all soon after; gives streams' ends."""
    workers = psutil.Process(server.process.pid).children()
    with ExitStack() as place:
        streams = stream_of_each(server, place)
        server.process.send_signal(signal.SIGTERM)
        _, late = psutil.wait_procs(workers, LAMBDA_SECONDS)
        for worker in late:
            worker.kill()
        return [end_of(response) for response in streams.values()]


def end_of(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read()
    except (http.client.IncompleteRead, ConnectionError):
        return b""


def test_a_worker_that_dies_is_replaced_and_the_others_stream_on(server: Server) -> None:
    with ExitStack() as place:
        streams = stream_of_each(server, place)
        victim, *others = streams
        os.kill(victim, signal.SIGKILL)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            streams[victim].read()
        wait_until(lambda: health(server) not in streams)
        server.process.send_signal(signal.SIGTERM)
        ends = [streams[other].read() for other in others]
        messages = [line["message"] for line in server.stop()]

    assert f"worker {victim} ended with -9: another one takes its place" in messages
    assert ends == [INTERRUPTED] * (WORKERS - 1)


SIGTERM_WITH_THE_END_OF_A_WORKER = """
import os
import signal

wait = os.wait


def wait_and_be_told_to_end():
    ended = wait()
    signal.raise_signal(signal.SIGTERM)
    return ended


os.wait = wait_and_be_told_to_end
"""


def test_the_end_of_a_worker_at_the_shutdown_keeps_no_other_running(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SIGTERM_WITH_THE_END_OF_A_WORKER)
    with started(tmp_path / "task", PYTHONPATH=str(tmp_path)) as server:
        wait_until(lambda: serves(server))
        workers = psutil.Process(server.process.pid).children()
        workers[0].kill()

        assert server.process.wait() == 0
        assert not [worker for worker in workers if worker.is_running()]


def test_no_request_is_taken_before_every_worker_has_started(tmp_path: Path) -> None:
    with started(tmp_path, GATES=str(tmp_path)) as server:
        list(server.lines_until("has started"))
        (tmp_path / "gate").touch()
        # uvicorn says so right before it listens.
        messages = [line["message"] for line in server.lines_until("Application startup complete.")]
        wait_until(lambda: serves(server))

    assert messages.count("has started") == WORKERS - 1


def test_a_worker_that_cannot_start_ends_all(tmp_path: Path) -> None:
    with started(tmp_path, FAIL_AT_START="1") as server:
        assert server.process.wait(30) == 3
