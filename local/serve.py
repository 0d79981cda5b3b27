"""The local AWS itself: one process that holds endpoint, data plane and stand-in provider.

Started in the background by `make up` and `make env`; it ends on SIGTERM, and takes every process
that it started with it.
"""

import logging
import signal
import sys
import threading
from contextlib import ExitStack
from types import FrameType

from local import provider
from local.aws_client import AwsClients
from local.dataplane.control import DataPlaneSettings
from local.dataplane.plane import LocalDataPlane
from local.endpoint import create_endpoint, serve_endpoint
from local.function_logs import FunctionLogs
from local.life import Life
from local.ports import FrontPorts, PortBook
from local.workspace import TOOLS, Workspace


def main() -> None:
    """Serve until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    workspace = Workspace.from_environment()
    told_to_end = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told_to_end.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with ExitStack() as cleanup:
        try:
            life = start(workspace, cleanup)
            life.write(workspace)
        except (OSError, RuntimeError) as error:  # a full disk, a port that was just taken
            sys.exit(f"error: {error}")
        warm_up(life.endpoint_url)
        told_to_end.wait()


def start(workspace: Workspace, cleanup: ExitStack) -> Life:
    """Start every part, in the order in which they need each other."""
    ports = PortBook(workspace.ports)
    endpoint_port = ports.acquire("endpoint")
    logs = FunctionLogs(f"http://127.0.0.1:{endpoint_port}", workspace.logs)
    cleanup.callback(logs.stop)
    settings = DataPlaneSettings(
        adapter=TOOLS / "lambda-adapter",
        folder=workspace.environments,
        ports=FrontPorts(ports),
    )
    plane = LocalDataPlane(settings, logs)
    plane.start()
    cleanup.callback(plane.stop)
    endpoint = serve_endpoint(create_endpoint(plane, workspace.code), endpoint_port)
    cleanup.callback(endpoint.stop)
    stand_in = provider.start(endpoint.url, ports.acquire("provider"))
    cleanup.callback(stand_in.stop)
    return Life.begin(endpoint.url, stand_in.port)


def warm_up(endpoint_url: str) -> None:
    """Have moto load EC2 while the engine still starts; it takes seconds at the first call."""
    AwsClients(endpoint_url).get("ec2", "us-east-1").describe_availability_zones()


if __name__ == "__main__":
    main()
