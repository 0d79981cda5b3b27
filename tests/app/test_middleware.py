"""What the middleware tells the application, and how responses leave it."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given, strategies as st
from starlette.responses import Response, StreamingResponse

from app.draining import lifespan
from app.main import create_app
from app.middleware import WebAdapterMiddleware
from app.response_headers import carried

pytestmark = pytest.mark.anyio

api = FastAPI()


@api.get("/links/{name}")
async def links(name: str, request: Request) -> dict[str, str]:
    return {"name": name, "links": str(request.url_for("links", name="b")), "url": str(request.url)}


@api.get("/fails")
async def fails() -> None:
    raise ValueError


@api.get("/own")
async def own() -> Response:
    return Response("body", headers={"strict-transport-security": "max-age=0"})


def client(raise_app_exceptions: bool = True) -> httpx.AsyncClient:
    app = WebAdapterMiddleware(api)
    transport = httpx.ASGITransport(app, raise_app_exceptions=raise_app_exceptions)
    return httpx.AsyncClient(transport=transport, base_url="http://service")


def rest(path: str) -> dict[str, object]:
    return {"path": path, "stage": "live"}


def http(path: str) -> dict[str, object]:
    return {"http": {"path": path}, "stage": "live"}


@pytest.mark.parametrize(
    ("context", "root"),
    [
        (rest("/live/links/a"), "/live"),
        (rest("/live/links/a%20b"), "/live"),
        (rest("/links/a"), ""),
        (rest("/base/links/a"), "/base"),
        (http("/links/a"), ""),
        (http("/base/links/a"), "/base"),
        (rest("/elsewhere"), ""),
        ({"path": 7}, ""),
        (rest("/\ud800/links/a"), ""),
        ([], ""),
        (None, ""),
        ({"http": "no"}, ""),
    ],
)
async def test_the_stage_of_an_api_is_the_root_path(context: object, root: str) -> None:
    name = "a%20b" if "%20" in str(context) else "a"
    headers = {"x-amzn-request-context": json.dumps(context)}

    response = await client().get(f"/links/{name}", headers=headers)

    decoded = name.replace("%20", " ")
    assert response.json() == {
        "name": decoded,
        "links": f"http://service{root}/links/b",
        "url": f"http://service{root}/links/{decoded}",
    }


async def test_a_context_that_is_nested_too_deep_counts_as_none() -> None:
    response = await client().get("/links/a", headers={"x-amzn-request-context": "[" * 30_000})

    assert response.json()["url"] == "http://service/links/a"


async def test_the_pages_of_the_api_ask_for_what_is_below_the_stage() -> None:
    headers = {"x-amzn-request-context": json.dumps(rest("/live/docs"))}

    assert "'/live/openapi.json'" in (await client().get("/docs", headers=headers)).text


async def test_head_is_a_get_without_the_body(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="app")

    got, asked = [await client().request(method, "/links/a") for method in ("GET", "HEAD")]

    assert asked.status_code == 200
    assert asked.content == b""
    assert asked.headers["content-length"] == got.headers["content-length"]
    fields = [vars(record)["fields"]["method"] for record in caplog.records]
    assert fields == ["GET", "HEAD"]


async def test_head_of_a_stream_that_never_waits_lets_others_have_their_turn() -> None:
    others = asyncio.Event()

    async def source() -> AsyncGenerator[str]:
        asyncio.get_running_loop().call_soon(others.set)
        while not others.is_set():
            assert len(sent) < 1000, "nobody else had a turn"
            sent.append("x")
            yield "x"

    sent: list[str] = []
    app = WebAdapterMiddleware(StreamingResponse(source()))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://service"
    ) as client:
        assert (await client.head("/")).content == b""


@pytest.mark.parametrize(
    ("path", "status"), [("/links/a", 200), ("/nowhere", 404), ("/fails", 500)]
)
async def test_every_response_keeps_browsers_from_guessing_and_from_http(
    path: str, status: int
) -> None:
    response = await client(raise_app_exceptions=False).get(path)

    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["strict-transport-security"] == "max-age=31536000"


async def test_the_applications_own_policy_wins() -> None:
    response = await client().get("/own")

    assert response.headers.get_list("strict-transport-security") == ["max-age=0"]


def test_the_application_starts_outside_the_main_thread() -> None:
    """As under Starlette's ``TestClient``; signals reach the main thread alone."""

    async def start_and_stop() -> bool:
        async with lifespan(None) as state:
            return state["draining"].has_started

    with ThreadPoolExecutor() as pool:
        assert pool.submit(asyncio.run, start_and_stop()).result() is False


@pytest.mark.parametrize(
    ("value", "status"), [("false", 404), ("False", 404), ("true", 200), (None, 200)]
)
async def test_the_pages_of_the_api_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, value: str | None, status: int
) -> None:
    monkeypatch.delenv("API_DOCS", raising=False)
    if value:
        monkeypatch.setenv("API_DOCS", value)
    transport = httpx.ASGITransport(create_app())

    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        statuses = {(await client.get(path)).status_code for path in ("/docs", "/openapi.json")}

    assert statuses == {status}


def test_what_cannot_be_carried_is_logged_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    carried([(b"x-author", b"Zo\xeb"), (b"x-odd", b"a\r\nb"), (b"etag", b"1"), (b"ETag", b"2")])

    (record,) = caplog.records
    assert vars(record)["fields"] == {"headers": ["x-author", "x-odd", "etag"]}


def test_headers_that_can_be_carried_are_left_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    headers = [(b"content-type", b"text/html"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]

    assert carried(headers)[-3:] == headers
    assert not caplog.records


def test_values_of_lists_are_joined_and_of_other_headers_the_last_counts() -> None:
    twice = [(b"link", b"</a>"), (b"Link", b"</b>"), (b"location", b"/a"), (b"location", b"/b")]

    assert carried(twice)[-2:] == [(b"link", b"</a>, </b>"), (b"location", b"/b")]


@given(st.sampled_from([b"content-disposition", b"set-cookie", b"x-any"]), st.binary())
def test_nothing_is_sent_but_printable_ascii(field: bytes, value: bytes) -> None:
    for _, sent in carried([(field, value)]):
        assert sent.isascii()
        assert sent.decode().replace("\t", "").isprintable()
