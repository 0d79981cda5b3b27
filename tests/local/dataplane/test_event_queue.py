"""How often an asynchronous invocation is tried."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import pytest

from local.dataplane.event_queue import RETRY_DELAYS_SECONDS, EventQueue
from local.dataplane.failures import InvocationError
from local.dataplane.invocation import EventPolicy, Invocation, InvocationRequest

REQUEST = InvocationRequest(request_id="one", trace_id="", event=b"{}", payload_format=None)


class Function:
    """A function that fails a number of times, and then succeeds.

    Attributes
    ----------
    requests
        The request of each invocation.
    """

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self.requests: list[InvocationRequest] = []

    def invoke(self, name: str, version: str, request: InvocationRequest) -> Invocation:
        del name, version
        self.requests.append(request)
        return cast("Any", self)

    async def chunks_until_deadline(self) -> AsyncGenerator[bytes]:
        yield b"begun"
        if len(self.requests) <= self._failures:
            raise InvocationError("it fails")


def delivered(
    function: Function, policy: EventPolicy, delays: Sequence[float] = (0, 0)
) -> list[InvocationRequest]:
    """Deliver one event to its end; gives the requests of all invocations."""

    async def deliver() -> None:
        queue = EventQueue(function.invoke, delays)
        queue.put("hello", "1", REQUEST, policy)
        others = asyncio.all_tasks() - {cast("Any", asyncio.current_task())}
        await asyncio.gather(*others)

    asyncio.run(deliver())
    return function.requests


@pytest.mark.parametrize(("failures", "invocations"), [(0, 1), (1, 2), (2, 3), (9, 3)])
def test_a_function_that_fails_is_tried_twice_more(failures: int, invocations: int) -> None:
    assert delivered(Function(failures), EventPolicy()) == [REQUEST] * invocations


@pytest.mark.parametrize("retries", [0, 1])
def test_the_number_of_retries_is_the_policys(retries: int) -> None:
    assert len(delivered(Function(9), EventPolicy(retries=retries))) == 1 + retries


def test_an_event_that_would_be_too_old_is_discarded() -> None:
    assert len(delivered(Function(9), EventPolicy(max_age_seconds=30), RETRY_DELAYS_SECONDS)) == 1
