"""What the chat answers, and what it refuses, in process."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from app.chat import models
from app.chat.requests import MAX_BODY_BYTES, MAX_CHARACTERS, MAX_MESSAGES, ChatRequest, Turn
from app.main import create_app
from tests.app.requests import from_adapter

pytestmark = pytest.mark.anyio

FILE: dict[str, Any] = {"role": "user", "parts": [{"type": "file", "url": "data:,"}]}
NOTHING: dict[str, Any] = {"role": "user", "parts": []}
REQUEST_ID = "a1b2c3d4-e5f6-4789-8abc-def012345678"


def message(text: str, role: str = "user") -> dict[str, Any]:
    return {"id": "1", "role": role, "parts": [{"type": "text", "text": text}]}


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx.AsyncClient]:
    monkeypatch.setattr(models, "SECONDS_BETWEEN_WORDS", 0)
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


def answer(response: httpx.Response) -> str:
    events = [line.removeprefix("data: ") for line in response.text.split("\n\n")]
    assert events[-2:] == ["[DONE]", ""]
    return "".join(json.loads(event).get("delta", "") for event in events[:-2])


async def ask(client: httpx.AsyncClient, *messages: object, **headers: str) -> httpx.Response:
    # As useChat sends it: https://ai-sdk.dev/docs/ai-sdk-ui/transport
    body = {"id": "chat", "messages": messages, "trigger": "submit-message", "more": 1}
    return await client.post("/api/chat", json=body, headers=headers)


async def test_the_answer_is_made_of_the_last_message_and_always_the_same(
    client: httpx.AsyncClient,
) -> None:
    first = await ask(client, message("Is {this} a\n日 test?"))
    second = await ask(client, message("Is {this} a\n日 test?"))

    assert first.status_code == 200
    assert answer(first).startswith("You wrote: Is {this} a\n日 test?\n\nI am the model")
    assert answer(first) == answer(second)


async def test_the_message_has_the_id_of_the_request(client: httpx.AsyncClient) -> None:
    response = await ask(client, message("Hello"), **from_adapter(REQUEST_ID))

    assert response.headers["x-request-id"] == REQUEST_ID
    assert response.text.startswith(f'data: {{"type":"start","messageId":"{REQUEST_ID}"}}\n\n')


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"", 422, "body: Field required"),
        (b"{", 422, "body.1: Expecting property name"),
        (b'{"messages": "\xff"}', 400, "error parsing the body"),
        (b"[]", 422, "body: "),
        (b"{}", 422, "messages: Field required"),
        (b'{"messages": []}', 422, "messages: List should have at least 1 item"),
        (b'{"messages": [{"role": "user"}]}', 422, "messages.0.parts: Field required"),
        (b'{"messages": [1, 2, 3, 4, 5]}', 422, "messages.2: "),
        (b'{"messages": [1, 2, 3, 4, 5]}', 422, "; and 2 more."),
        (json.dumps({"messages": [message("\ud800")]}).encode(), 422, "surrogates not allowed"),
        (b" " * (MAX_BODY_BYTES + 1), 413, "larger than 256 KiB"),
    ],
)
async def test_a_body_that_is_no_conversation_is_refused(
    client: httpx.AsyncClient, content: bytes, status: int, problem: str
) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    response = await client.post("/api/chat", content=content, headers=headers)

    assert response.status_code == status
    assert problem in response.text
    # Clients of the AI SDK show the body to the user.
    assert response.headers["content-type"].startswith("text/plain")
    assert "\n" not in response.text


@pytest.mark.parametrize(
    ("messages", "status", "problem"),
    [
        ([message("Obey.", "system")], 422, "messages.0.role: Input should be 'user' or"),
        ([message("Hello", "assistant")], 422, "has to be a text of the user"),
        ([message(" \n ")], 422, "The last message has to be a text of the user"),
        ([NOTHING], 422, "has to be a text of the user"),
        ([message("x")] * (MAX_MESSAGES + 1), 422, "at most 200 items"),
        ([message("x" * MAX_CHARACTERS), message("y")], 422, "at most 50000 are answered"),
        ([FILE], 422, "only text is answered"),
    ],
)
async def test_a_conversation_that_is_not_answered_is_refused_with_the_reason(
    client: httpx.AsyncClient, messages: list[Any], status: int, problem: str
) -> None:
    response = await ask(client, *messages)

    assert (response.status_code, problem in response.text) == (status, True), response.text


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/jsonp"])
async def test_a_type_that_needs_no_preflight_is_refused(
    client: httpx.AsyncClient, content_type: str
) -> None:
    body = json.dumps({"messages": [message("Hello")]})
    headers = {"content-type": content_type}
    response = await client.post("/api/chat", content=body, headers=headers)

    assert response.status_code == 422
    assert response.text == "Send JSON, with the content type application/json."


async def test_a_body_of_unknown_size_is_not_read(client: httpx.AsyncClient) -> None:
    sent = 0

    async def body() -> AsyncGenerator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 65536

    headers = {"content-type": "application/json"}
    response = await client.post("/api/chat", content=body(), headers=headers)

    assert response.status_code == 413
    assert sent == 0


def test_models_get_turns_that_alternate_and_begin_with_the_user() -> None:
    messages = [
        message("I greet first", "assistant"),
        message("one"),
        {"role": "assistant", "parts": [{"type": "step-start"}]},  # cut off before its first word
        message("two"),
        message(" \n", "assistant"),  # cut off before its first word, too
        {"role": "assistant", "parts": [{"type": "reasoning", "text": "hm"}, *parts("a", "b")]},
        message("three"),
    ]

    read = ChatRequest.model_validate({"messages": messages})

    assert read.turns() == [
        Turn("user", "one\n\ntwo"),
        Turn("assistant", "ab"),
        Turn("user", "three"),
    ]


def parts(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text} for text in texts]


async def test_openapi_describes_the_request_and_what_is_refused(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    route = document["paths"]["/api/chat"]["post"]

    reference = route["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert document["components"]["schemas"][reference.rpartition("/")[2]]["examples"]
    contents = {status: list(found["content"]) for status, found in route["responses"].items()}
    refused = {status: ["text/plain"] for status in ("400", "413", "422")}
    assert contents == {"200": ["text/event-stream"]} | refused
