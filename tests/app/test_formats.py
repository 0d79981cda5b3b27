"""JSON lines and server-sent events, and what OpenAPI says of them."""

import asyncio
import json
import math
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Optional

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from app.streaming.json_lines import JsonLinesStream
from app.streaming.server_sent_events import Event, ServerSentEventStream
from tests.app.client import Client

pytestmark = pytest.mark.anyio


class Usage(BaseModel):
    tokens: int


class Token(BaseModel):
    text: str
    usage: Usage | None = None
    inner: Optional["Token"] = None


async def items(*given: Any, fails: bool = False) -> AsyncGenerator[Any]:
    for item in given:
        yield item
    if fails:
        raise ValueError


async def test_every_item_is_a_line_of_json(client: Client) -> None:
    text = await client.get(
        JsonLinesStream(
            items(
                Token(text="a\nb", usage=Usage(tokens=1)),
                {"at": datetime(2026, 1, 1, tzinfo=UTC), "share": math.nan, "name": "Zoë"},
            )
        )
    )

    assert [json.loads(line, parse_constant=pytest.fail) for line in text.splitlines()] == [
        {"text": "a\nb", "usage": {"tokens": 1}, "inner": None},
        {"at": "2026-01-01T00:00:00Z", "share": None, "name": "Zoë"},
        {"completion": "complete"},
    ]


async def test_incomplete_json_lines_say_so(client: Client) -> None:
    text = await client.get(JsonLinesStream(items({"a": 1}, fails=True)))

    assert json.loads(text.splitlines()[-1]) == {"completion": "incomplete", "reason": "error"}


async def test_an_item_without_json_is_an_error(client: Client) -> None:
    text = await client.get(JsonLinesStream(items({"a": object()})))

    assert json.loads(text) == {"completion": "incomplete", "reason": "error"}


async def test_events_have_types_ids_and_data(client: Client) -> None:
    text = await client.get(
        ServerSentEventStream(
            items(
                Event("two\r\nlines"),
                Event(Token(text="a"), event="token", id="7", retry=500),
                Event(["list", math.nan], id=""),
            )
        )
    )

    assert text.split("\n\n") == [
        "data: two\ndata: lines",
        'event: token\ndata: {"text":"a","usage":null,"inner":null}\nid: 7\nretry: 500',
        'data: ["list",null]\nid: ',
        "event: complete\ndata: {}",
        "",
    ]


@pytest.mark.parametrize(
    "event",
    [
        Event("", event="complete"),
        Event("", event="incomplete"),
        Event("", event="a\nb"),
        Event("", id="a\rdata: b"),
        Event("", id="a\0"),
        Event(object()),
    ],
)
async def test_an_event_that_cannot_be_sent_is_an_error(client: Client, event: Event) -> None:
    text = await client.get(ServerSentEventStream(items(event)))

    assert text == 'event: incomplete\ndata: {"reason":"error"}\n\n'


async def test_an_interrupted_event_stream_says_why(client: Client) -> None:
    async def source() -> AsyncGenerator[Event]:
        yield Event("part")
        await asyncio.Event().wait()

    text = await client.get_until_deadline(ServerSentEventStream(source()))

    assert text == 'data: part\n\nevent: incomplete\ndata: {"reason":"deadline"}\n\n'


@pytest.mark.parametrize("has_part", [False, True])
async def test_silence_is_filled_with_comments(
    client: Client, monkeypatch: pytest.MonkeyPatch, has_part: bool
) -> None:
    monkeypatch.setattr("app.streaming.response.MAX_SILENCE_SECONDS", 0.01)

    async def source() -> AsyncGenerator[Event]:
        if has_part:
            yield Event("part")
        while client.text.count(": ping\n\n") < 2:
            client.has_part.clear()
            await client.has_part.wait()
        yield Event("rest")

    text = await client.get(ServerSentEventStream(source()))

    without_comments = text.replace(": ping\n\n", "")
    part = "data: part\n\n" if has_part else ""
    assert without_comments == f"{part}data: rest\n\nevent: complete\ndata: {{}}\n\n"


async def test_a_client_that_does_not_take_heartbeats_is_bounded_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.streaming.response.MAX_SILENCE_SECONDS", 0.01)

    async def source() -> AsyncGenerator[Event]:
        client.reads.clear()
        await client.is_waited_for.wait()
        client.pass_deadline()
        await asyncio.Event().wait()
        yield Event("never")

    await client.get(ServerSentEventStream(source()), seconds_left=60)

    assert not client.is_complete


async def test_formats_without_comments_have_no_heartbeat(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.streaming.response.MAX_SILENCE_SECONDS", 0)

    async def source() -> AsyncGenerator[int]:
        await asyncio.sleep(0.01)
        yield 1

    assert await client.get(JsonLinesStream(source())) == '1\n{"completion":"complete"}\n'


def test_openapi_describes_the_items_of_both() -> None:
    api = FastAPI()

    @api.get("/lines", response_class=JsonLinesStream, responses=JsonLinesStream.responses(Token))
    async def lines() -> JsonLinesStream:  # pyright: ignore[reportUnusedFunction]
        return JsonLinesStream(items())

    @api.get(
        "/events",
        response_class=ServerSentEventStream,
        responses=ServerSentEventStream.responses({"token": Token, "message": str}),
    )
    async def events() -> ServerSentEventStream:  # pyright: ignore[reportUnusedFunction]
        return ServerSentEventStream(items())

    paths = api.openapi()["paths"]
    line, completion = item_schemas(paths, "/lines", "application/jsonl")
    token, message, complete, incomplete = item_schemas(paths, "/events", "text/event-stream")

    assert line["properties"]["inner"]["anyOf"][0] == {}
    assert line["properties"]["usage"]["anyOf"][0]["properties"]["tokens"]["type"] == "integer"
    assert completion["properties"]["completion"]["enum"] == ["complete", "incomplete"]
    assert token["properties"]["event"] == {"const": "token"}
    assert token["properties"]["data"]["contentSchema"] == line
    assert message == event_schema("message", {"type": "string"}) | {"required": ["data"]}
    assert complete == event_schema("complete", {"type": "object"})
    reason = {"properties": {"reason": {"type": "string"}}}
    assert incomplete == event_schema("incomplete", reason)
    assert "$ref" not in json.dumps(paths)
    written = JsonLinesStream.responses(Decimal)[200]["content"]["application/jsonl"]
    assert written["itemSchema"]["anyOf"][0]["type"] == "string"  # a number may be read as well


def event_schema(event: str, data: dict[str, Any]) -> dict[str, Any]:
    content = {"contentMediaType": "application/json", "contentSchema": data}
    properties = {"event": {"const": event}, "data": content}
    return {"properties": properties, "required": ["event", "data"]}


def item_schemas(paths: dict[str, Any], path: str, media_type: str) -> list[dict[str, Any]]:
    response = paths[path]["get"]["responses"]["200"]
    assert "The stream is whole if" in response["description"]
    content = response["content"]
    assert list(content) == [media_type]
    return content[media_type]["itemSchema"]["anyOf"]
