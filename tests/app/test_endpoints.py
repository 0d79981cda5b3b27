"""What the endpoints answer, in process."""

import re
import uuid
from collections.abc import AsyncGenerator

import httpx
import pytest

from app import message
from app.main import create_app
from tests.app.requests import from_adapter

pytestmark = pytest.mark.anyio

REQUEST_ID = "a1b2c3d4-e5f6-4789-8abc-def012345678"


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx.AsyncClient]:
    monkeypatch.setattr(message, "SECONDS_BETWEEN_CHARACTERS", 0)
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


async def test_the_message_begins_with_lambdas_request_id(client: httpx.AsyncClient) -> None:
    response = await client.get("/", headers=from_adapter(REQUEST_ID))

    assert response.status_code == 200
    assert response.text == "[a1b2c3d4] This is streaming from Lambda Managed Instances!"
    assert response.headers["x-request-id"] == REQUEST_ID


async def test_without_an_adapter_every_request_has_an_id_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    responses = [await client.get("/") for _ in range(2)]

    ids = [uuid.UUID(response.headers["x-request-id"]) for response in responses]
    assert ids[0] != ids[1]
    assert [response.text[1:9] for response in responses] == [id_.hex[:8] for id_ in ids]


async def test_nothing_between_may_hold_the_stream_back(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/")).headers

    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["cache-control"] == "no-cache, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert "content-length" not in headers


@pytest.mark.parametrize(
    "seconds_left",
    [
        -1,  # already over
        0.5,  # less than the margin that the completion marker is given
    ],
)
async def test_a_stream_that_its_deadline_interrupts_says_so(
    client: httpx.AsyncClient, seconds_left: float
) -> None:
    response = await client.get("/", headers=from_adapter(seconds_left=seconds_left))

    assert response.status_code == 200
    assert response.text == "\n[incomplete: deadline]\n"


async def test_health_is_plain_and_carries_an_id_too(client: httpx.AsyncClient) -> None:
    response = await client.get("/health", headers=from_adapter(REQUEST_ID))

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["x-request-id"] == REQUEST_ID


@pytest.mark.parametrize("path", ["/health/", "/nowhere"])
async def test_no_answer_is_empty(client: httpx.AsyncClient, path: str) -> None:
    """A function URL that streams hangs on an empty body, so nothing redirects."""
    response = await client.get(path)

    assert response.status_code == 404
    assert response.content


@pytest.mark.parametrize(
    "context",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"request_id": "a1b2c3d4-e5f6-4789-8abc-def012345678"}',
        '{"request_id": "x\\r\\nset-cookie: a=b", "deadline": 0}',
        '{"request_id": 7, "deadline": 0}',
        '{"request_id": "a1b2c3d4-e5f6-4789-8abc-def012345678", "deadline": null}',
        f'{{"request_id": "{REQUEST_ID}", "deadline": NaN}}',
        f'{{"request_id": "{REQUEST_ID}", "deadline": Infinity}}',
        f'{{"request_id": "{REQUEST_ID}", "deadline": 1{"0" * 400}}}',
        "[" * 30_000,
    ],
)
async def test_a_context_that_makes_no_sense_counts_as_none(
    client: httpx.AsyncClient, context: str
) -> None:
    response = await client.get("/", headers={"x-amzn-lambda-context": context})

    assert re.fullmatch(r"\[[0-9a-f]{8}\] .*!", response.text)
    assert response.headers["x-request-id"] != REQUEST_ID


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/chat", "text/html; charset=utf-8"),
        ("/chat/chat.css", "text/css; charset=utf-8"),
        ("/chat/chat.js", "text/javascript; charset=utf-8"),
        ("/chat/icon.svg", "image/svg+xml"),
    ],
)
async def test_every_file_of_the_page_has_its_type_and_the_policy(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    response = await client.get(path)

    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "etag" not in response.headers


async def test_a_browser_is_led_to_the_page_and_curl_gets_the_message(
    client: httpx.AsyncClient,
) -> None:
    accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    browser = await client.get("/", headers={"accept": accept})
    curl = await client.get("/", headers={"accept": "*/*"})

    assert (browser.status_code, browser.headers["location"]) == (303, "chat")
    assert browser.headers["vary"] == "accept"
    assert browser.content, "a function URL that streams hangs on an empty body"
    assert curl.text.endswith("!")
