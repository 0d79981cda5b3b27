"""What streams cost: the CPU of a chunk, and the time through function URL, Lambda and adapter."""

import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from bench import chunk_cost
from local.dataplane.ports import free_port
from testing.checkout import Checkout
from testing.streams import Stream, open_streams

CLIENTS = (1, 16, 64)


def run() -> None:
    """Measure chunks beside a bare protocol; then stream from the local AWS and from uvicorn."""
    chunk_cost.compare()
    print(flush=True)
    with TemporaryDirectory(prefix="lmi-bench-") as folder:
        checkout = Checkout.make(Path(folder) / "checkout")
        try:
            through_lambda = _printed_url(checkout.local("up"))
            archive = next((checkout.folder / ".build").rglob("function.zip"))
            with serve_straight(archive, Path(folder) / "task") as straight:
                _compare(straight, through_lambda)
        finally:
            checkout.local("down")


def _compare(straight: str, through_lambda: str) -> None:
    print("clients  first byte, ms       longest gap, ms      whole stream, s")
    print("         uvicorn  LMI  ratio  uvicorn  LMI  ratio  uvicorn   LMI  ratio")
    for clients in CLIENTS:
        uvicorn, lmi = open_streams(straight, clients), open_streams(through_lambda, clients)
        first = [median(stream.arrivals[0] for stream in side) * 1e3 for side in (uvicorn, lmi)]
        gap = [median(_longest_gap(stream) for stream in side) * 1e3 for side in (uvicorn, lmi)]
        whole = [median(stream.seconds for stream in side) for side in (uvicorn, lmi)]
        print(
            f"{clients:7}  {first[0]:7.1f} {first[1]:5.1f} {first[1] / first[0]:5.2f}"
            f"  {gap[0]:7.1f} {gap[1]:5.1f} {gap[1] / gap[0]:5.2f}"
            f"  {whole[0]:7.2f} {whole[1]:5.2f} {whole[1] / whole[0]:6.3f}",
            flush=True,
        )


def _longest_gap(stream: Stream) -> float:
    return max(later - earlier for earlier, later in pairwise(stream.arrivals))


@contextmanager
def serve_straight(archive: Path, task_root: Path) -> Generator[str]:
    """Run the zip's own ``run.sh`` with nothing in front of it."""
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(task_root)
    (task_root / "run.sh").chmod(0o755)  # zipfile drops the mode that the archive carries
    port = free_port()
    python = Path(sys.base_exec_prefix) / "bin"
    environment = {"PATH": f"{python}{os.pathsep}{os.environ['PATH']}", "AWS_LWA_PORT": str(port)}
    server = subprocess.Popen(
        [task_root / "run.sh"], cwd=task_root, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for(f"{url}health")
        yield url
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(url)


def _printed_url(up: subprocess.CompletedProcess[str]) -> str:
    if up.returncode != 0:
        raise RuntimeError(up.stdout + up.stderr)
    return re.findall(r"http://\S+/", up.stdout)[-1]
