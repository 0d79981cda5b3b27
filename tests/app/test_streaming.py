"""How streams end: whole, or with a marker that says why they are not."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from app.logs import JsonFormatter
from app.streaming.text import PlainTextStream
from tests.app.client import Client

pytestmark = pytest.mark.anyio


async def stalled(released: asyncio.Event | None = None) -> AsyncGenerator[str]:
    """Return a part, and then nothing more."""
    try:
        yield "part"
        await asyncio.Event().wait()
    finally:
        if released:
            released.set()


async def test_a_whole_stream_is_passed_on_and_says_that_it_is_whole(client: Client) -> None:
    async def source() -> AsyncGenerator[str]:
        yield "all "
        yield "of it"

    assert await client.get(PlainTextStream(source())) == "all of it\n[complete]\n"
    assert client.is_complete


async def test_a_text_may_have_an_end_of_its_own(client: Client) -> None:
    async def source() -> AsyncGenerator[str]:
        yield "all of it!"

    assert await client.get(PlainTextStream(source(), complete="")) == "all of it!"
    assert client.is_complete


async def test_a_stream_that_fails_says_so_and_logs_why(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async def source() -> AsyncGenerator[str]:
        yield "part "
        raise ValueError("lost the rest")

    assert await client.get(PlainTextStream(source())) == "part \n[incomplete: error]\n"
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "lost the rest" in json.loads(JsonFormatter().format(record))["exception"]


async def test_a_source_that_times_out_by_itself_has_failed(client: Client) -> None:
    async def source() -> AsyncGenerator[str]:
        yield "part"
        raise TimeoutError

    assert await client.get(PlainTextStream(source()), 60) == "part\n[incomplete: error]\n"


async def test_a_source_that_cancels_itself_has_failed(client: Client) -> None:
    async def source() -> AsyncGenerator[str]:
        yield "part"
        raise asyncio.CancelledError

    assert await client.get(PlainTextStream(source()), 60) == "part\n[incomplete: error]\n"


async def test_a_stalled_source_is_interrupted_at_the_deadline(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    released = asyncio.Event()

    text = await client.get_until_deadline(PlainTextStream(stalled(released)))

    assert text == "part\n[incomplete: deadline]\n"
    assert client.is_complete
    assert released.is_set()
    (record,) = caplog.records
    assert json.loads(JsonFormatter().format(record))["reason"] == "deadline"


async def test_a_stalled_source_is_interrupted_at_a_shutdown(client: Client) -> None:
    released = asyncio.Event()
    streaming = asyncio.create_task(client.get(PlainTextStream(stalled(released))))
    await client.has_part.wait()

    client.draining.start()

    assert await streaming == "part\n[incomplete: shutdown]\n"
    assert released.is_set()


@pytest.mark.parametrize("seconds_left", [-100, -0.001, 0])
async def test_a_stream_whose_time_is_over_does_not_begin(
    client: Client, seconds_left: float
) -> None:
    text = await client.get(PlainTextStream(stalled()), seconds_left)

    assert text == "\n[incomplete: deadline]\n"


async def test_a_stream_that_starts_during_a_shutdown_ends_at_once(client: Client) -> None:
    client.draining.start()

    assert await client.get(PlainTextStream(stalled()), 60) == "\n[incomplete: shutdown]\n"


async def test_a_source_that_keeps_its_cancellation_to_itself_does_not_hold_the_end_back(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.Event()

    async def source() -> AsyncGenerator[str]:
        yield "part"
        while not done.is_set():
            try:
                await done.wait()
            except asyncio.CancelledError:
                yield "too late"

    text = await client.get_until_deadline(PlainTextStream(source()))
    done.set()

    assert text == "part\n[incomplete: deadline]\n"
    assert "stream failed" not in caplog.messages  # nor is anything sent after the end


async def test_a_source_that_does_not_end_is_left_behind(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.Event()

    async def source() -> AsyncGenerator[str]:
        try:
            yield "part"
            await asyncio.Event().wait()
        finally:
            await done.wait()

    text = await client.get_until_deadline(PlainTextStream(source()))
    done.set()

    assert text == "part\n[incomplete: deadline]\n"
    assert "stream source does not end although it was cancelled" in caplog.messages


async def test_the_connection_of_a_client_that_never_reads_is_closed(client: Client) -> None:
    """A response that ends without its last chunk is the server's to close."""
    released = asyncio.Event()
    streaming = asyncio.create_task(client.get(PlainTextStream(stalled(released)), 60))
    await client.has_start.wait()
    client.reads.clear()
    client.pass_deadline()

    await streaming

    assert not client.is_complete
    assert released.is_set()


async def test_a_client_that_reads_again_in_time_gets_the_marker(client: Client) -> None:
    streaming = asyncio.create_task(client.get(PlainTextStream(stalled()), 60))
    await client.has_part.wait()
    client.reads.clear()
    client.pass_deadline()
    await client.is_waited_for.wait()
    client.reads.set()

    assert await streaming == "part\n[incomplete: deadline]\n"


async def test_a_stream_whose_client_left_releases_what_it_holds(client: Client) -> None:
    released = asyncio.Event()
    streaming = asyncio.create_task(client.get(PlainTextStream(stalled(released))))
    await client.has_part.wait()

    client.has_left.set()
    await streaming

    assert released.is_set()
    assert not client.is_complete


async def test_a_client_that_left_before_costs_the_source_nothing(client: Client) -> None:
    async def source() -> AsyncGenerator[str]:
        raise AssertionError
        yield ""

    client.has_left.set()

    assert await client.get(PlainTextStream(source())) == ""


@pytest.mark.parametrize("leaves", [False, True])
async def test_a_source_that_never_waits_lets_others_have_their_turn(
    client: Client, leaves: bool
) -> None:
    """Else neither the deadline nor the departure of a client nor another request is seen."""
    chunks = 10_000

    async def source() -> AsyncGenerator[str]:
        for _ in range(chunks):
            yield "x"

    streaming = asyncio.create_task(client.get(PlainTextStream(source()), 60))
    await client.has_part.wait()
    if leaves:
        client.has_left.set()
    else:
        client.pass_deadline()
    text = await streaming

    assert text.count("x") < chunks
    assert text.endswith("x" if leaves else "\n[incomplete: deadline]\n")


async def test_a_stream_that_is_cancelled_releases_what_it_holds(client: Client) -> None:
    released = asyncio.Event()
    streaming = asyncio.create_task(client.get(PlainTextStream(stalled(released))))
    await client.has_part.wait()

    streaming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await streaming

    assert released.is_set()


async def test_a_source_need_not_be_a_generator(client: Client) -> None:
    class Words:
        def __init__(self) -> None:
            self.words = ["all ", "of it"]

        def __aiter__(self) -> AsyncIterator[str]:
            return self

        async def __anext__(self) -> str:
            if not self.words:
                raise StopAsyncIteration
            return self.words.pop(0)

    assert await client.get(PlainTextStream(Words())) == "all of it\n[complete]\n"


def test_nothing_is_logged_by_the_module_itself() -> None:
    """Handlers are the start script's business, through ``logging.json``."""
    assert logging.getLogger("app").handlers == []
