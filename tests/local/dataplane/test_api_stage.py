"""What callers of an API's stage get, and what the function gets of them."""

import json
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.dataplane.model import ApiRoute, ApiTarget
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import VERSION, MemoryLogs, deploy, deployment

Kind = Literal["REST", "HTTP"]
INTERNAL: dict[Kind, str] = {"REST": "Internal server error", "HTTP": "Internal Server Error"}
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:streamer:$LATEST.PUBLISHED"


@pytest.fixture(scope="module")
def shared(
    function_zip: Path, tmp_path_factory: pytest.TempPathFactory
) -> Generator[LocalDataPlane]:
    """Run a data plane with a function that tests share, none of them using up its slots."""
    with running(tmp_path_factory.mktemp("shared"), MemoryLogs()) as plane:
        deploy(plane, deployment(function_zip, concurrency=16))
        yield plane


def open_api(
    plane: LocalDataPlane,
    kind: Kind = "REST",
    *,
    auth_type: Literal["NONE", "AWS_IAM"] = "NONE",
    version: str | None = VERSION,
    timeout_seconds: float = 60,
    binary_media_types: Sequence[str] = (),
) -> str:
    """Serve a stage that passes every path but ``/nowhere`` on; gives its address."""

    def target(_method: str, path: str) -> ApiTarget | None:
        if path == "/nowhere":
            return None
        return ApiTarget(
            resource="/{proxy+}" if kind == "REST" else "ANY /{proxy+}",
            path_parameters={"proxy": path[1:]},
            auth_type=auth_type,
            function_arn=ARN,
            version=lambda: version,
            streams=kind == "REST",
            timeout_seconds=timeout_seconds,
            binary_media_types=binary_media_types,
        )

    stage = "live" if kind == "REST" else "$default"
    return plane.open_api(ApiRoute(api_id="abc", stage=stage, kind=kind, target=target))


def test_a_rest_api_passes_each_chunk_on_before_the_next_is_written(
    shared: LocalDataPlane, gate: Path
) -> None:
    url = open_api(shared)
    gates = {"gate": str(gate), "chunks": 4}
    with httpx.stream("GET", f"{url}stream", params=gates) as response:
        chunks = response.iter_raw()
        assert next(chunks) == b"0"
        for number in (1, 2, 3):
            Path(f"{gate}.{number}").touch()
            assert next(chunks) == str(number).encode()
        assert list(chunks) == []
    assert response.headers["transfer-encoding"] == "chunked"


def test_an_http_api_sends_a_response_when_it_is_whole(shared: LocalDataPlane, gate: Path) -> None:
    for number in (1, 2, 3):
        Path(f"{gate}.{number}").touch()
    url = open_api(shared, "HTTP")
    response = httpx.get(f"{url}stream", params={"gate": str(gate), "chunks": 4})

    assert response.content == b"0123"
    assert response.headers["content-length"] == "4"


@pytest.mark.parametrize(
    ("kind", "context"),
    [
        ("REST", {"stage": "live", "path": "/live/echo/a%20b", "resourcePath": "/{proxy+}"}),
        ("HTTP", {"stage": "$default", "routeKey": "ANY /{proxy+}"}),
    ],
)
def test_the_application_sees_the_request_without_the_stage(
    shared: LocalDataPlane, kind: Kind, context: dict[str, str]
) -> None:
    sent = [("X-Twice", "1"), ("X-Twice", "2"), ("Cookie", "a=1; b=2")]
    url = open_api(shared, kind)
    response = httpx.post(f"{url}echo/a%20b?x=1&x=2", headers=sent, content="text")
    seen: dict[str, Any] = response.json()

    assert (seen["method"], seen["body"]) == ("POST", "text")
    assert seen["path"] == "/echo/a%20b?x=1&x=2"
    assert seen["headers"]["cookie"].replace(" ", "") == "a=1;b=2"
    assert seen["headers"]["x-twice"].replace(" ", "") in ("1,2", "2")
    described = json.loads(seen["headers"]["x-amzn-request-context"])
    assert described.items() >= {**context, "apiId": "abc", "accountId": "123456789012"}.items()
    name = "x-amzn-requestid" if kind == "REST" else "apigw-requestid"
    assert described["requestId"] == response.headers[name]


@pytest.mark.parametrize(
    ("content_type", "binary_media_types", "arrives"),
    [
        ("multipart/form-data; boundary=x", ["*/*"], True),
        ("multipart/form-data; boundary=x", ["multipart/form-data"], True),
        ("IMAGE/PNG", ["image/*"], True),
        ("application/octet-stream", ["image/*", "application/octet-stream"], True),
        ("application/octet-stream", ["image/*"], False),
        ("image/png", [], False),
    ],
)
def test_a_rest_api_hands_on_bytes_of_its_binary_media_types(
    shared: LocalDataPlane, content_type: str, binary_media_types: list[str], arrives: bool
) -> None:
    sent = bytes(range(256))
    url = open_api(shared, binary_media_types=binary_media_types)

    response = httpx.post(f"{url}echo", headers={"content-type": content_type}, content=sent)

    as_text = sent.decode(errors="replace").encode()  # as other bodies are read
    body = response.json()["body"].encode("latin-1")
    assert body == (sent if arrives else as_text)


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [("REST", 403, "Missing Authentication Token"), ("HTTP", 404, "Not Found")],
)
def test_an_unknown_path_or_method_is_refused(
    shared: LocalDataPlane, kind: Kind, status: int, message: str
) -> None:
    response = httpx.get(f"{open_api(shared, kind)}nowhere")

    assert (response.status_code, response.json()) == (status, {"message": message})


def test_paths_outside_the_stage_are_refused(shared: LocalDataPlane) -> None:
    url = open_api(shared)

    assert httpx.get(url.replace("/live/", "/liver/")).status_code == 403
    assert httpx.get(url.rstrip("/")).status_code == 200


@pytest.mark.parametrize("kind", ["REST", "HTTP"])
class TestFailures:
    def test_a_function_that_cannot_be_invoked_is_an_internal_error(
        self, shared: LocalDataPlane, kind: Kind
    ) -> None:
        refused = httpx.get(open_api(shared, kind, version=None))
        undeployed = httpx.get(open_api(shared, kind, version="7"))

        for response in (refused, undeployed):
            assert response.status_code == 500
            assert response.json() == {"message": INTERNAL[kind]}

    def test_a_throttled_function_is_an_internal_error(
        self, plane: LocalDataPlane, function_zip: Path, gate: Path, kind: Kind
    ) -> None:
        url = deploy(plane, deployment(function_zip, concurrency=1))
        api = open_api(plane, kind)
        with httpx.stream("GET", f"{url}stream", params={"gate": str(gate)}) as stream:
            assert next(stream.iter_raw()) == b"0"
            throttled = httpx.get(api)
            Path(f"{gate}.1").touch()

        assert (throttled.status_code, throttled.json()) == (500, {"message": INTERNAL[kind]})

    def test_the_integrations_time_ends_before_the_functions(
        self, shared: LocalDataPlane, gate: Path, kind: Kind
    ) -> None:
        url = open_api(shared, kind, timeout_seconds=0.05)
        with httpx.Client() as http:
            response = http.get(f"{url}wait", params={"gate": str(gate)})
        gate.touch()

        expected = {
            "REST": (504, "Endpoint request timed out"),
            "HTTP": (503, "Service Unavailable"),
        }
        assert (response.status_code, response.json()["message"]) == expected[kind]

    def test_too_large_a_request_is_refused(self, shared: LocalDataPlane, kind: Kind) -> None:
        response = httpx.post(open_api(shared, kind), content=b"x" * 7 * 1024 * 1024)

        assert response.status_code == 413

    def test_unsigned_requests_are_refused(self, shared: LocalDataPlane, kind: Kind) -> None:
        assert httpx.get(open_api(shared, kind, auth_type="AWS_IAM")).status_code == 403

    @pytest.mark.parametrize(("service", "status"), [("execute-api", 200), ("lambda", 403)])
    def test_callers_sign_for_api_gateway(
        self, shared: LocalDataPlane, kind: Kind, service: str, status: int
    ) -> None:
        url = open_api(shared, kind, auth_type="AWS_IAM")
        request: Any = AWSRequest("GET", url)
        signer: Any = SigV4Auth(Credentials("test", "test"), service, "eu-west-1")
        signer.add_auth(request)

        assert httpx.get(url, headers=dict(request.headers.items())).status_code == status


def test_a_closed_stage_is_no_longer_served(shared: LocalDataPlane) -> None:
    url = open_api(shared)
    shared.close_front("abc/live")

    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
