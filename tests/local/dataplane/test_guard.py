"""No process of an execution environment outlives the data plane, not even one that is killed."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import psutil
import pytest

from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import ADAPTER, VERSION, deploy, deployment
from tests.local.dataplane.os_processes import OsProcess, all_end, children, everything

OWNER = Path(__file__).with_name("owner.py")
PARTS = {"lambda-adapter", "server.py"}


@pytest.fixture
def owner(function_zip: Path, tmp_path: Path) -> Generator[OsProcess]:
    """Run a data plane that serves, in a process of its own."""
    command = [sys.executable, str(OWNER), str(ADAPTER), str(function_zip), str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"serving\n"
        yield OsProcess(psutil.Process(process.pid))
        process.kill()


def groups(owner: OsProcess) -> list[OsProcess]:
    """Find the adapter and the function of a data plane, and all that is in their groups."""
    leaders = children(owner.pid)
    assert {child.command.rpartition("/")[2].split()[-1] for child in leaders} == PARTS
    group_ids = {child.pid for child in leaders}
    return [each for each in everything() if each.group in group_ids]


def test_all_processes_end_when_their_owner_is_killed(owner: OsProcess) -> None:
    found = groups(owner)
    assert len(found) > len(PARTS)
    owner.kill()
    assert all_end(found)


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


def test_a_process_that_left_its_group_ends_with_its_environment(
    plane: LocalDataPlane, function_zip: Path, tmp_path: Path
) -> None:
    url = deploy(plane, deployment(function_zip, timeout_seconds=1))
    assert httpx.get(f"{url}detach").text == "detached"
    own = {child.pid for child in children()}
    (left,) = (
        process
        for process in everything()
        if process.variables.get("HOME", "").startswith(str(tmp_path)) and process.group not in own
    )
    plane.retire("streamer", VERSION)
    assert all_end([left])
