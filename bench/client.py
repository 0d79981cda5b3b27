"""A client that costs little, so that it takes nothing from the server that is measured."""

import asyncio
import json
import time
import uuid


async def read(port: int, path: str) -> bytes:
    """Send a request as the web adapter does, on a connection of its own; return the answer."""
    context = {"request_id": str(uuid.uuid4()), "deadline": round((time.time() + 600) * 1000)}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n"
        f"x-amzn-lambda-context: {json.dumps(context)}\r\n\r\n".encode()
    )
    answer = await reader.read()
    writer.close()
    return answer
