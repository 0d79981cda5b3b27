"""Ordinary functions: one request at a time in environments that are made on demand."""

import json
import sys
import zipfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.dataplane.model import VersionStatus
from local.dataplane.plane import LocalDataPlane
from local.endpoint import Endpoint, serve_endpoint
from tests.local.dataplane.harness import MemoryLogs, NewPlane
from tests.local.dataplane.published_function import ARN, REGION
from tests.local.lambda_api.account import client, function, provide_references, refused
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="AWS publishes the runtime client for Linux alone"
)

HANDLER = """
import os
import time
from pathlib import Path

if os.environ.get("BROKEN"):
    raise RuntimeError("no table")
if gate := os.environ.get("START_GATE"):
    Path(gate).with_suffix(".starting").touch()
    while not Path(gate).exists():
        time.sleep(0.005)


def answer(event, context):
    if "gate" in event:
        gate = Path(event["gate"])
        gate.with_suffix(f".{event['number']}").touch()
        while not gate.exists():
            time.sleep(0.005)
    return {
        "process": os.getpid(),
        "arn": context.invoked_function_arn,
        "version": context.function_version,
        "seconds": context.get_remaining_time_in_millis() / 1000,
        "variables": dict(os.environ),
    }


def page(event, context):
    return {"statusCode": 201, "body": event["rawPath"]}
"""


@pytest.fixture(scope="session")
def handler_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(tmp_path_factory.mktemp("handler") / "function.zip", HANDLER)


def packed(path: Path, handler: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("views.py", handler)
    return path


@pytest.fixture
def deploy(new_plane: NewPlane, handler_zip: Path, tmp_path: Path) -> Callable[..., Any]:
    """Create the function in an account of the test's own; gives its Lambda client."""

    @contextmanager
    def deployed(plane: LocalDataPlane | None = None, **settings: Any) -> Generator[Any]:
        settings = {
            "Code": {"ZipFile": handler_zip.read_bytes()},
            "Handler": "views.answer",
            "Timeout": 60,
        } | settings
        plane = plane or new_plane()
        served = serve_endpoint(Endpoint(plane, tmp_path / "code"))
        provide_references(REGION)
        aws = client("lambda", served.url, REGION)
        aws.create_function(**function(**settings))
        aws.get_waiter("function_active_v2").wait(FunctionName="hello")
        try:
            yield aws
        finally:
            served.stop()

    return deployed


def invoked(aws: Any, qualifier: str = "$LATEST", **event: Any) -> Any:
    answer = aws.invoke(FunctionName="hello", Qualifier=qualifier, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


def test_the_first_request_starts_an_environment_that_serves_the_next(deploy: Any) -> None:
    with deploy() as aws:
        first, second = invoked(aws), invoked(aws)

    assert first["process"] == second["process"]
    assert (first["arn"], first["version"]) == (f"{ARN}:$LATEST", "$LATEST")


def test_it_has_the_environment_of_lambdas_runtime(deploy: Any) -> None:
    with deploy() as aws:
        variables = invoked(aws)["variables"]

    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert variables["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert variables["AWS_LAMBDA_LOG_FORMAT"] == "Text"
    assert "AWS_LAMBDA_MAX_CONCURRENCY" not in variables


def test_each_request_at_a_time_has_an_environment_of_its_own_up_to_the_bound(
    deploy: Any, new_plane: NewPlane, gate: Path
) -> None:
    with deploy(new_plane(max_on_demand=2)) as aws, ThreadPoolExecutor() as threads:
        answers = [threads.submit(invoked, aws, gate=str(gate), number=n) for n in (0, 1)]
        wait_until(lambda: all(gate.with_suffix(f".{n}").exists() for n in (0, 1)))

        with refused("TooManyRequestsException", "Rate Exceeded."):
            invoked(aws)
        gate.touch()

        assert len({answer.result()["process"] for answer in answers}) == 2


def test_the_start_is_no_part_of_the_timeout(deploy: Any, gate: Path) -> None:
    variables = {"START_GATE": str(gate)}
    with (
        deploy(Timeout=3, Environment={"Variables": variables}) as aws,
        ThreadPoolExecutor() as threads,
    ):
        answer = threads.submit(invoked, aws)
        wait_until(gate.with_suffix(".starting").exists)
        with pytest.raises(TimeoutError):
            answer.result(timeout=3.5)
        gate.touch()

        assert answer.result()["seconds"] > 0


def test_a_request_that_takes_too_long_ends_with_its_environment(deploy: Any, gate: Path) -> None:
    with deploy(Timeout=3) as aws:
        failed = invoked(aws, gate=str(gate), number=0)
        after = invoked(aws)

    assert failed["errorType"] == "Sandbox.Timedout"
    assert failed["errorMessage"].endswith("Error: Task timed out after 3.00 seconds")
    assert after["version"] == "$LATEST"


def test_an_environment_without_requests_ends(deploy: Any, new_plane: NewPlane) -> None:
    plane = new_plane(idle_seconds=0.2)
    with deploy(plane=plane) as aws:
        first = invoked(aws)

        wait_until(lambda: [used.environments for used in plane.usage()] == [0])

        assert plane.status("hello", "$LATEST") == VersionStatus("Active")
        assert invoked(aws)["process"] != first["process"]


def test_new_code_serves_the_next_request(deploy: Any, tmp_path: Path) -> None:
    changed = packed(tmp_path / "changed.zip", "def answer(event, context): return 'changed'")
    with deploy(Publish=True) as aws:
        invoked(aws)

        aws.update_function_code(FunctionName="hello", ZipFile=changed.read_bytes())
        aws.get_waiter("function_active_v2").wait(FunctionName="hello")

        wait_until(lambda: invoked(aws) == "changed")
        assert invoked(aws, "1")["version"] == "1"


def test_what_cannot_start_fails_each_request_with_the_reason(deploy: Any) -> None:
    with deploy(Environment={"Variables": {"BROKEN": "yes"}}) as aws:
        first, second = invoked(aws), invoked(aws)

    for failed in (first, second):
        assert failed["errorType"] == "FunctionError.RuntimeInitError"
        assert "no table" in failed["errorMessage"]


def test_a_function_url_waits_for_the_environment(deploy: Any) -> None:
    with deploy(Handler="views.page") as aws:
        url = aws.create_function_url_config(FunctionName="hello", AuthType="NONE")["FunctionUrl"]

        response = httpx.get(f"{url}orders")

    assert (response.status_code, response.text) == (201, "/orders")


def test_the_log_is_text_unless_it_is_asked_for_as_json(deploy: Any, logs: MemoryLogs) -> None:
    with deploy() as aws:
        invoked(aws)

    (lines,) = logs.lines.values()
    assert [line.split()[0] for line in lines] == ["START", "END", "REPORT"]
    assert lines[0].endswith("Version: $LATEST")
