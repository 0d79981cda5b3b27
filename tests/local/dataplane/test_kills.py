"""Processes are killed while many streams run: each is whole, or seen not to be."""

import random
import threading
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from local.dataplane.model import VersionStatus
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import (
    PATIENCE_SECONDS,
    VERSION,
    NewPlane,
    deploy,
    deployment,
)
from tests.local.dataplane.os_processes import OsProcess, all_end, children
from tests.waiting import wait_until

NAME = "killed"
"""Tells its processes from those of the functions that other tests share."""

ENVIRONMENTS = 2
SLOTS = 8
CLIENTS = 20
ROUNDS = 5
TEXT = b"012"


class Client:
    """Asks once, and tells when its stream has begun, or ended without one."""

    def __init__(self, url: str, gate: Path) -> None:
        self._url = f"{url}stream"
        self._query = {"gate": str(gate), "chunks": str(len(TEXT))}
        self.has_begun = threading.Event()

    def ask(self) -> str:
        body = b""
        try:
            with httpx.stream("GET", self._url, params=self._query, timeout=30) as response:
                for chunk in response.iter_raw():
                    self.has_begun.set()
                    body += chunk
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return "cut off"
        finally:
            self.has_begun.set()
        if response.status_code != 200:
            return f"refused with {response.status_code}"
        # A function that breaks off is reported as text, in a complete response
        # (docs/facts/web-adapter.md#broken-streams).
        return (
            "whole" if body == TEXT else "marked" if b"Runtime.StreamError" in body else repr(body)
        )


@pytest.fixture
def plane(new_plane: NewPlane) -> LocalDataPlane:
    """Return a data plane that replaces what is killed as often as this test kills."""
    return new_plane(restart_delays_seconds=(0.0,) * 2 * ROUNDS)


@pytest.fixture
def pool() -> Generator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CLIENTS) as threads:
        yield threads


def test_no_stream_is_lost_without_a_sign(
    plane: LocalDataPlane, function_zip: Path, gate: Path, pool: ThreadPoolExecutor
) -> None:
    chance = random.Random(1)  # noqa: S311 - the same kills in every run
    url = deploy(plane, deployment(function_zip, name=NAME, concurrency=SLOTS), ENVIRONMENTS)
    for number in range(ROUNDS):
        wait_until(lambda: free_slots(plane) == ENVIRONMENTS * SLOTS)
        of_round = gate.with_name(f"gate-{number}")
        clients = [Client(url, of_round) for _ in range(CLIENTS)]
        asked = [pool.submit(client.ask) for client in clients]
        while_they_run = chance.random() < 0.7
        if while_they_run:
            assert all(client.has_begun.wait(PATIENCE_SECONDS) for client in clients)

        victim = chance.choice(processes_of_environments())
        environment = environment_of(victim)
        victim.kill()
        wait_until(lambda victim=victim: not victim.runs)
        for chunk in range(1, len(TEXT)):
            Path(f"{of_round}.{chunk}").touch()
        ends = Counter(it.result() for it in asked)

        # 502: killed before its first byte, or it came while the environment was ending.
        assert set(ends) <= {"whole", "marked", "cut off", "refused with 429", "refused with 502"}
        if while_they_run:
            assert ends["whole"] == SLOTS  # all of the other environment
            assert ends["refused with 429"] == CLIENTS - ENVIRONMENTS * SLOTS
            assert SLOTS in {ends["marked"], ends["cut off"]}
        assert all_end(environment)
    assert plane.status(NAME, VERSION) == VersionStatus("Active")


def free_slots(plane: LocalDataPlane) -> int:
    (usage,) = plane.usage()
    return usage.slots - usage.slots_in_use


def processes_of_environments() -> list[OsProcess]:
    """Return the adapters, and the functions' servers, in the order of their start."""
    own = [
        process
        for process in children()
        if process.variables.get("AWS_LAMBDA_FUNCTION_NAME") == NAME
    ]
    return sorted(own, key=lambda process: process.pid)


def environment_of(process: OsProcess) -> list[OsProcess]:
    """Return all processes of the environment that a process belongs to."""
    api = runtime_api_of(process)
    return [other for other in processes_of_environments() if runtime_api_of(other) == api]


def runtime_api_of(process: OsProcess) -> str | None:
    """Return the address of an environment's runtime API."""
    return process.variables.get("AWS_LAMBDA_RUNTIME_API")
