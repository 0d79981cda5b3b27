"""The local AWS and AWS's own runtime emulator run the same function alike.

Each scenario runs under both. What differs has to be in the table of docs/local-aws.md, and what
stands there has to differ.
"""

import json
import os
import re
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from local.dataplane.failures import InvocationError, NotServingError, ThrottledError
from local.dataplane.invocation import InvocationRequest
from local.dataplane.plane import LocalDataPlane
from testing.project import PROJECT
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import (
    VERSION,
    MemoryLogs,
    build_zip,
    deployment,
    settled_status,
)
from tests.local.dataplane.test_invoke import http_event
from tests.local.emulator.observations import Outcome
from tests.local.emulator.rie import emulator, why_not
from tests.waiting import wait_until

STREAMING = {
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
    "AWS_LWA_INVOKE_MODE": "response_stream",
    "AWS_LWA_READINESS_CHECK_PATH": "/health",
}
BUFFERED = {name: value for name, value in STREAMING.items() if name != "AWS_LWA_INVOKE_MODE"}


class Runner(Protocol):
    """Runs the function of the tests."""

    def invoke(self, event: bytes) -> Outcome:
        """Invoke the function."""
        ...

    def has_ended(self) -> bool:
        """Return whether it has given up."""
        ...

    def stop(self) -> None:
        """End the function as Lambda does, and wait for it."""
        ...


Start = Callable[[Mapping[str, str], int], AbstractContextManager[Runner]]
"""Starts a runner, with the function's variables and its concurrency."""


@dataclass
class LocalFunction:
    """The function on a data plane of the local AWS."""

    plane: LocalDataPlane

    def invoke(self, event: bytes) -> Outcome:
        request = InvocationRequest(
            request_id=os.urandom(16).hex(), trace_id="Root=1-0-1", event=event, payload_format=None
        )
        try:
            invocation = self.plane.invoke("streamer", VERSION, request)
            return Outcome(is_admitted=True, payload=b"".join(self.plane.chunks(invocation)))
        except InvocationError as error:
            return Outcome(is_admitted=True, failed=True, payload=error.document)
        except (ThrottledError, NotServingError):
            return Outcome(is_admitted=False)

    def has_ended(self) -> bool:
        return settled_status(self.plane).state == "Failed"

    def stop(self) -> None:
        self.plane.stop()


@contextmanager
def local_function(
    variables: Mapping[str, str], concurrency: int, folder: Path
) -> Generator[LocalFunction]:
    with running(folder / "plane", MemoryLogs()) as plane:
        zip_file = build_zip(folder / "function.zip")
        exactly = {"AWS_LWA_INVOKE_MODE": None, "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": None}
        plane.deploy(
            deployment(zip_file, concurrency=concurrency, variables={**exactly, **variables}), 1
        )
        settled_status(plane)
        yield LocalFunction(plane)


@contextmanager
def emulated_function(
    variables: Mapping[str, str], concurrency: int, folder: Path
) -> Generator[Runner]:
    with emulator(variables, concurrency, folder / "emulator.log") as function:
        yield function


def streamed_response(start: Start) -> Mapping[str, object]:
    with start(STREAMING, 1) as function:
        echo = function.invoke(http_event("/echo", q="1"))
        cookies = function.invoke(http_event("/cookies"))
        seen: dict[str, Any] = echo.document()
        context: dict[str, Any] = json.loads(seen["headers"].pop("x-amzn-lambda-context"))
        return {
            "head": cookies.head(),
            "body": cookies.body(),
            "request": (seen["method"], seen["path"], seen["body"]),
            "request headers": sorted(seen["headers"]),
            "context": sorted(context),
            "deadline": len(str(context["deadline"])),
        }


def buffered_response(start: Start) -> Mapping[str, object]:
    with start(BUFFERED, 1) as function:
        answer = json.loads(function.invoke(http_event("/cookies")).payload)
        for headers in (answer["headers"], answer["multiValueHeaders"]):
            headers.pop("date", None)
        return {"answer": answer}


def variables(start: Start) -> Mapping[str, object]:
    same = ("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_MAX_CONCURRENCY", "TZ", "_HANDLER")
    with start(STREAMING, 3) as function:
        found: dict[str, str] = function.invoke(http_event("/environment")).document()["variables"]
        # Shells and the test's own start script leave these behind.
        names = found.keys() - {
            "PATH",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "LC_CTYPE",
            "LD_LIBRARY_PATH",
            "_",
        }
        return {name: found[name] if name in same else "set" for name in names}


def error_before_the_first_byte(start: Start) -> Mapping[str, object]:
    with start(STREAMING, 1) as function:
        outcome = function.invoke(http_event("/close"))
        return {"failed": outcome.failed, "document": outcome.payload}


def error_after_the_first_byte(start: Start) -> Mapping[str, object]:
    with start(STREAMING, 1) as function:
        outcome = function.invoke(http_event("/break"))
        return {"failed": outcome.failed, "body": outcome.body()}


def a_crash(start: Start) -> Mapping[str, object]:
    with start(STREAMING, 1) as function:
        # The document is Lambda's or the adapter's, whichever is quicker.
        return {"failed": function.invoke(http_event("/exit")).failed}


def one_request_too_many(start: Start) -> Mapping[str, object]:
    with start(STREAMING, 2) as function, ThreadPoolExecutor() as threads:
        gate = Path("/dev/shm") / f"gate-{os.urandom(8).hex()}"  # noqa: S108  # both see it
        wait = http_event("/wait", gate=str(gate))
        waiting = [threads.submit(_once_admitted, function, wait) for _ in range(2)]
        # This request takes a slot too, until both are taken.
        wait_until(lambda: not function.invoke(http_event("/")).is_admitted)
        gate.touch()
        served = [each.result().body() for each in waiting]
        gate.unlink()
        return {"served": served, "after it": function.invoke(http_event("/")).is_admitted}


def _once_admitted(function: Runner, event: bytes) -> Outcome:
    return wait_until(lambda: outcome if (outcome := function.invoke(event)).is_admitted else None)


def the_end(start: Start) -> Mapping[str, object]:
    # SIGKILL follows soon, of which time a busy machine may take all.
    return {"the function gets SIGTERM": any(_is_told_to_end(start) for _ in range(5))}


def _is_told_to_end(start: Start) -> bool:
    mark = Path("/dev/shm") / f"mark-{os.urandom(8).hex()}"  # noqa: S108
    with start(STREAMING | {"MARK_AT_SIGTERM": str(mark)}, 1) as function:
        function.invoke(http_event("/"))
        function.stop()
    was_told = mark.exists()
    mark.unlink(missing_ok=True)
    return was_told


def a_failed_start(start: Start) -> Mapping[str, object]:
    with start(STREAMING | {"EXIT_AT_START": "yes"}, 1) as function:
        return {"gives up": wait_until(function.has_ended)}


SCENARIOS = (
    streamed_response,
    buffered_response,
    variables,
    error_before_the_first_byte,
    error_after_the_first_byte,
    a_crash,
    one_request_too_many,
    the_end,
    a_failed_start,
)


@pytest.fixture(scope="module", autouse=True)
def emulator_at_hand() -> None:
    if reason := why_not():
        if os.environ.get("CI") and "cannot be had" in reason:
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[each.__name__ for each in SCENARIOS])
def test_what_differs_is_documented(
    scenario: Callable[[Start], Mapping[str, object]], tmp_path: Path
) -> None:
    local = scenario(partial(local_function, folder=tmp_path))
    emulated = scenario(partial(emulated_function, folder=tmp_path))

    differing = {
        key: (local.get(key), emulated.get(key))
        for key in local.keys() | emulated.keys()
        if local.get(key) != emulated.get(key)
    }
    assert set(differing) == documented(scenario.__name__), differing


def documented(scenario: str) -> set[str]:
    """Return what differs in a scenario, as docs/local-aws.md lists it."""
    page = (PROJECT / "docs/local-aws.md").read_text()
    name = scenario.replace("_", " ")
    return {
        key
        for row in re.findall(rf"^\| {name} \| (.+?) \|", page, re.MULTILINE)
        for key in re.findall(r"`([^`]+)`", row)
    }
