"""Signed requests to the front of a stack, and what their answers show."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

from tools.stack import Stack
from tools.verify.outcome import CheckFailedError, CheckSkippedError

_TIMEOUT: Final = httpx.Timeout(30, read=120)
"""In seconds."""
_REQUEST_ID_HEADERS: Final = ("x-request-id", "x-amzn-requestid", "apigw-requestid")
_FEWEST_PIECES: Final = 3


@dataclass
class Answer:
    """An answer of the front, whole or broken off."""

    # When the request was sent, by the same clock.
    began: float = field(default_factory=time.monotonic)
    status: int = 0  # the HTTP status
    request_id: str = ""  # as the application or the front names it; empty if neither does
    body: bytes = b""  # the bytes that arrived
    # When each piece of the body arrived, in seconds of ``time.monotonic``.
    arrivals: list[float] = field(default_factory=list[float])
    error: str = ""  # why it broke off; empty if it did not

    @property
    def is_whole(self) -> bool:
        """Whether it was served, and did not break off."""
        return self.status == 200 and not self.error

    def __str__(self) -> str:
        """Return its status and how it begins, or why there is none."""
        return self.error or f"{self.status} {self.body[:200].decode(errors='replace')}"


def ask(stack: Stack, path: str, requests: int) -> Sequence[Answer]:
    """Send so many signed requests for a path at once, and read their answers to the end."""
    return asyncio.run(_ask_all(stack, path, requests))


async def _ask_all(stack: Stack, path: str, requests: int) -> Sequence[Answer]:
    url = f"{stack.outputs['url'].rstrip('/')}{path}"
    limits = httpx.Limits(max_connections=None)
    on_aws = stack.endpoint_url is None  # the way to AWS may lead through a proxy
    async with httpx.AsyncClient(timeout=_TIMEOUT, limits=limits, trust_env=on_aws) as client:
        return await asyncio.gather(*(_ask(client, stack, url) for _ in range(requests)))


async def _ask(client: httpx.AsyncClient, stack: Stack, url: str) -> Answer:
    answer = Answer()
    try:
        async with client.stream("GET", url, headers=stack.sign("GET", url)) as response:
            answer.status = response.status_code
            headers = response.headers
            ids = [str(headers[name]) for name in _REQUEST_ID_HEADERS if name in headers]
            answer.request_id = ids[0] if ids else ""
            async for piece in response.aiter_raw():
                answer.arrivals.append(time.monotonic())
                answer.body += piece
    except httpx.HTTPError as error:
        answer.error = f"{type(error).__name__}: {error}"
    return answer


def in_pieces(stack: Stack, path: str, answers: Sequence[Answer]) -> str:
    """Check that an answer arrives while it is written."""
    answer = answers[0]
    if not answer.is_whole:
        raise CheckFailedError(
            f"GET {path} was answered {answer}. Fix: see the log, make logs or CloudWatch"
        )
    if stack.setting("front", "url") == "http":
        raise CheckSkippedError("an HTTP API hands on whole answers (front: http)")
    pieces = len(answer.arrivals)
    seen = f"GET {path}: {len(answer.body)} bytes arrived in {pieces} pieces"
    if pieces < _FEWEST_PIECES:
        raise CheckFailedError(
            f"{seen}, so something on the way buffers, or the application does not stream there. "
            "Fix: name a path that streams, STREAM=/events; then check that AWS_LWA_INVOKE_MODE is "
            "response_stream and that no proxy stands between"
        )
    first, last = answer.arrivals[0] - answer.began, answer.arrivals[-1] - answer.began
    return f"{seen}, the first after {first:.2f} s, the last after {last:.2f} s"


def at_once(answers: Sequence[Answer]) -> str:
    """Check that requests are served beside one another, each as a request of its own."""
    whole = [answer for answer in answers if answer.is_whole]
    if len(whole) < len(answers):
        other = next(answer for answer in answers if not answer.is_whole)
        raise CheckFailedError(
            f"{len(whole)} of {len(answers)} requests at once were served, another was answered "
            f"{other}. Fix: raise maxConcurrency or minEnvironments, or see the log"
        )
    ids = {answer.request_id for answer in whole}
    if len(ids) < len(whole):
        raise CheckFailedError(
            f"{len(whole)} answers had {len(ids)} request ids. Fix: take the id from the request "
            "context of each request, as app/request_context.py does"
        )
    if max(answer.began for answer in whole) > min(answer.arrivals[-1] for answer in whole):
        raise CheckSkippedError(
            "the answers were too short to overlap; ask a longer one, STREAM=/path"
        )
    return f"{len(whole)} streams at once, each with a request id of its own"


def saturated(answers: Sequence[Answer], slots: int) -> str:
    """Tell what came back from more requests than the stack has slots."""
    counts = Counter(answer.status for answer in answers if not answer.error)
    broken = [answer for answer in answers if answer.error]
    parts = [f"{count} x {status}" for status, count in sorted(counts.items())]
    seen = f"{len(answers)} requests at once at {slots} slots: {', '.join(parts) or 'no answer'}"
    if broken:
        raise CheckFailedError(
            f"{seen}, and {len(broken)} broke off, the first with {broken[0]}. Fix: see the log; a "
            "stream that breaks off was cut by a deadline, a crash or a proxy"
        )
    refused = next((answer for answer in answers if answer.status == 429), None)
    if set(counts) - {200, 429}:
        other = next(answer for answer in answers if answer.status not in (200, 429))
        raise CheckFailedError(
            f"{seen}. Allowed: 200 and 429. One of the others: {other}. Fix: see the log"
        )
    if refused is None:
        return f"{seen}: Lambda had more environments than the minimum, or added some in time"
    return f"{seen}: what found no slot was refused, {refused}"
