"""Amazon Bedrock as the model: what it is sent, and every way that its stream can end."""

import asyncio
import re
from collections.abc import AsyncGenerator

import httpx
import pytest

from app.chat import bedrock
from app.chat.bedrock import BROKEN, BUSY, DENIED, INVALID, BedrockModel
from app.chat.protocol import Finish, ModelError
from app.chat.requests import Turn
from app.main import create_app
from tests.app.chat.fake_bedrock import (
    START,
    USAGE,
    FakeBedrock,
    Reply,
    delta,
    frame,
    refusing,
    stop,
    streaming,
)

pytestmark = pytest.mark.anyio

TURNS = [Turn("user", "Hello"), Turn("assistant", "Hi"), Turn("user", "Zoë?")]
WHOLE = streaming(START, delta("a "), delta("日"), stop(), USAGE)
ANSWER = ["a ", "日", Finish("stop")]


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[FakeBedrock]:
    async with FakeBedrock.listening() as fake:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", fake.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
        monkeypatch.setattr(bedrock, "RETRY_SECONDS", (0, 0))
        yield fake


@pytest.fixture
async def model(fake: FakeBedrock) -> AsyncGenerator[BedrockModel]:
    model = BedrockModel("anthropic.claude-v1:0", "eu-west-1")
    yield model
    await model.close()


async def answer(model: BedrockModel, fake: FakeBedrock, *replies: Reply) -> list[str | Finish]:
    fake.replies += replies
    return [item async for item in model.answer(TURNS)]


async def test_a_conversation_is_asked_and_its_answer_streamed(
    model: BedrockModel, fake: FakeBedrock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    assert await answer(model, fake, WHOLE) == ANSWER
    ((head, body),) = fake.requests
    assert head.startswith("POST /model/anthropic.claude-v1%3A0/converse-stream HTTP/1.1\r\n")
    assert body == {
        "messages": [
            {"role": "user", "content": [{"text": "Hello"}]},
            {"role": "assistant", "content": [{"text": "Hi"}]},
            {"role": "user", "content": [{"text": "Zoë?"}]},
        ],
        "inferenceConfig": {"maxTokens": 1024},
    }
    assert "model answered" in caplog.messages


async def test_requests_are_signed_for_bedrock(model: BedrockModel, fake: FakeBedrock) -> None:
    await answer(model, fake, WHOLE)

    head = fake.requests[0][0].lower()
    assert re.search(
        r"authorization: aws4-hmac-sha256 credential=key/\d{8}/eu-west-1/bedrock/aws4_request, "
        r"signedheaders=content-type;host;x-amz-date;x-amz-security-token, signature=",
        head,
    )
    assert "x-amz-security-token: token" in head


async def test_tokens_arrive_while_the_model_still_writes(
    model: BedrockModel, fake: FakeBedrock
) -> None:
    may_go_on = asyncio.Event()
    fake.replies.append(streaming(delta("a")[:7], delta("a")[7:], may_go_on, delta("b"), stop()))

    items = model.answer(TURNS)
    assert await anext(items) == "a"
    may_go_on.set()

    assert [item async for item in items] == ["b", Finish("stop")]


@pytest.mark.parametrize(
    ("stop_reason", "finish_reason"),
    [
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("guardrail_intervened", "content-filter"),
        ("malformed_model_output", "error"),
        ("one_of_tomorrow", "other"),
    ],
)
async def test_reasons_to_stop_are_those_of_the_protocol(
    model: BedrockModel, fake: FakeBedrock, stop_reason: str, finish_reason: str
) -> None:
    items = await answer(model, fake, streaming(delta("a"), stop(stop_reason)))

    assert items == ["a", Finish(finish_reason)]  # pyright: ignore[reportArgumentType]


async def test_what_is_no_text_is_left_out(model: BedrockModel, fake: FakeBedrock) -> None:
    thought = {"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "hm"}}}
    block_stop = frame("contentBlockStop", {"contentBlockIndex": 0})
    later = frame("one_of_tomorrow", {"x": 1})
    pieces = (frame("contentBlockDelta", thought), block_stop, later, delta("", 1), delta("a", 1))

    assert await answer(model, fake, streaming(*pieces, stop())) == ["a", Finish("stop")]


@pytest.mark.parametrize(
    "failure",
    [
        refusing(429, "ThrottlingException"),
        refusing(503, "ServiceUnavailableException"),
        refusing(500, "InternalServerException"),
        streaming(START, frame("throttlingException", {"message": "slow"}, "exception")),
        streaming(START),
        streaming(START, is_cut=True),
        streaming(is_cut=True),
    ],
    ids=["429", "503", "500", "throttling in the stream", "end", "cut", "cut at once"],
)
async def test_a_failure_before_the_first_word_is_tried_again(
    model: BedrockModel, fake: FakeBedrock, failure: Reply
) -> None:
    assert await answer(model, fake, failure, failure, WHOLE) == ANSWER
    assert len(fake.requests) == 3


async def test_throttling_that_lasts_is_told(model: BedrockModel, fake: FakeBedrock) -> None:
    throttled = refusing(429, "ThrottlingException")

    with pytest.raises(ModelError, match=re.escape(BUSY)):
        await answer(model, fake, throttled, throttled, throttled)


@pytest.mark.parametrize(
    ("end", "is_cut", "told"),
    [
        ([frame("throttlingException", {"message": "slow"}, "exception")], False, BUSY),
        ([frame("modelStreamErrorException", {"message": "x"}, "exception")], False, BROKEN),
        ([frame("validationException", {"message": "x"}, "exception")], False, INVALID),
        ([], False, BROKEN),
        ([stop()[:20]], False, BROKEN),
        ([stop()[:-1] + b"\0"], False, BROKEN),
        ([], True, BROKEN),
        ([stop()[:20]], True, BROKEN),
    ],
    ids=[
        *("throttling", "stream error", "validation", "end after a frame", "end inside a frame"),
        *("checksum", "cut after a frame", "cut inside a frame"),
    ],
)
async def test_a_failure_after_the_first_word_is_told_and_never_tried_again(
    model: BedrockModel, fake: FakeBedrock, end: list[bytes], is_cut: bool, told: str
) -> None:
    fake.replies.append(streaming(START, delta("a"), *end, is_cut=is_cut))
    items: list[str | Finish] = []

    with pytest.raises(ModelError, match=re.escape(told)):
        async for item in model.answer(TURNS):
            items.append(item)  # noqa: PERF401 - what came before the error counts
    assert items == ["a"]
    assert len(fake.requests) == 1


async def test_an_answer_that_has_stopped_is_whole_without_its_usage(
    model: BedrockModel, fake: FakeBedrock
) -> None:
    assert await answer(model, fake, streaming(delta("a"), stop(), is_cut=True)) == [
        "a",
        Finish("stop"),
    ]


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, DENIED), (400, INVALID), (404, INVALID)],
)
async def test_a_refusal_is_told_at_once_and_its_reason_logged(
    model: BedrockModel,
    fake: FakeBedrock,
    caplog: pytest.LogCaptureFixture,
    status: int,
    told: str,
) -> None:
    with pytest.raises(ModelError, match=re.escape(told)):
        await answer(model, fake, refusing(status, "TheReasonException"))

    (record,) = [record for record in caplog.records if record.message == "model failed"]
    assert "TheReason" in record.__dict__["fields"]["details"]


async def test_a_server_that_is_not_there_is_told(
    model: BedrockModel, fake: FakeBedrock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:1")
    nowhere = BedrockModel("a.b", "eu-west-1")

    with pytest.raises(ModelError, match=re.escape(BROKEN)):
        _ = [item async for item in nowhere.answer(TURNS)]
    await nowhere.close()


async def test_the_chat_asks_the_model_that_is_set(
    fake: FakeBedrock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDROCK_MODEL", "eu.amazon.nova-lite-v1:0")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    fake.replies += [streaming(delta("a "), frame("throttlingException", {}, "exception"))]
    question = {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}

    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        response = await client.post("/api/chat", json={"messages": [question]})

    assert fake.requests[0][0].startswith("POST /model/eu.amazon.nova-lite-v1%3A0/converse-stream")
    assert '"delta":"a "' in response.text
    assert response.text.endswith(
        f'data: {{"type":"error","errorText":"{BUSY}"}}\n\ndata: [DONE]\n\n'
    )
