"""How streams end: whole, or with a line that says why they are not."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator

import pytest

from app.draining import Draining
from app.invocation import Invocation
from app.logs import JsonFormatter
from app.streaming import Bounds, CutError, with_verdict

pytestmark = pytest.mark.anyio


async def collect(chunks: AsyncGenerator[str]) -> str:
    return "".join([chunk async for chunk in with_verdict(chunks)])


async def test_a_whole_stream_is_passed_on_as_it_is() -> None:
    async def chunks() -> AsyncGenerator[str]:
        yield "all "
        yield "of it"

    assert await collect(chunks()) == "all of it"


async def test_a_stream_that_fails_says_so_and_logs_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def chunks() -> AsyncGenerator[str]:
        yield "part "
        raise ValueError("lost the rest")

    assert await collect(chunks()) == "part \n[incomplete: error]\n"
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "lost the rest" in json.loads(JsonFormatter().format(record))["exception"]


async def test_a_stream_ends_as_soon_as_its_environment_shuts_down() -> None:
    draining = Draining()
    bounds = Bounds(ends_in=60, draining=draining)

    async def chunks() -> AsyncGenerator[str]:
        yield "part"
        draining.start()
        await bounds.pause(60)
        yield "never"

    assert await collect(chunks()) == "part\n[incomplete: shutdown]\n"


async def test_a_stream_that_starts_during_a_shutdown_ends_at_once() -> None:
    draining = Draining()
    draining.start()

    with pytest.raises(CutError, match="shutdown"):
        await Bounds(ends_in=60, draining=draining).pause(0)


async def test_a_pause_lasts_no_longer_than_the_stream() -> None:
    with pytest.raises(CutError, match="deadline"):
        await Bounds(ends_in=0.01, draining=Draining()).pause(60)


async def test_a_pause_within_the_bounds_passes() -> None:
    await Bounds(ends_in=60, draining=Draining()).pause(0.01)


async def test_a_stream_that_nobody_reads_any_more_releases_what_it_holds() -> None:
    released = asyncio.Event()

    async def chunks() -> AsyncGenerator[str]:
        try:
            yield "part"
            yield "more"
        finally:
            released.set()

    stream = with_verdict(chunks())
    await anext(stream)
    await stream.aclose()

    assert released.is_set()


async def test_an_invocation_without_a_deadline_still_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.streaming.MAX_SECONDS", 0.01)

    with pytest.raises(CutError, match="deadline"):
        await Bounds.of(Invocation("id"), Draining()).pause(60)


def test_nothing_is_logged_by_the_module_itself() -> None:
    """Handlers are the start script's business, through `logging.json`."""
    assert logging.getLogger("app").handlers == []
