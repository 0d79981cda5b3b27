"""Published versions start, take over, scale, fail and recover as VersionStatus says."""

import threading
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from local.dataplane.model import VersionStatus
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import (
    VERSION,
    MemoryLogs,
    NewPlane,
    build_zip,
    deploy,
    deployment,
    open_url,
    settled_status,
    status_of,
)
from tests.local.dataplane.os_processes import OsProcess, all_end, children
from tests.waiting import wait_until

ACTIVE = VersionStatus("Active")


def greeting(url: str) -> str:
    return httpx.get(url).raise_for_status().json()["greeting"]


def function_behind(url: str) -> OsProcess:
    return OsProcess(psutil.Process(httpx.get(url).raise_for_status().json()["pid"]))


def adapter_beside(function: OsProcess) -> OsProcess:
    """Find the adapter of the environment that a function's server belongs to."""
    runtime_api = function.variables["AWS_LAMBDA_RUNTIME_API"]
    return next(
        child
        for child in children()
        if child.command.endswith("lambda-adapter")
        and child.variables["AWS_LAMBDA_RUNTIME_API"] == runtime_api
    )


def test_a_version_is_pending_until_it_is_up(
    plane: LocalDataPlane, function_zip: Path, gate: Path
) -> None:
    assert plane.status("streamer", VERSION) is None
    url = open_url(plane)
    assert status_of(url) == 503
    plane.deploy(deployment(function_zip, variables={"START_GATE": str(gate)}), 1)
    assert plane.status("streamer", VERSION) == VersionStatus("Pending")
    gate.touch()
    assert settled_status(plane) == ACTIVE
    assert status_of(url) == 200


def test_a_running_stream_uses_a_slot(
    plane: LocalDataPlane, function_zip: Path, gate: Path
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=8))
    (idle,) = plane.usage()
    with httpx.stream("GET", f"{url}stream", params={"gate": str(gate)}, timeout=30) as response:
        assert next(response.iter_text()) == "0"
        (streaming,) = plane.usage()
        Path(f"{gate}.1").touch()

    assert (idle.function_name, idle.version, idle.state) == ("streamer", VERSION, "Active")
    assert (idle.environments, idle.slots, idle.slots_in_use) == (1, 8, 0)
    assert (streaming.environments, streaming.slots, streaming.slots_in_use) == (1, 8, 1)


def test_a_deployment_takes_over_without_a_failed_request(
    plane: LocalDataPlane, function_zip: Path, gate: Path
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=8, variables={"GREETING": "old"}))
    old = function_behind(url)
    answers: list[str] = []
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            answers.append(greeting(url))

    asking = threading.Thread(target=ask)
    with httpx.stream("GET", f"{url}stream", params={"gate": str(gate)}, timeout=30) as response:
        chunks = response.iter_text()
        assert next(chunks) == "0"
        asking.start()
        wait_until(lambda: "old" in answers)
        plane.deploy(deployment(function_zip, concurrency=8, variables={"GREETING": "new"}), 1)
        wait_until(lambda: "new" in answers)
        enough.set()
        asking.join()
        assert old.runs
        Path(f"{gate}.1").touch()
        assert "".join(chunks) == "1"
    first_new = answers.index("new")
    assert set(answers[:first_new]) == {"old"}
    assert set(answers[first_new:]) == {"new"}
    assert all_end([old])


def test_the_old_deployment_serves_on_when_the_new_one_fails(
    plane: LocalDataPlane, function_zip: Path
) -> None:
    url = deploy(plane, deployment(function_zip, variables={"GREETING": "old"}))
    plane.deploy(deployment(function_zip, variables={"EXIT_AT_START": "1"}), 1)
    assert settled_status(plane).state == "Failed"
    assert greeting(url) == "old"
    plane.deploy(deployment(function_zip, variables={"GREETING": "mended"}), 1)
    assert settled_status(plane) == ACTIVE
    assert greeting(url) == "mended"


def test_each_numbered_version_has_environments_of_its_own(
    plane: LocalDataPlane, function_zip: Path
) -> None:
    greetings: list[str] = []
    for version in ("1", "2"):
        numbered = replace(
            deployment(function_zip, variables={"GREETING": version}), version=version
        )
        plane.deploy(numbered, 1)
        wait_until(lambda version=version: plane.status("streamer", version) == ACTIVE)
        greetings.append(greeting(open_url(plane, version=version)))

    assert greetings == ["1", "2"]
    assert {each.version: each.environments for each in plane.usage()} == {"1": 1, "2": 1}
    plane.retire("streamer", "1")
    assert greeting(open_url(plane, version="2")) == "2"


def test_a_version_whose_first_environment_fails_starts_no_other(
    plane: LocalDataPlane, function_zip: Path, logs: MemoryLogs
) -> None:
    plane.deploy(deployment(function_zip, variables={"EXIT_AT_START": "1"}), 3)

    assert settled_status(plane).state == "Failed"
    assert len(logs.lines) == 1


def test_scaling_changes_how_many_serve(plane: LocalDataPlane, function_zip: Path) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=1))
    for environments, expected in ((2, ACTIVE), (1, ACTIVE), (0, VersionStatus("Deactivated"))):
        plane.scale("streamer", VERSION, environments)
        assert settled_status(plane) == expected
    refused = httpx.get(url)
    assert refused.status_code == 503
    assert "deactivated" in refused.json()["Message"]
    plane.scale("streamer", VERSION, 1)
    assert settled_status(plane) == ACTIVE
    assert status_of(url) == 200


def test_scaling_down_while_starting_starts_no_more_than_wanted(
    plane: LocalDataPlane, function_zip: Path, logs: MemoryLogs, gate: Path
) -> None:
    plane.deploy(deployment(function_zip, variables={"START_GATE": str(gate)}), 3)
    plane.scale("streamer", VERSION, 1)
    gate.touch()
    assert settled_status(plane) == ACTIVE
    assert len(logs.lines) == 1


def test_a_retired_version_is_no_longer_served(plane: LocalDataPlane, function_zip: Path) -> None:
    url = deploy(plane, deployment(function_zip))
    process = function_behind(url)
    plane.retire("streamer", VERSION)
    assert plane.status("streamer", VERSION) is None
    assert status_of(url) == 503
    assert all_end([process])
    plane.retire("streamer", VERSION)


@pytest.mark.parametrize("victim", ["function", "adapter"])
def test_an_environment_that_loses_a_process_is_replaced(
    plane: LocalDataPlane, function_zip: Path, gate: Path, victim: str
) -> None:
    url = deploy(plane, deployment(function_zip))
    function = function_behind(url)
    adapter = adapter_beside(function)
    with httpx.stream("GET", f"{url}stream", params={"gate": str(gate)}, timeout=30) as response:
        chunks = response.iter_raw()
        assert next(chunks) == b"0"
        (function if victim == "function" else adapter).kill()
        # A function that breaks off is reported by the adapter as text, in a complete response
        # (docs/facts/web-adapter.md#broken-streams); without the adapter the response is cut off.
        if victim == "function":
            assert b"Runtime.StreamError" in b"".join(chunks)
        else:
            with pytest.raises(httpx.RemoteProtocolError):
                list(chunks)
    wait_until(lambda: status_of(url) == 200)
    assert function_behind(url).pid != function.pid
    assert plane.status("streamer", VERSION) == ACTIVE
    assert all_end([function, adapter])


def test_a_function_that_keeps_crashing_is_not_restarted(
    plane: LocalDataPlane, function_zip: Path, gate: Path
) -> None:
    deploy(plane, deployment(function_zip, variables={"EXIT_GATE": str(gate)}))
    gate.touch()
    status = wait_until(lambda: failed(plane))
    assert status.reason is not None
    assert "run.sh exited with code 4" in status.reason
    assert "the gate is open" in status.reason
    gate.unlink()
    plane.scale("streamer", VERSION, 2)
    assert settled_status(plane) == ACTIVE


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        pytest.param(
            {"EXIT_AT_START": "1"},
            "FunctionError.RuntimeInitError",
            ["run.sh exited with code 1", "no good start"],
            id="the function exits",
        ),
        pytest.param(
            {"AWS_LAMBDA_EXEC_WRAPPER": None},
            "InvalidConfiguration",
            ["streamer lacks the variable AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap"],
            id="no wrapper",
        ),
    ],
)
def test_a_version_that_cannot_start_says_why(
    plane: LocalDataPlane,
    function_zip: Path,
    variables: dict[str, str | None],
    code: str,
    words: list[str],
) -> None:
    plane.deploy(deployment(function_zip, variables=variables), 1)
    status = settled_status(plane)
    assert (status.state, status.reason_code) == ("Failed", code)
    for text in words:
        assert text in (status.reason or "")


@pytest.mark.parametrize(
    ("variables", "answer"),
    [
        (
            {"AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "500-599"},
            "GET /health is answered with 200",
        ),
        ({"AWS_LWA_READINESS_CHECK_PATH": "/absent"}, "GET /absent gets no answer"),
        ({"WRONG_PORT": "1"}, "no server listens there"),
    ],
)
def test_the_reason_names_what_the_readiness_check_gets(
    new_plane: NewPlane, function_zip: Path, variables: dict[str, str], answer: str
) -> None:
    plane = new_plane(init_timeout_seconds=6)
    plane.deploy(deployment(function_zip, variables=variables), 1)

    status = settled_status(plane)

    assert status.reason_code == "FunctionError.InitTimeout"
    assert answer in (status.reason or "")


def test_a_function_that_is_never_ready_times_out(new_plane: NewPlane, function_zip: Path) -> None:
    plane = new_plane(init_timeout_seconds=1)
    plane.deploy(deployment(function_zip, variables={"WRONG_PORT": "1"}), 1)
    status = settled_status(plane)
    assert (status.state, status.reason_code) == ("Failed", "FunctionError.InitTimeout")
    assert "AWS_LWA_PORT" in (status.reason or "")


def test_an_adapter_that_exits_is_an_extension_error(
    new_plane: NewPlane, function_zip: Path
) -> None:
    plane = new_plane(adapter=Path("/bin/false"))
    plane.deploy(deployment(function_zip), 1)
    status = settled_status(plane)
    assert (status.state, status.reason_code) == ("Failed", "FunctionError.ExtensionInitError")
    assert "lambda-adapter exited with code 1" in (status.reason or "")


def test_a_function_without_the_adapters_layer_cannot_run_here(
    plane: LocalDataPlane, function_zip: Path
) -> None:
    plane.deploy(deployment(function_zip, layers=()), 1)
    status = settled_status(plane)
    assert status.reason_code == "InvalidConfiguration"
    assert "lacks a layer LambdaAdapterLayerX86 or LambdaAdapterLayerArm64" in (status.reason or "")


@pytest.mark.parametrize(
    ("script_name", "script_mode", "code"),
    [
        pytest.param("start.sh", 0o755, "FunctionError.InvalidEntryPoint", id="other name"),
        pytest.param("run.sh", 0o644, "FunctionError.PermissionDenied", id="not executable"),
    ],
)
def test_an_archive_needs_its_start_script(
    plane: LocalDataPlane, tmp_path: Path, script_name: str, script_mode: int, code: str
) -> None:
    archive = build_zip(tmp_path / "function.zip", script_name=script_name, script_mode=script_mode)
    plane.deploy(deployment(archive), 1)
    status = settled_status(plane)
    assert (status.state, status.reason_code) == ("Failed", code)
    assert "run.sh" in (status.reason or "")


def test_an_archive_has_to_be_a_zip(plane: LocalDataPlane, tmp_path: Path) -> None:
    archive = tmp_path / "function.zip"
    archive.write_text("not a zip")
    plane.deploy(deployment(archive), 1)
    assert settled_status(plane).reason_code == "InvalidZipFileException"


def failed(plane: LocalDataPlane) -> VersionStatus | None:
    status = plane.status("streamer", VERSION)
    return status if status is not None and status.state == "Failed" else None
