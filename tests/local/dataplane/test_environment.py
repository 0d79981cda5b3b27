"""What a function finds in its execution environment, and what it leaves behind."""

import re
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import (
    MemoryLogs,
    NewPlane,
    deploy,
    deployment,
    status_of,
)
from tests.waiting import wait_until

# A shell that starts a program adds these, on Lambda too; Python adds the last one.
ADDED = {"PWD", "SHLVL", "_", "OLDPWD", "LC_CTYPE"}


@pytest.fixture
def surroundings(
    plane: LocalDataPlane, function_zip: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Return what the function finds, while this process has variables of a developer."""
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.setenv("AWS_PROFILE", "production")
    variables = {"GREETING": "hello", "AWS_REGION": "mars-north-1", "TZ": "Europe/Berlin"}
    url = deploy(plane, deployment(function_zip, variables=variables))
    return httpx.get(f"{url}environment").raise_for_status().json()


def test_the_variables_are_lambdas_and_the_functions_own(surroundings: dict[str, Any]) -> None:
    variables: dict[str, str] = surroundings["variables"]
    root = variables["LAMBDA_TASK_ROOT"]
    scratch = variables["HOME"]
    expected = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
        "AWS_LAMBDA_FUNCTION_NAME": "streamer",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST.PUBLISHED",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "lambda-managed-instances",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/streamer",
        "AWS_LAMBDA_LOG_STREAM_NAME": variables["AWS_LAMBDA_LOG_STREAM_NAME"],
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_MAX_CONCURRENCY": "4",
        "AWS_LAMBDA_METADATA_API": variables["AWS_LAMBDA_METADATA_API"],
        "AWS_LAMBDA_METADATA_TOKEN": variables["AWS_LAMBDA_METADATA_TOKEN"],
        "AWS_LAMBDA_RUNTIME_API": variables["AWS_LAMBDA_RUNTIME_API"],
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_PORT": variables["AWS_LWA_PORT"],
        "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "200-299",
        "AWS_LWA_READINESS_CHECK_PATH": "/health",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "GREETING": "hello",
        "HOME": scratch,
        "LAMBDA_TASK_ROOT": root,
        "LANG": "en_US.UTF-8",
        "PATH": variables["PATH"],
        "TMPDIR": scratch,
        "TZ": "Europe/Berlin",
        "_HANDLER": "run.sh",
    }
    assert {name: text for name, text in variables.items() if name not in ADDED} == expected
    assert variables["AWS_LWA_PORT"] != "8000"


def test_the_metadata_endpoint_tells_the_zone_to_whoever_has_the_token(
    surroundings: dict[str, Any],
) -> None:
    variables: dict[str, str] = surroundings["variables"]
    address, token = (variables[f"AWS_LAMBDA_METADATA_{name}"] for name in ("API", "TOKEN"))
    url = f"http://{address}/2026-01-15/metadata/execution-environment"

    answered = httpx.get(url, headers={"Authorization": f"Bearer {token}"})
    refused = httpx.get(url, headers={"Authorization": "Bearer another"})

    assert re.fullmatch(r"euw1-az\d", answered.json()["AvailabilityZoneID"])
    assert answered.headers["cache-control"] == "private, max-age=43200, immutable"
    assert refused.status_code == 401


def test_python3_is_the_base_interpreter_of_this_one(surroundings: dict[str, Any]) -> None:
    executable = Path(surroundings["executable"])
    base = Path(sys.base_exec_prefix).resolve()
    assert executable.resolve().is_relative_to(base)
    search_path: list[str] = surroundings["path"]
    foreign = [entry for entry in search_path[1:] if not Path(entry).resolve().is_relative_to(base)]
    assert foreign == []


def test_the_script_runs_in_the_task_root_with_the_archives_modes(
    surroundings: dict[str, Any],
) -> None:
    variables: dict[str, str] = surroundings["variables"]
    assert Path(surroundings["cwd"]).samefile(variables["LAMBDA_TASK_ROOT"])
    assert surroundings["mode"] == "0o555"


def test_a_start_script_finds_what_lambda_finds_in_layers(
    plane: LocalDataPlane, function_zip: Path, tmp_path: Path
) -> None:
    """Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html."""
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as layer:
        layer.writestr("bin/tool", "")
    described = replace(deployment(function_zip), layer_files=(tmp_path / "layer.zip",))

    found = httpx.get(f"{deploy(plane, described)}environment").json()["variables"]

    (root,) = {Path(found["LD_LIBRARY_PATH"]).parent}
    assert (root / "bin/tool").is_file()
    assert found["LD_LIBRARY_PATH"] == f"{root}/lib"
    assert found["PATH"].endswith(f":/bin:{root}/bin")
    assert found["PYTHONPATH"] == f"{root}/python:{root}/python/lib/python3.13/site-packages"


def test_the_output_goes_to_a_log_stream_of_the_environment(
    plane: LocalDataPlane, function_zip: Path, logs: MemoryLogs
) -> None:
    url = deploy(plane, deployment(function_zip))
    assert httpx.get(f"{url}exit").status_code == 502
    wait_until(lambda: any("leaving on request" in lines for lines in logs.lines.values()))
    for (group, stream), lines in logs.lines.items():
        assert group == "/aws/lambda/streamer"
        assert re.fullmatch(r"\d{4}/\d\d/\d\d/streamer\[\$LATEST\.PUBLISHED\][0-9a-f]{32}", stream)
        assert lines[0] == '{"message": "listening"}'


def test_archives_and_scratch_folders_last_as_long_as_their_version(
    plane: LocalDataPlane, function_zip: Path, tmp_path: Path
) -> None:
    deploy(plane, deployment(function_zip), 2)
    folder = tmp_path / "plane"
    assert len(list((folder / "task-roots").iterdir())) == 1
    assert len(list((folder / "scratch").iterdir())) == 2
    plane.retire("streamer", "$LATEST.PUBLISHED")
    wait_until(lambda: not any((folder / "task-roots").iterdir()))
    assert not any((folder / "scratch").iterdir())


def test_a_function_that_takes_too_much_memory_is_killed_and_replaced(
    new_plane: NewPlane, function_zip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = deploy(new_plane(), replace(deployment(function_zip), memory_mb=200))

    response = httpx.get(f"{url}fill", params={"mb": "250"}, timeout=30)

    assert response.status_code == 502
    assert "SendRequest" in caplog.text  # the adapter outlives the function, and reports its end
    wait_until(lambda: status_of(url) == 200)
    assert "an execution environment of streamer has ended: run.sh was ended because it had" in (
        caplog.text
    )
