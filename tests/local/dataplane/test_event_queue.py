"""How often an asynchronous invocation is tried."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import pytest

from local.dataplane.event_queue import deliver
from local.dataplane.failures import InvocationError
from local.dataplane.host import DataPlaneSettings
from local.dataplane.invocation import EventPolicy, Invocation


class Function:
    """A function that fails a number of times, and then succeeds.

    Attributes
    ----------
    invocations
        How often it was invoked.
    """

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self.invocations = 0

    def admit(self) -> Invocation:
        self.invocations += 1
        return cast("Any", self)

    async def chunks(self) -> AsyncGenerator[bytes]:
        yield b"begun"
        if self.invocations <= self._failures:
            raise InvocationError("it fails")


def tries(failures: int, policy: EventPolicy, delays: Sequence[float] = (0, 0)) -> int:
    """Deliver one event to its end; gives the number of invocations."""
    function = Function(failures)
    asyncio.run(deliver("one", function.admit, policy, delays))
    return function.invocations


@pytest.mark.parametrize(("failures", "invocations"), [(0, 1), (1, 2), (2, 3), (9, 3)])
def test_a_function_that_fails_is_tried_twice_more(failures: int, invocations: int) -> None:
    assert tries(failures, EventPolicy()) == invocations


@pytest.mark.parametrize("retries", [0, 1])
def test_the_number_of_retries_is_the_policys(retries: int) -> None:
    assert tries(9, EventPolicy(retries=retries)) == 1 + retries


def test_an_event_that_would_be_too_old_is_discarded() -> None:
    delays = DataPlaneSettings.event_retry_delays_seconds
    assert tries(9, EventPolicy(max_age_seconds=30), delays) == 1
