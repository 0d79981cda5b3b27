"""What Mangum in an ordinary function leaves of an application that streams, beside LMI."""

import contextlib
import json
import math
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, takewhile
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from bench.results import Curves, Result, Table
from infra import package
from local.dataplane.host import DataPlaneSettings
from local.dataplane.model import Deployment, LogStream, UrlRoute, VersionStatus
from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import PortBook
from policies.lmi.facts.limits import ADAPTER_LAYER_ACCOUNT
from testing.project import PROJECT
from testing.streams import open_streams

_CLIENTS: Final = 8
_ROUNDS: Final = 5
_SIZES_MB: Final = (1, 2, 4, 5, 6, 8, 32, 128, 190)
_REQUIREMENTS: Final = PROJECT / "docs/examples/orders/app/requirements.txt"
_RUN: Final = """\
#!/bin/sh
exec python3 -m uvicorn app.main:app --host 127.0.0.1 --port "$AWS_LWA_PORT" --no-access-log
"""
_MAIN: Final = '''\
"""Streams, and tells what it costs."""

import asyncio
import os
import resource
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
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"id": os.getpid(), "peak": usage.ru_maxrss, "starts": starts}
'''


class _NoLogs:
    def write(self, stream: LogStream, lines: list[str]) -> None:
        """Drop the output of the environments."""


@dataclass(frozen=True)
class _Side:
    """One of the two functions, by the address of its function URL."""

    url: str

    def row(self) -> list[str]:
        """Return all that the table tells of it, in the order of ``_ROWS``."""
        return [measure(self) for measure in _ROWS.values()]

    def arrivals(self, streams: int) -> list[tuple[float, float]]:
        """Return when how many characters of the slowest stream had arrived."""
        opened = open_streams(f"{self.url}words", streams)
        stream = max(opened, key=lambda stream: stream.seconds)
        sizes = accumulate(map(len, stream.chunks))
        return [(stream.arrivals[0], 0.0), *zip(stream.arrivals, map(float, sizes), strict=True)]

    def first_byte(self) -> str:
        arrivals = [open_streams(f"{self.url}words", 1)[0].arrivals[0] for _ in range(_ROUNDS)]
        return f"{median(arrivals) * 1000:.0f} ms"

    def processes(self) -> str:
        with ThreadPoolExecutor(_CLIENTS) as threads:
            answers = list(threads.map(self._process, range(_CLIENTS)))
        peaks = {answer["id"]: answer["peak"] for answer in answers}
        return f"{sum(peaks.values()) / 1024:.0f} MB, processes: {len(peaks)}"

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
    f"peak memory of the server, {_CLIENTS} requests at once": _Side.processes,
    "the application's lifespan runs": _Side.starts,
    "an exception after 3 of its pieces": _Side.broken,
    f"largest response, of {', '.join(map(str, _SIZES_MB))} MB": _Side.largest,
}


def run() -> Iterator[Result]:
    """Compare the same FastAPI application under Mangum, buffered, and streaming from LMI."""
    with TemporaryDirectory(prefix="lmi-bench-") as name:
        folder = Path(name)
        archive = _archive(folder)
        settings = DataPlaneSettings(
            adapter=PROJECT / ".tools/bin/lambda-adapter",
            folder=folder / "plane",
            ports=PortBook(folder / "ports.json"),
            stream_bytes_per_second=math.inf,  # sizes are compared here, not minutes
        )
        plane = LocalDataPlane(settings, _NoLogs())
        plane.start()
        try:
            sides = {
                "Mangum": _Side(_deploy(plane, archive, "ordinary", None)),
                "LMI": _Side(_deploy(plane, archive, "managed", "instances")),
            }
            arrivals = {"Mangum, 1 stream": sides["Mangum"].arrivals(1)} | {
                f"LMI, the slowest of {streams}": sides["LMI"].arrivals(streams)
                for streams in (1, 16, 64)
            }
            rows = zip(*(side.row() for side in sides.values()), strict=True)
        finally:
            plane.stop()
    yield Table(
        "A FastAPI application under Mangum and on LMI",
        ("", "Mangum, an ordinary function", "LMI"),
        dict(zip(_ROWS, rows, strict=True)),
    )
    yield Curves(
        "Arrival of a stream's characters",
        ("seconds since the request", "characters that have arrived"),
        arrivals,
    )


def _archive(folder: Path) -> Path:
    app = folder / "app"
    app.mkdir()
    (app / "main.py").write_text(_MAIN)
    (app / "run.sh").write_text(_RUN)
    shutil.copy(_REQUIREMENTS, app)
    return package.build(package.Target.choose("host", "x86_64"), app)


def _deploy(plane: LocalDataPlane, archive: Path, name: str, provider: str | None) -> str:
    """Deploy a function, and return the address of its URL as soon as it serves."""
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    layer = f"arn:aws:lambda:us-east-1:{ADAPTER_LAYER_ACCOUNT}:layer:LambdaAdapterLayerX86:1"
    streams = {
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_LWA_INVOKE_MODE": "response_stream",
    }
    plane.deploy(
        Deployment(
            function_name=name,
            function_arn=arn,
            version="1",
            zip_file=archive,
            runtime="python3.13",
            handler="run.sh" if provider else "app.main.handler",
            memory_mb=2048,
            timeout_seconds=120,
            capacity_provider=provider,
            vcpus=1,
            variables={"AWS_LWA_PORT": "8000"} | (streams if provider else {}),
            layers=(layer,) if provider else (),
            max_concurrency=64 if provider else 1,
            log_group=name,
            log_format="JSON",
            application_log_level="INFO",
            system_log_level="INFO",
            region="us-east-1",
            credentials={},
        ),
        1 if provider else 0,
    )
    streamed = provider is not None
    route = UrlRoute(
        url_id=name, function_arn=arn, auth_type="NONE", streams=streamed, version=lambda: "1"
    )
    url = plane.open_url(route)
    while plane.status(name, "1") == VersionStatus("Pending"):
        time.sleep(0.05)
    # The first request starts an environment of the ordinary function.
    httpx.get(f"{url}process", trust_env=False, timeout=120).raise_for_status()
    return url
