"""Streams above 6 MB are slowed down to 2 MB/s, by a clock that stands in for time.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import httpx
import pytest

from local.dataplane import runtime_api
from local.dataplane.host import DataPlaneSettings
from local.dataplane.invocation import InvocationRequest, Slots
from local.dataplane.runtime_api import BYTES_PER_SECOND, Bandwidth, RuntimeApi
from tests.local.dataplane.harness import deployment

pytestmark = pytest.mark.anyio

MB = 1024 * 1024


class Clock:
    """A clock that each sleep moves on at once.

    Attributes
    ----------
    slept
        Seconds that were slept.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    standing_in = Clock()
    monkeypatch.setattr(runtime_api, "sleep", standing_in.sleep)
    monkeypatch.setattr(runtime_api, "monotonic", lambda: standing_in.now)
    return standing_in


@pytest.mark.parametrize(
    ("sizes", "seconds"),
    [
        ([6 * MB], 0),
        ([3 * MB, 3 * MB], 0),
        ([8 * MB], 1),
        ([5 * MB, 2 * MB, 1 * MB], 1),
        ([64 * 1024] * 160, 2),
    ],
)
async def test_what_is_above_6_mb_takes_a_second_for_each_2_mb(
    clock: Clock, sizes: Iterable[int], seconds: float
) -> None:
    limited = Bandwidth(BYTES_PER_SECOND)
    for size in sizes:
        await limited.take(size)

    assert clock.slept == pytest.approx(seconds)


async def test_time_without_bytes_is_not_made_up_for(clock: Clock) -> None:
    limited = Bandwidth(BYTES_PER_SECOND)
    await limited.take(6 * MB)
    clock.now += 60
    await limited.take(2 * MB)

    assert clock.slept == pytest.approx(1)


async def test_a_streamed_response_has_lambdas_bandwidth(clock: Clock) -> None:
    slots = Slots(1)
    worker = RuntimeApi(deployment(Path("function.zip")), slots)
    request = InvocationRequest(request_id="one", trace_id="", event=b"{}", payload_format=None)
    invocation = slots.admit(request, 60)

    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(10):
            yield bytes(MB)

    async def read() -> int:
        return sum([len(chunk) async for chunk in invocation.chunks()])

    transport = httpx.ASGITransport(worker.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        reading = asyncio.create_task(read())
        await http.get("/2018-06-01/runtime/invocation/next")
        await http.post(
            "/2018-06-01/runtime/invocation/one/response",
            content=chunks(),
            headers={"lambda-runtime-function-response-mode": "streaming"},
        )

    assert await reading == 10 * MB
    assert clock.slept == pytest.approx(2)


def test_the_rate_of_a_data_plane_is_lambdas() -> None:
    assert DataPlaneSettings.stream_bytes_per_second == 2 * MB
