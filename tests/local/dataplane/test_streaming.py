"""Streams arrive as they are written, and concurrency is exactly what LMI admits."""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import deploy, deployment, open_url, status_of
from tests.waiting import wait_until

SIX_MEGABYTES = 6 * 1024 * 1024
RATE_EXCEEDED = {
    "Reason": "ConcurrentInvocationLimitExceeded",
    "Type": "User",
    "message": "Rate Exceeded.",
}


def many_connections() -> httpx.Client:
    return httpx.Client(timeout=30, limits=httpx.Limits(max_connections=None))


@pytest.fixture
def http() -> Generator[httpx.Client]:
    with many_connections() as client:
        yield client


def test_each_chunk_arrives_before_the_next_is_written(
    http: httpx.Client, served: str, gate: Path
) -> None:
    gates = {"gate": str(gate), "chunks": 4}
    with http.stream("GET", f"{served}stream", params=gates) as response:
        chunks = response.iter_raw()
        assert next(chunks) == b"0"
        for number in (1, 2, 3):
            Path(f"{gate}.{number}").touch()
            assert next(chunks) == str(number).encode()
        assert list(chunks) == []


@pytest.mark.parametrize(
    ("concurrency", "environments"),
    [pytest.param(64, 1, id="64 in one environment"), pytest.param(3, 2, id="3 in each of two")],
)
def test_admits_concurrency_times_environments_and_refuses_the_next(
    plane: LocalDataPlane, function_zip: Path, gate: Path, concurrency: int, environments: int
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=concurrency), environments)
    limit = concurrency * environments
    with many_connections() as http, ExitStack() as streams:
        bodies = [
            streams.enter_context(
                http.stream("GET", f"{url}stream", params={"gate": str(gate)})
            ).iter_raw()
            for _ in range(limit)
        ]
        assert [next(body) for body in bodies] == [b"0"] * limit

        refused = http.get(url)
        assert (refused.status_code, refused.json()) == (429, RATE_EXCEEDED)
        assert refused.headers["x-amzn-requestid"]

        Path(f"{gate}.1").touch()
        assert [b"".join(body) for body in bodies] == [b"1"] * limit
        assert status_of(url) == 200


def test_a_slot_is_free_as_soon_as_the_response_was_read(
    plane: LocalDataPlane, function_zip: Path, http: httpx.Client
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=1))
    assert {http.get(url).status_code for _ in range(200)} == {200}


def test_an_invocation_outlives_its_caller_and_holds_its_slot(
    plane: LocalDataPlane, function_zip: Path, gate: Path
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=1))
    gates = {"gate": str(gate), "chunks": 3}
    with httpx.stream("GET", f"{url}stream", params=gates) as response:
        assert next(response.iter_raw()) == b"0"
    assert status_of(url) == 429
    Path(f"{gate}.1").touch()
    assert status_of(url) == 429
    Path(f"{gate}.2").touch()
    wait_until(lambda: status_of(url) == 200)
    wait_until(Path(f"{gate}.ended").exists)


def test_a_large_stream_arrives_whole(http: httpx.Client, served: str) -> None:
    size = 32 * 1024 * 1024
    with http.stream("GET", f"{served}zeros", params={"bytes": size}) as response:
        assert sum(len(chunk) for chunk in response.iter_raw()) == size


def test_a_timeout_before_the_response_is_a_502_and_does_not_free_the_slot(
    plane: LocalDataPlane, function_zip: Path, http: httpx.Client, gate: Path
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=1, timeout_seconds=1))
    response = http.get(f"{url}wait", params={"gate": str(gate)})
    assert (response.status_code, response.text) == (502, "Internal Server Error")
    assert status_of(url) == 429
    gate.touch()
    wait_until(lambda: status_of(url) == 200)


def test_a_timeout_within_the_response_breaks_it_off(
    plane: LocalDataPlane, function_zip: Path, http: httpx.Client, gate: Path
) -> None:
    url = deploy(plane, deployment(function_zip, concurrency=1, timeout_seconds=3))
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        http.get(f"{url}stream", params={"gate": str(gate)})
    assert status_of(url) == 429
    Path(f"{gate}.1").touch()
    wait_until(lambda: status_of(url) == 200)


def test_a_buffered_url_sends_the_whole_response_at_once(
    plane: LocalDataPlane, function_zip: Path, http: httpx.Client, gate: Path
) -> None:
    deploy(plane, deployment(function_zip))
    Path(f"{gate}.1").touch()
    url = open_url(plane, invoke_mode="BUFFERED")
    response = http.get(f"{url}stream", params={"gate": str(gate)})
    assert response.text == "01"
    assert response.headers["content-length"] == "2"


@pytest.mark.parametrize(("size", "status"), [(SIX_MEGABYTES, 200), (SIX_MEGABYTES + 1, 502)])
def test_a_buffered_url_sends_at_most_six_megabytes(
    plane: LocalDataPlane, function_zip: Path, http: httpx.Client, size: int, status: int
) -> None:
    deploy(plane, deployment(function_zip))
    url = open_url(plane, invoke_mode="BUFFERED")
    response = http.get(f"{url}zeros", params={"bytes": size})
    assert response.status_code == status


def test_an_adapter_in_buffered_mode_answers_too(
    plane: LocalDataPlane, function_zip: Path, http: httpx.Client
) -> None:
    variables = {"AWS_LWA_INVOKE_MODE": None, "GREETING": "buffered"}
    deploy(plane, deployment(function_zip, variables=variables))
    url = open_url(plane, invoke_mode="BUFFERED")
    assert http.get(url).json()["greeting"] == "buffered"
    cookies = http.get(f"{url}cookies")
    assert cookies.status_code == 201
    assert cookies.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2"]

    streaming = http.get(f"{open_url(plane)}cookies")
    assert streaming.status_code == 200
    assert streaming.json()["statusCode"] == 201  # as Lambda hands on what it got
