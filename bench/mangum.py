"""What Mangum in an ordinary function leaves of an application that streams, beside LMI."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from statistics import median
from typing import Any, Final

import boto3
import httpx
import psutil

from bench.engine import compiling_checkout, pulumi
from bench.results import Curves, Result, Table
from bench.streaming import ARRIVAL, arrival_of_the_slowest
from local.account import ACCESS_KEY, SECRET_KEY
from testing.checkout import Checkout
from testing.project import PROJECT
from testing.streams import open_streams

_CLIENTS: Final = 8
_ROUNDS: Final = 5
_SIZES_MB: Final = (1, 2, 4, 5, 6, 8, 32, 190)
_REQUIREMENTS: Final = PROJECT / "docs/examples/orders/app/requirements.txt"
_RUN: Final = """\
#!/bin/sh
exec python3 -m uvicorn app.main:app --host 127.0.0.1 --port "$AWS_LWA_PORT" --no-access-log
"""
_MAIN: Final = '''\
"""Streams, and tells what it costs."""

import asyncio
import os
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from mangum import Mangum

starts = 0


@asynccontextmanager
async def lifespan(_):
    global starts
    starts += 1
    yield


app = FastAPI(lifespan=lifespan)
handler = Mangum(app)


@app.get("/words")
async def words() -> StreamingResponse:
    return StreamingResponse(pieces(20), media_type="text/plain")


@app.get("/broken")
async def broken() -> StreamingResponse:
    return StreamingResponse(pieces(3, fails=True), media_type="text/plain")


async def pieces(number, fails=False):
    for _ in range(number):
        yield "word "
        await asyncio.sleep(0.05)
    if fails:
        raise RuntimeError("no more words")


@app.get("/large")
async def large(mb: int) -> StreamingResponse:
    return StreamingResponse((b"x" * 2**20 for _ in range(mb)), media_type="text/plain")


@app.get("/process")
async def process() -> dict[str, int]:
    await asyncio.sleep(0.5)
    return {"id": os.getpid(), "starts": starts}
'''


@dataclass(frozen=True)
class _Side:
    """One of the two functions, by the address of its function URL."""

    url: str

    def arrivals(self, streams: int) -> list[tuple[float, float]]:
        return arrival_of_the_slowest(open_streams(f"{self.url}words", streams))

    def first_byte(self) -> str:
        arrivals = [open_streams(f"{self.url}words", 1)[0].arrivals[0] for _ in range(_ROUNDS)]
        return f"{median(arrivals) * 1000:.0f} ms"

    def processes(self) -> str:
        with ThreadPoolExecutor(_CLIENTS) as threads:
            answers = list(threads.map(self._process, range(_CLIENTS)))
        processes = [psutil.Process(each) for each in {answer["id"] for answer in answers}]
        memory = sum(process.memory_info().rss for process in processes)
        return f"{memory / 1e6:.0f} MB, processes: {len(processes)}"

    def largest(self) -> str:
        # One that is too large ends the process that sends it.
        whole = takewhile(lambda mb: len(self._get(f"large?mb={mb}")[1]) == mb << 20, _SIZES_MB)
        return f"{max(whole)} MB"

    def starts(self) -> str:
        counts = {(found["id"], found["starts"]) for found in map(self._process, range(_ROUNDS))}
        return "in every request" if len(counts) == _ROUNDS else "once in a process"

    def broken(self) -> str:
        status, body = self._get("broken")
        return f"{status}, `{body[:40].decode().strip()}`"

    def _process(self, _: int) -> dict[str, int]:
        return json.loads(self._get("process")[1])

    def _get(self, path: str) -> tuple[int, bytes]:
        """Return the status and as much of the body as arrives."""
        body = bytearray()
        with (
            httpx.stream("GET", f"{self.url}{path}", trust_env=False, timeout=120) as response,
            contextlib.suppress(httpx.RemoteProtocolError),
        ):
            for chunk in response.iter_bytes():
                body += chunk
        return response.status_code, bytes(body)


_ROWS: Final[dict[str, Callable[[_Side], str]]] = {
    "first byte of a stream of a second": _Side.first_byte,
    f"memory of the server, {_CLIENTS} requests at once": _Side.processes,
    "the application's lifespan runs": _Side.starts,
    "an exception after 3 of its pieces": _Side.broken,
    f"largest response, of {', '.join(map(str, _SIZES_MB))} MB": _Side.largest,
}


def run() -> Iterator[Result]:
    """Compare the same FastAPI application under Mangum, buffered, and streaming from LMI."""
    with compiling_checkout() as checkout:
        app = _write_application(checkout.folder.with_name("team") / "app")
        one = {"minEnvironments": 1, "maxEnvironments": 1}
        lmi = _Side(checkout.up(appFolder=str(app), healthPath="/openapi.json", **one).url)
        mangum = _Side(_deploy_under_mangum(checkout))
        rows = {name: [measure(mangum), measure(lmi)] for name, measure in _ROWS.items()}
        arrivals = {"Mangum, 1 stream": mangum.arrivals(1)} | {
            f"LMI, the slowest of {streams}": lmi.arrivals(streams) for streams in (1, 16, 64)
        }
    columns = ("", "Mangum, an ordinary function", "LMI")
    yield Table("A FastAPI application under Mangum and on LMI", columns, rows)
    yield Curves("Arrival of a stream's characters", ARRIVAL, arrivals)


def _write_application(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(_MAIN)
    (folder / "run.sh").write_text(_RUN)
    (folder / "run.sh").chmod(0o755)
    shutil.copy(_REQUIREMENTS, folder)
    return folder


def _deploy_under_mangum(checkout: Checkout) -> str:
    """Deploy the zip of the stack's function as an ordinary one; return the address of its URL."""
    stack = json.loads(pulumi(checkout, "stack", "output", "--stack", "local", "--json"))
    local_aws = json.loads((checkout.folder / ".local/aws.json").read_text())
    session: Any = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name="us-east-1")
    client = session.client("lambda", endpoint_url=local_aws["endpoint_url"])
    deployed = client.get_function(FunctionName=stack["function_name"])
    name = {"FunctionName": "mangum"}
    client.create_function(
        **name,
        Role=deployed["Configuration"]["Role"],
        Runtime=deployed["Configuration"]["Runtime"],
        Handler="app.main.handler",
        Code={"ZipFile": httpx.get(deployed["Code"]["Location"], trust_env=False).content},
        MemorySize=2048,
        Timeout=120,
    )
    client.get_waiter("function_active_v2").wait(**name)
    anyone = {"StatementId": "anyone", "Principal": "*", "Action": "lambda:InvokeFunctionUrl"}
    client.add_permission(**name, **anyone, FunctionUrlAuthType="NONE")
    url = client.create_function_url_config(**name, AuthType="NONE")["FunctionUrl"]
    # The first request starts an environment.
    httpx.get(f"{url}process", trust_env=False, timeout=120).raise_for_status()
    return url
