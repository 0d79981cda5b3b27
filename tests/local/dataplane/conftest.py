"""Data planes with the real web adapter, and a function that does as each test says."""

import math
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.dataplane.host import DataPlaneSettings
from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import PortBook
from tests.local.dataplane.harness import (
    ADAPTER,
    MemoryLogs,
    NewPlane,
    build_zip,
    deploy,
    deployment,
)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def function_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_zip(tmp_path_factory.mktemp("zip") / "function.zip")


@pytest.fixture
def logs() -> MemoryLogs:
    return MemoryLogs()


@pytest.fixture
def new_plane(tmp_path: Path, logs: MemoryLogs) -> Generator[NewPlane]:
    with ExitStack() as planes:
        yield lambda **settings: planes.enter_context(running(tmp_path / "plane", logs, **settings))


@pytest.fixture
def plane(new_plane: NewPlane) -> LocalDataPlane:
    """Return a data plane of the test's own."""
    return new_plane()


@pytest.fixture(scope="session")
def served(function_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Return the URL of a function that tests share, none of them using up its slots."""
    with running(tmp_path_factory.mktemp("served"), MemoryLogs()) as plane:
        yield deploy(plane, deployment(function_zip, concurrency=16))


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Return the name of the gates that the function waits at."""
    return tmp_path / "gate"


@contextmanager
def running(folder: Path, logs: MemoryLogs, **settings: Any) -> Generator[LocalDataPlane]:
    """Run a data plane."""
    if not ADAPTER.exists():
        pytest.fail(f"The Lambda Web Adapter is missing at {ADAPTER}; `make setup` provides it.")
    defaults: dict[str, Any] = {
        "adapter": ADAPTER,
        "folder": folder,
        "ports": PortBook(folder / "ports.json"),
        # Gives up on what does not start before the test does.
        "init_timeout_seconds": 120,
        "restart_delays_seconds": (0.0, 0.05),
        "stream_bytes_per_second": math.inf,
    }
    plane = LocalDataPlane(DataPlaneSettings(**(defaults | settings)), logs.write)
    plane.start()
    try:
        yield plane
    finally:
        plane.stop()
