"""Bedrock's ConverseStream on a real socket, with its real framing, and the faults of a network."""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


def frame(name: str, payload: dict[str, Any], message_type: str = "event") -> bytes:
    """Encode a message
    (https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html).
    """
    texts = {
        ":message-type": message_type,
        f":{message_type}-type": name,
        ":content-type": "application/json",
    }
    headers = b"".join(
        bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(text)) + text.encode()
        for key, text in texts.items()
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    prelude += struct.pack(">I", zlib.crc32(prelude))
    message = prelude + headers + body
    return message + struct.pack(">I", zlib.crc32(message))


def delta(text: str, index: int = 0) -> bytes:
    # Bedrock pads events, so that their lengths tell nothing.
    return frame(
        "contentBlockDelta", {"contentBlockIndex": index, "delta": {"text": text}, "p": "abc"}
    )


def stop(reason: str = "end_turn") -> bytes:
    return frame("messageStop", {"stopReason": reason})


START = frame("messageStart", {"role": "assistant"})
USAGE = frame("metadata", {"usage": {"inputTokens": 1, "outputTokens": 2}, "metrics": {}})


def streaming(*pieces: bytes | asyncio.Event, is_cut: bool = False) -> Reply:
    """Reply with pieces of a body, each in an HTTP chunk, waiting for the events between them."""

    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
            b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for piece in pieces:
            if isinstance(piece, asyncio.Event):
                await piece.wait()
            else:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
        if not is_cut:
            writer.write(b"0\r\n\r\n")

    return reply


def refusing(status: int, name: str) -> Reply:
    """Reply with an error of the API."""

    async def reply(writer: asyncio.StreamWriter) -> None:
        body = json.dumps({"message": name}).encode()
        writer.write(b"HTTP/1.1 %d Refused\r\ncontent-length: %d\r\n" % (status, len(body)))
        writer.write(b"connection: close\r\n\r\n%b" % body)

    return reply


@dataclass
class FakeBedrock:
    """A server that gives one reply for each request, in order.

    Attributes
    ----------
    url
        Where it listens.
    replies
        What it has not replied yet.
    requests
        The request lines with headers, and the bodies.
    """

    url: str = ""
    replies: list[Reply] = field(default_factory=list[Reply])
    requests: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncGenerator["FakeBedrock"]:
        fake = cls()
        server = await asyncio.start_server(fake._serve, "127.0.0.1", 0)
        fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield fake

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
        self.requests.append((head, json.loads(await reader.readexactly(length))))
        await self.replies.pop(0)(writer)
        writer.close()
