"""A client that asks for a stream in process, and leaves or stops reading when a test says so."""

import asyncio
import time
from typing import Any

from starlette.types import Message

from app.draining import Draining
from app.request_context import RequestContext, current
from app.streaming.bounds import MARGIN_SECONDS
from app.streaming.response import StreamResponse

_LONG_SECONDS = 3600.0


class Client:
    """A client, and the server that it is connected to."""

    def __init__(self) -> None:
        self.draining = Draining()
        self.messages: list[Message] = []
        self.has_start, self.has_part = asyncio.Event(), asyncio.Event()
        self.has_left, self.is_waited_for = asyncio.Event(), asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()
        self._is_first = True
        self._deadline_follows_a_part = False

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages).decode()

    @property
    def is_complete(self) -> bool:
        return not self.messages[-1].get("more_body", True)

    async def get(self, response: StreamResponse[Any], seconds_left: float | None = None) -> str:
        """Have a response sent; gives the body."""
        deadline = None
        if seconds_left is not None:
            deadline = time.time() + seconds_left + MARGIN_SECONDS
        current.set(RequestContext("id", deadline))
        scope = {"type": "http", "state": {"draining": self.draining}}
        await response(scope, self._receive, self._send)
        return self.text

    async def get_until_deadline(self, response: StreamResponse[Any]) -> str:
        """Do the same, with a deadline that comes when the first part has been sent."""
        self._deadline_follows_a_part = True
        return await self.get(response, _LONG_SECONDS)

    def pass_deadline(self) -> None:
        """Move the event loop's clock, so that no test depends on what is done within a time."""
        loop = asyncio.get_running_loop()
        time_of_loop = loop.time
        loop.time = lambda: time_of_loop() + _LONG_SECONDS

    async def _receive(self) -> Message:
        if self._is_first:
            self._is_first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.has_left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if not self.reads.is_set():
            self.is_waited_for.set()
        await self.reads.wait()
        if self.messages:
            assert not self.is_complete, "sent after the end"
            assert message.keys() == {"type", "body", "more_body"}
            assert message["type"] == "http.response.body"
            assert isinstance(message["more_body"], bool)
        else:
            assert message["type"] == "http.response.start"
            assert message["status"] == 200
        self.messages.append(message)
        self.has_start.set()
        if message.get("body"):
            self.has_part.set()
            if self._deadline_follows_a_part:
                self._deadline_follows_a_part = False
                self.pass_deadline()
