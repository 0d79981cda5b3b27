"""The floor: a bare protocol on uvloop that writes a chunk, sleeps, and does nothing else.

It has one task for each stream, and writes bytes that are encoded already.
``python -m bench.floor PORT`` answers ``/CHUNKS/MILLISECONDS/TEXT`` with so many chunks of a
text, and ``/cpu`` with the seconds of CPU that the process has used.
"""

import asyncio
import sys
import time
from typing import Final, cast
from urllib.parse import unquote

import uvloop

_HEAD: Final = b"HTTP/1.1 200 OK\r\n"


class _Floor(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1].decode()
        if path == "/cpu":
            self._transport.write(_HEAD + f"\r\n{time.process_time()}".encode())
            self._transport.close()
        else:
            count, milliseconds, text = path[1:].split("/", 2)
            chunk = unquote(text).encode()
            paced = self._write_paced(int(count), int(milliseconds) / 1000, chunk)
            self._task = asyncio.create_task(paced)

    async def _write_paced(self, count: int, seconds: float, chunk: bytes) -> None:
        self._transport.write(_HEAD + b"transfer-encoding: chunked\r\n\r\n")
        for index in range(count):
            if index:
                await asyncio.sleep(seconds)
            self._transport.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self._transport.write(b"0\r\n\r\n")
        self._transport.close()


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Floor, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
