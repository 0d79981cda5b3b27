"""Python handlers without the web adapter run under AWS's own runtime client."""

import json
import sys
import zipfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import MemoryLogs, NewPlane
from tests.local.dataplane.published_function import ARN, published_function
from tests.local.lambda_api.account import refused
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="AWS publishes the runtime client for Linux alone"
)

CONCURRENCY = 3
HANDLER = """
import importlib.util
import os
import sys
import time
from pathlib import Path

import boto3


def answer(event, context):
    if "gate" in event:
        gate = Path(event["gate"])
        gate.with_suffix(f".{event['number']}").touch()
        while not gate.exists():
            time.sleep(0.005)
        return os.getpid()
    if "exit" in event:
        sys.exit(event["exit"])
    if "text" in event:
        return event["text"]
    if "error" in event:
        raise ValueError(event["error"])
    if "module" in event:
        return importlib.util.find_spec(event["module"]) is not None
    return {
        "event": event,
        "arn": context.invoked_function_arn,
        "request_id": context.aws_request_id,
        "has_time": context.get_remaining_time_in_millis() > 0,
        "trace": os.environ["_X_AMZN_TRACE_ID"],
        "sdk": boto3.client("sts").meta.endpoint_url,
        "variables": dict(os.environ),
    }


def page(event, context):
    return {
        "statusCode": 201,
        "headers": {"content-type": "text/plain"},
        "body": f"{event['rawPath']} {context.invoked_function_arn}",
    }
"""


@pytest.fixture(scope="session")
def handler_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("handler") / "function.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pages/views.py", HANDLER)
    return path


@pytest.fixture(scope="session")
def aws(handler_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """Return a client of a published handler that tests share."""
    folder = tmp_path_factory.mktemp("handled")
    settings = {"Handler": "pages.views.answer"}
    with (
        running(folder, MemoryLogs(), endpoint_url="http://127.0.0.1:9") as plane,
        published_function(plane, folder, handler_zip, CONCURRENCY, **settings) as client,
    ):
        yield client


def invoked(aws: Any, **event: Any) -> Any:
    answer = aws.invoke(FunctionName="hello", Qualifier="live", Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer


def test_a_handler_gets_event_and_context(aws: Any) -> None:
    result, answer = invoked(aws, order=7)

    assert result["event"] == {"order": 7}
    assert result["arn"] == f"{ARN}:live"
    assert result["request_id"] == answer["ResponseMetadata"]["RequestId"]
    assert result["has_time"]
    assert result["trace"].startswith("Root=")


def test_a_handler_has_the_environment_of_lambdas_runtime(aws: Any) -> None:
    result, _ = invoked(aws)

    variables = result["variables"]
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert variables["_HANDLER"] == "pages.views.answer"
    assert variables["AWS_LAMBDA_MAX_CONCURRENCY"] == str(CONCURRENCY)
    assert result["sdk"] == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("module", "is_there"), [("boto3", True), ("moto", False), ("local", False)]
)
def test_a_handler_finds_the_sdk_and_nothing_else_of_the_checkout(
    aws: Any, module: str, is_there: bool
) -> None:
    assert invoked(aws, module=module)[0] is is_there


def test_each_process_serves_one_request_up_to_the_limit(aws: Any, gate: Path) -> None:
    numbers = range(CONCURRENCY)
    with ThreadPoolExecutor() as threads:
        answers = [threads.submit(invoked, aws, gate=str(gate), number=n) for n in numbers]
        wait_until(lambda: all(gate.with_suffix(f".{number}").exists() for number in numbers))

        with refused("TooManyRequestsException", "Rate Exceeded."):
            invoked(aws)
        gate.touch()
        processes = {answer.result()[0] for answer in answers}

    assert len(processes) == CONCURRENCY


def test_an_exception_is_a_function_error_with_its_stack_trace(aws: Any) -> None:
    result, answer = invoked(aws, error="no such order")

    assert answer["FunctionError"] == "Unhandled"
    assert (result["errorType"], result["errorMessage"]) == ("ValueError", "no such order")
    assert "views.py" in "".join(result["stackTrace"])


def test_a_process_that_exits_fails_its_request_and_is_missing_afterwards(
    new_plane: NewPlane, handler_zip: Path, tmp_path: Path, gate: Path
) -> None:
    settings = {"Handler": "pages.views.answer"}
    with (
        published_function(new_plane(), tmp_path, handler_zip, 2, **settings) as client,
        ThreadPoolExecutor() as threads,
    ):
        result, answer = invoked(client, exit=3)
        assert (answer["FunctionError"], result["errorType"]) == ("Unhandled", "Runtime.ExitError")

        waiting = threads.submit(invoked, client, gate=str(gate), number=0)
        wait_until(gate.with_suffix(".0").exists)
        with refused("TooManyRequestsException", "Rate Exceeded."):
            invoked(client)
        gate.touch()
        waiting.result()

        assert invoked(client, exit=3)[0]["errorType"] == "Runtime.ExitError"
        # All processes have ended, so another environment takes the place of this one.
        wait_until(lambda: serves(client))


def test_a_response_that_the_runtime_client_cannot_send_costs_its_request_alone(
    new_plane: NewPlane, handler_zip: Path, tmp_path: Path
) -> None:
    settings = {"Handler": "pages.views.answer", "Timeout": 1}
    with published_function(new_plane(), tmp_path, handler_zip, 1, **settings) as client:
        # The client logs that UTF-8 has no half of a surrogate pair, and asks for the next event.
        result, answer = invoked(client, text="\ud83d")
        assert (answer["FunctionError"], result["errorType"]) == ("Unhandled", "Sandbox.Timedout")
        assert invoked(client, text="whole")[0] == "whole"


def serves(client: Any) -> bool:
    try:
        return "event" in invoked(client)[0]
    except (
        client.exceptions.ResourceConflictException,
        client.exceptions.TooManyRequestsException,
    ):
        return False


def test_a_function_url_serves_a_handler(
    new_plane: NewPlane, handler_zip: Path, tmp_path: Path
) -> None:
    settings = {"Handler": "pages.views.page"}
    with published_function(new_plane(), tmp_path, handler_zip, 1, **settings) as client:
        url = client.create_function_url_config(
            FunctionName="hello", Qualifier="live", AuthType="NONE", InvokeMode="BUFFERED"
        )["FunctionUrl"]

        response = httpx.get(f"{url}orders")

    assert (response.status_code, response.text) == (201, f"/orders {ARN}:live")
    assert response.headers["content-type"] == "text/plain"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        pytest.param(
            {"Handler": "absent.answer"},
            ("FunctionError.RuntimeInitError", "Unable to import module 'absent'"),
            id="no such module",
        ),
        pytest.param(
            {"Handler": "pages.views.absent"},
            ("FunctionError.RuntimeInitError", "Handler 'absent' missing on module 'pages.views'"),
            id="no such function",
        ),
        pytest.param(
            {"Handler": "orders.Handler", "Runtime": "java21"},
            ("InvalidConfiguration", "in Python and Node.js, not Lambda's other runtimes"),
            id="another language",
        ),
    ],
)
def test_a_handler_that_cannot_run_says_why(
    new_plane: NewPlane,
    handler_zip: Path,
    tmp_path: Path,
    settings: dict[str, Any],
    reason: tuple[str, str],
) -> None:
    code, words = reason
    with published_function(new_plane(), tmp_path, handler_zip, 2, **settings) as client:
        found = client.get_function_configuration(
            FunctionName="hello", Qualifier="$LATEST.PUBLISHED"
        )

        assert (found["State"], found["StateReasonCode"]) == ("Failed", code)
        assert words in found["StateReason"]
        with refused("ResourceConflictException", words):
            client.invoke(FunctionName="hello")
