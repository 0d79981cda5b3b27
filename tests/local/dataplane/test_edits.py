"""``make dev`` serves edited files without a deployment, and a broken edit breaks nothing."""

import threading
from pathlib import Path

import httpx
import pytest

from local.dataplane.model import EditResult, VersionStatus
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import (
    FUNCTION,
    VERSION,
    MemoryLogs,
    deploy,
    deployment,
)
from tests.waiting import wait_until

SERVED = EditResult("served")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return the files of the function, copied to be edited."""
    for name in ("run.sh", "server.py"):
        (tmp_path / name).write_bytes((FUNCTION / name).read_bytes())
    return {name: tmp_path / name for name in ("run.sh", "server.py")}


def greet(files: dict[str, Path], greeting: str) -> dict[str, Path]:
    """Make the function greet in another way."""
    server = (FUNCTION / "server.py").read_text()
    changed = server.replace('os.environ.get("GREETING")', repr(greeting))
    assert changed != server
    files["server.py"].write_text(changed)
    return files


def greeting(url: str) -> str:
    return httpx.get(url).raise_for_status().json()["greeting"]


def test_an_edit_is_served_until_it_is_undone(
    plane: LocalDataPlane, function_zip: Path, files: dict[str, Path]
) -> None:
    url = deploy(plane, deployment(function_zip, variables={"GREETING": "deployed"}))

    for edited in ("edited", "edited again"):
        assert plane.edit("streamer", VERSION, greet(files, edited)) == SERVED
        assert greeting(url) == edited
        assert [version.edited for version in plane.usage()] == [True]
    assert plane.edit("streamer", VERSION, None) == SERVED
    assert greeting(url) == "deployed"
    assert [version.edited for version in plane.usage()] == [False]


def test_a_new_file_is_added_and_a_deleted_one_is_gone(
    plane: LocalDataPlane, function_zip: Path, files: dict[str, Path], tmp_path: Path
) -> None:
    url = deploy(plane, deployment(function_zip))
    (tmp_path / "names.py").write_text("NAME = 'new'\n")
    with_module = greet(files, "edited") | {"lib/names.py": tmp_path / "names.py"}
    source = (
        files["server.py"].read_text().replace("'edited'", "__import__('lib.names').names.NAME")
    )
    files["server.py"].write_text(source)

    assert plane.edit("streamer", VERSION, with_module) == SERVED
    assert greeting(url) == "new"
    # Each edit names all files: a folder without its file is as it was deployed, so not there.
    assert plane.edit("streamer", VERSION, files) == SERVED
    assert httpx.get(url).status_code == 502


def test_a_stream_that_began_before_an_edit_ends_whole(
    plane: LocalDataPlane, function_zip: Path, files: dict[str, Path], gate: Path
) -> None:
    url = deploy(plane, deployment(function_zip))
    with httpx.stream("GET", f"{url}stream", params={"gate": str(gate)}, timeout=30) as response:
        chunks = response.iter_text()
        assert next(chunks) == "0"
        assert plane.edit("streamer", VERSION, greet(files, "edited")) == SERVED
        assert greeting(url) == "edited"
        Path(f"{gate}.1").touch()
        assert "".join(chunks) == "1"


def test_what_served_before_a_broken_edit_still_does(
    plane: LocalDataPlane, function_zip: Path, files: dict[str, Path]
) -> None:
    url = deploy(plane, deployment(function_zip, variables={"GREETING": "deployed"}))
    files["server.py"].write_text("import nonexistent_module\n")

    failed = plane.edit("streamer", VERSION, files)

    assert failed.outcome == "failed"
    assert "No module named 'nonexistent_module'" in (failed.reason or "")
    assert greeting(url) == "deployed"
    assert plane.status("streamer", VERSION) == VersionStatus("Active")
    assert plane.edit("streamer", VERSION, greet(files, "mended")) == SERVED
    assert greeting(url) == "mended"


def test_an_edit_takes_the_place_of_one_that_does_not_start(
    plane: LocalDataPlane, function_zip: Path, files: dict[str, Path], logs: MemoryLogs
) -> None:
    url = deploy(plane, deployment(function_zip))
    files["server.py"].write_text("import time\nprint('begun', flush=True)\ntime.sleep(600)\n")
    results: list[EditResult] = []
    first = threading.Thread(
        target=lambda: results.append(plane.edit("streamer", VERSION, dict(files)))
    )
    first.start()
    wait_until(lambda: any("begun" in lines for lines in logs.lines.values()))

    assert plane.edit("streamer", VERSION, greet(files, "second")) == SERVED
    first.join()
    assert greeting(url) == "second"
    assert [result.outcome for result in results] == ["superseded"]


def test_a_deployment_ends_an_edit(
    plane: LocalDataPlane, function_zip: Path, files: dict[str, Path]
) -> None:
    url = deploy(plane, deployment(function_zip))
    plane.edit("streamer", VERSION, greet(files, "edited"))
    plane.deploy(deployment(function_zip, variables={"GREETING": "new"}), 1)

    # There is nothing to undo, but to wait for.
    assert plane.edit("streamer", VERSION, None) == SERVED
    assert greeting(url) == "new"


def test_what_is_not_deployed_cannot_be_edited(plane: LocalDataPlane) -> None:
    assert plane.edit("nobody", VERSION, {}).outcome == "failed"
