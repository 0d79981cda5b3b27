"""No process of an execution environment outlives the data plane, not even one that is killed."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import ADAPTER, deploy, deployment
from tests.local.dataplane.os_processes import OsProcess, all_end, children
from tests.waiting import wait_until

OWNER = Path(__file__).with_name("owner.py")
GUARD = "guard_process.py"
ADAPTER_AND_FUNCTION = {"lambda-adapter", "server.py"}


@pytest.fixture
def owner(function_zip: Path, tmp_path: Path) -> Generator[OsProcess]:
    """Run a data plane that serves, in a process of its own."""
    command = [sys.executable, str(OWNER), str(ADAPTER), str(function_zip), str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"serving\n"
        yield OsProcess(psutil.Process(process.pid))
        process.kill()


def parts(owner: OsProcess) -> dict[str, OsProcess]:
    """Find the guard, the adapter and the function among the children of a data plane."""
    return {
        name: child
        for child in children(owner.pid)
        for name in (GUARD, *ADAPTER_AND_FUNCTION)
        if name in child.command
    }


def test_all_processes_end_when_their_owner_is_killed(owner: OsProcess) -> None:
    found = parts(owner)
    assert set(found) == {GUARD, *ADAPTER_AND_FUNCTION}
    owner.kill()
    assert all_end(found.values())


def test_a_guard_that_was_killed_is_replaced(owner: OsProcess) -> None:
    found = parts(owner)
    guard = found.pop(GUARD)
    guard.kill()
    assert all_end([guard])
    successor = wait_until(lambda: parts(owner).get(GUARD))
    assert successor.pid != guard.pid
    owner.kill()
    assert all_end([successor, *found.values()])


def test_stopping_ends_every_process(
    plane: LocalDataPlane, function_zip: Path, tmp_path: Path
) -> None:
    deploy(plane, deployment(function_zip), 2)
    found = [
        child for child in children() if child.variables.get("HOME", "").startswith(str(tmp_path))
    ]
    assert len(found) == 4
    plane.stop()
    assert all_end(found)
