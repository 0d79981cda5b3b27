"""What browsers learn of fronts: preflights, and the headers that let a script read a response."""

from collections.abc import Generator
from pathlib import Path
from typing import Literal

import httpx
import pytest

from local.dataplane.cors import Cors
from local.dataplane.model import ApiRoute, ApiTarget, UrlRoute
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import VERSION, MemoryLogs, deploy, deployment, function_arn

FrontName = Literal["url", "http"]
PAGE = "https://app.example"
CORS = Cors(
    AllowOrigins=[PAGE, "http://localhost:3000"],
    AllowMethods=["GET", "POST"],
    AllowHeaders=["authorization", "content-type"],
    ExposeHeaders=["etag"],
    MaxAge=600,
)
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "x"}


@pytest.fixture(scope="module")
def plane(
    function_zip: Path, tmp_path_factory: pytest.TempPathFactory
) -> Generator[LocalDataPlane]:
    with running(tmp_path_factory.mktemp("cors"), MemoryLogs()) as plane:
        deploy(plane, deployment(function_zip))
        yield plane


def serve(
    plane: LocalDataPlane,
    front: FrontName,
    cors: Cors | None = CORS,
    auth_type: Literal["NONE", "AWS_IAM"] = "NONE",
) -> str:
    """Open a front of the function; gives its address."""
    if front == "url":
        return plane.open_url(
            UrlRoute(
                url_id="cors",
                function_arn=function_arn(),
                auth_type=auth_type,
                streams=True,
                version=lambda: VERSION,
                cors=cors,
            )
        )

    def target(_method: str, _path: str) -> ApiTarget:
        return ApiTarget(
            resource="$default",
            path_parameters={},
            auth_type=auth_type,
            function_arn=function_arn(),
            version=lambda: VERSION,
            streams=False,
            timeout_seconds=30,
        )

    return plane.open_api(
        ApiRoute(api_id="cors", stage="$default", kind="HTTP", target=target, cors=cors)
    )


def shared_headers(response: httpx.Response) -> dict[str, list[str]]:
    """Return the headers of a response that concern browsers, each with all of its values."""
    return {
        name: response.headers.get_list(name)
        for name in response.headers
        if name == "vary" or name.startswith("access-control-")
    }


@pytest.mark.parametrize("front", ["url", "http"])
class TestEveryFront:
    def test_a_preflight_is_answered_for_the_function(
        self, plane: LocalDataPlane, front: FrontName
    ) -> None:
        response = httpx.options(serve(plane, front), headers={"origin": PAGE, **PREFLIGHT})

        assert (response.status_code, response.content) == ({"url": 200, "http": 204}[front], b"")
        assert shared_headers(response) == {
            "access-control-allow-origin": [PAGE],
            "vary": ["Origin"],
            "access-control-allow-methods": ["GET,POST"],
            "access-control-allow-headers": ["authorization,content-type"],
            "access-control-max-age": ["600"],
        }

    def test_a_response_names_the_origin_that_may_read_it(
        self, plane: LocalDataPlane, front: FrontName
    ) -> None:
        response = httpx.get(serve(plane, front), headers={"origin": PAGE})

        assert response.json()["pid"]
        assert shared_headers(response) == {
            "access-control-allow-origin": [PAGE],
            "vary": ["Origin"],
            "access-control-expose-headers": ["etag"],
        }

    def test_a_script_may_read_a_refusal_too(self, plane: LocalDataPlane, front: FrontName) -> None:
        url = serve(plane, front, auth_type="AWS_IAM")

        response = httpx.get(url, headers={"origin": PAGE})

        assert response.status_code == 403
        assert response.headers["access-control-allow-origin"] == PAGE

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"origin": "https://other.example"}, id="another origin"),
            pytest.param({"origin": f"{PAGE}.evil.example"}, id="one that begins alike"),
            pytest.param({}, id="no browser"),
        ],
    )
    def test_other_origins_get_no_cors_headers(
        self, plane: LocalDataPlane, front: FrontName, headers: dict[str, str]
    ) -> None:
        url = serve(plane, front)

        for response in (
            httpx.get(url, headers=headers),
            httpx.options(url, headers={**headers, **PREFLIGHT}),
        ):
            assert shared_headers(response) == {}

    def test_a_star_allows_every_origin(self, plane: LocalDataPlane, front: FrontName) -> None:
        url = serve(plane, front, Cors(AllowOrigins=["*"], AllowCredentials=True))

        response = httpx.get(url, headers={"origin": PAGE})

        assert response.headers["access-control-allow-origin"] == PAGE
        assert response.headers["access-control-allow-credentials"] == "true"

    @pytest.mark.parametrize(
        ("cors", "headers"),
        [
            pytest.param(CORS, {"origin": PAGE}, id="asks for no method"),
            pytest.param(None, {"origin": PAGE, **PREFLIGHT}, id="left to the function"),
        ],
    )
    def test_other_options_requests_invoke_the_function(
        self, plane: LocalDataPlane, front: FrontName, cors: Cors | None, headers: dict[str, str]
    ) -> None:
        response = httpx.options(f"{serve(plane, front, cors)}echo", headers=headers)

        assert response.json()["method"] == "OPTIONS"


@pytest.mark.parametrize(
    ("front", "status"),
    [
        pytest.param("url", 200, id="a URL answers before it asks who calls"),
        pytest.param("http", 403, id="the default route of an HTTP API takes OPTIONS too"),
    ],
)
def test_a_preflight_needs_no_signature(
    plane: LocalDataPlane, front: FrontName, status: int
) -> None:
    url = serve(plane, front, auth_type="AWS_IAM")

    response = httpx.options(url, headers={"origin": PAGE, **PREFLIGHT})

    assert response.status_code == status


@pytest.mark.parametrize(
    ("front", "cors", "origins"),
    [
        # Browsers refuse the doubled header: an application behind a URL should send none.
        pytest.param("url", CORS, [PAGE, "*"], id="a URL adds to the function's"),
        pytest.param("http", CORS, [PAGE], id="an HTTP API replaces the function's"),
        pytest.param("url", None, ["*"], id="left to the function"),
        pytest.param("http", None, ["*"], id="left to the function behind an API"),
    ],
)
def test_cors_headers_of_the_function(
    plane: LocalDataPlane, front: FrontName, cors: Cors | None, origins: list[str]
) -> None:
    response = httpx.get(f"{serve(plane, front, cors)}shared", headers={"origin": PAGE})

    assert response.headers.get_list("access-control-allow-origin") == origins
