"""The application behind the real web adapter, on the data plane of the local AWS."""

import json
import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from local.dataplane.plane import LocalDataPlane
from tests.app.packed import packed
from tests.app.requests import TRACE_ID
from tests.app.server import PROBE
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import (
    MemoryLogs,
    deployment,
    open_url,
    settled_status,
)
from tests.waiting import wait_until

InvokeMode = Literal["BUFFERED", "RESPONSE_STREAM"]
LMI_MODES: dict[InvokeMode, str] = {"BUFFERED": "buffered", "RESPONSE_STREAM": "response_stream"}


STALLED = {
    "stalled": "part\n[incomplete: {}]\n",
    "stalled-lines": '{{"part":1}}\n{{"completion":"incomplete","reason":"{}"}}\n',
    "stalled-events": "event: token\ndata: part\nid: 1\n\n"
    'event: incomplete\ndata: {{"reason":"{}"}}\n\n',
}
"""What is streamed by each endpoint whose source stalls after one item, but for the reason."""


@pytest.fixture(scope="session")
def probe_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pack the application of these tests."""
    return packed(tmp_path_factory.mktemp("probe"), PROBE)


@pytest.fixture(scope="module")
def logs() -> MemoryLogs:
    return MemoryLogs()


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory, logs: MemoryLogs) -> Generator[LocalDataPlane]:
    with running(tmp_path_factory.mktemp("plane"), logs) as plane:
        yield plane


@pytest.fixture(scope="module")
def urls(plane: LocalDataPlane, probe_zip: Path) -> dict[InvokeMode, str]:
    """Return the URLs of one function that streams and of one that does not."""
    return {mode: deployed(plane, probe_zip, mode, name=mode.lower()) for mode in LMI_MODES}


def deployed(
    plane: LocalDataPlane, zip_file: Path, mode: InvokeMode, *, name: str, **settings: Any
) -> str:
    variables = {"AWS_LWA_INVOKE_MODE": LMI_MODES[mode]}
    plane.deploy(deployment(zip_file, name=name, variables=variables, **settings), 1)
    settled = settled_status(plane, name)
    assert settled.state == "Active", settled
    return open_url(plane, name, invoke_mode=mode)


@pytest.fixture(scope="module")
def short_url(plane: LocalDataPlane, probe_zip: Path) -> str:
    """Give the URL of a function with a timeout of 3 seconds."""
    return deployed(plane, probe_zip, "RESPONSE_STREAM", name="short", timeout_seconds=3)


@pytest.mark.parametrize("path", STALLED)
def test_a_stalled_source_ends_with_a_marker_before_the_timeout(short_url: str, path: str) -> None:
    response = httpx.get(f"{short_url}{path}", timeout=30)

    assert response.text == STALLED[path].format("deadline")


@pytest.mark.parametrize("path", STALLED)
def test_a_shutdown_in_mid_stream_ends_with_a_marker(
    plane: LocalDataPlane, probe_zip: Path, path: str
) -> None:
    url = deployed(plane, probe_zip, "RESPONSE_STREAM", name=f"ending-{path}")
    pid = httpx.get(f"{url}health").json()["pid"]

    with httpx.stream("GET", f"{url}{path}", timeout=30) as response:
        parts = response.iter_text()
        first = next(parts)
        os.kill(pid, signal.SIGTERM)
        rest = "".join(parts)

    assert first + rest == STALLED[path].format("shutdown")


@pytest.mark.parametrize("mode", LMI_MODES)
@pytest.mark.parametrize(
    ("case", "header", "value"),
    [
        ("two-links", "link", "</a>; rel=preload, </b>; rel=preload"),
        ("two-varies", "vary", "origin, accept"),
        ("two-types", "content-type", "text/plain"),
        ("latin-1", "x-author", None),
        ("file-name", "content-disposition", None),
        ("delete", "x-odd", None),
    ],
)
def test_every_header_reaches_the_client_in_some_form(
    urls: dict[InvokeMode, str], mode: InvokeMode, case: str, header: str, value: str | None
) -> None:
    response = httpx.get(f"{urls[mode]}headers/{case}", timeout=30)

    assert (response.status_code, response.text) == (200, "body")
    assert response.headers.get(header) == value


@pytest.mark.parametrize("mode", LMI_MODES)
def test_cookies_stay_apart(urls: dict[InvokeMode, str], mode: InvokeMode) -> None:
    response = httpx.get(f"{urls[mode]}headers/two-cookies", timeout=30)

    assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2"]


@pytest.mark.parametrize("mode", LMI_MODES)
def test_the_request_id_is_lambdas(urls: dict[InvokeMode, str], mode: InvokeMode) -> None:
    response = httpx.get(f"{urls[mode]}headers/own-request-id", timeout=30)

    assert len(response.headers.get_list("x-request-id")) == 1
    assert response.headers["x-request-id"] != "mine"


@pytest.mark.parametrize("mode", LMI_MODES)
def test_a_line_of_the_log_joins_the_request_with_its_trace(
    urls: dict[InvokeMode, str], logs: MemoryLogs, mode: InvokeMode
) -> None:
    headers = {"x-amzn-trace-id": f"Root={TRACE_ID};Sampled=1"}

    request_id = httpx.get(f"{urls[mode]}health", headers=headers).headers["x-request-id"]

    def logged() -> set[str | None]:
        lines = [json.loads(line) for lines in logs.lines.values() for line in lines]
        return {line.get("xrayTraceId") for line in lines if line.get("requestId") == request_id}

    wait_until(lambda: bool(logged()))
    assert logged() == {TRACE_ID}


@pytest.mark.parametrize("mode", LMI_MODES)
def test_more_such_responses_than_workers_leave_the_environment_serving(
    urls: dict[InvokeMode, str], mode: InvokeMode
) -> None:
    statuses = [
        httpx.get(f"{urls[mode]}headers/{case}", timeout=30).status_code
        for case in ("latin-1", "file-name") * 4
    ]

    assert statuses == [200] * 8


@pytest.mark.parametrize("mode", LMI_MODES)
@pytest.mark.parametrize("path", ["health", "stalled"])
def test_head_is_answered(urls: dict[InvokeMode, str], mode: InvokeMode, path: str) -> None:
    response = httpx.head(f"{urls[mode]}{path}", timeout=30)

    assert (response.status_code, response.content) == (200, b"")
