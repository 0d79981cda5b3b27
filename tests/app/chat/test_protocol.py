"""The parts of an answer's stream: every stream ends with ``finish`` or ``error``."""

import asyncio
import json
from typing import Any

import pytest

from app.chat.protocol import CUT, Answer, Finish, ModelError, UiMessageStream
from tests.app.client import Client

pytestmark = pytest.mark.anyio

START = {"type": "start", "messageId": "m1"}
TEXT_START = {"type": "text-start", "id": "text"}
TEXT_END = {"type": "text-end", "id": "text"}


def delta(text: str) -> dict[str, str]:
    return {"type": "text-delta", "id": "text", "delta": text}


def error(text: str) -> dict[str, str]:
    return {"type": "error", "errorText": text}


async def answering(*items: str | Finish | Exception | asyncio.Event) -> Answer:
    for item in items:
        if isinstance(item, Exception):
            raise item
        if isinstance(item, asyncio.Event):
            await item.wait()
        else:
            yield item


async def parts(client: Client, answer: Answer, seconds_left: float = 60) -> list[Any]:
    """Return the parts of a stream, which ends as the protocol says."""
    text = await client.get(UiMessageStream(answer, "m1"), seconds_left)
    *events, done, rest = text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    return [json.loads(event.removeprefix("data: ")) for event in events]


async def test_a_whole_answer_starts_and_finishes(client: Client) -> None:
    assert await parts(client, answering("Hello ", "Zoë\n\n", Finish("stop"))) == [
        START,
        TEXT_START,
        delta("Hello "),
        delta("Zoë\n\n"),
        TEXT_END,
        {"type": "finish", "finishReason": "stop"},
    ]


async def test_an_end_that_the_client_did_not_take_in_time_is_an_error(client: Client) -> None:
    """A client that reads again after the deadline gets no ``[DONE]`` without ``finish``."""

    async def answer() -> Answer:
        client.reads.clear()
        yield Finish("stop")

    reading = asyncio.create_task(parts(client, answer()))
    await client.is_waited_for.wait()
    client.is_waited_for.clear()
    client.pass_deadline()
    await client.is_waited_for.wait()
    client.reads.set()

    assert await reading == [START, error(CUT["deadline"])]


async def test_an_answer_without_a_word_finishes_too(client: Client) -> None:
    assert await parts(client, answering(Finish("content-filter"))) == [
        START,
        {"type": "finish", "finishReason": "content-filter"},
    ]


@pytest.mark.parametrize("failure", [ValueError("internal"), asyncio.CancelledError()])
async def test_a_failure_is_an_error_that_says_nothing_internal(
    client: Client, failure: Exception
) -> None:
    assert await parts(client, answering("a", failure)) == [
        START,
        TEXT_START,
        delta("a"),
        error(CUT["error"]),
    ]


async def test_what_a_model_reports_is_told(client: Client) -> None:
    answer = answering("a", ModelError("The model is busy."))

    assert (await parts(client, answer))[-1] == error("The model is busy.")


async def test_an_answer_that_merely_ends_has_failed(client: Client) -> None:
    assert (await parts(client, answering("a")))[-1] == error(CUT["error"])


async def test_a_stream_at_its_deadline_says_so(client: Client) -> None:
    answer = answering("a", asyncio.Event())

    assert (await parts(client, answer, 0.05))[-1] == error(CUT["deadline"])


async def test_a_stream_at_a_shutdown_says_so(client: Client) -> None:
    streaming = asyncio.create_task(parts(client, answering("a", asyncio.Event())))
    await client.has_part.wait()

    client.draining.start()

    assert (await streaming)[-1] == error(CUT["shutdown"])


async def test_a_model_is_closed_when_the_client_leaves(client: Client) -> None:
    closed = asyncio.Event()

    async def answer() -> Answer:
        try:
            yield "a"
            await asyncio.Event().wait()
        finally:
            closed.set()

    streaming = asyncio.create_task(client.get(UiMessageStream(answer(), "m1")))
    await client.has_part.wait()
    client.has_left.set()
    await streaming

    assert closed.is_set()


async def test_silence_is_filled_with_comments(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.streaming.response.MAX_SILENCE_SECONDS", 0.01)

    async def answer() -> Answer:
        while client.text.count(": ping\n\n") < 2:
            client.has_part.clear()
            await client.has_part.wait()
        yield Finish("stop")

    text = await client.get(UiMessageStream(answer(), "m1"))

    assert text.replace(": ping\n\n", "").count("data: ") == 3


async def test_the_stream_says_which_protocol_it_speaks(client: Client) -> None:
    await parts(client, answering(Finish("stop")))

    headers = dict(client.messages[0]["headers"])
    assert headers[b"x-vercel-ai-ui-message-stream"] == b"v1"
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"cache-control"] == b"no-cache, no-transform"
