"""The process of the local AWS: endpoint, data plane and stand-in provider.

``make up`` and ``make env`` start it in the background. On SIGTERM it ends every process that it
started, then itself; also when the workspace no longer names it, because the folder was deleted or
another local AWS was started there.
"""

import logging
import os
import shutil
import signal
import sys
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from types import FrameType

from local import memory, provider
from local.aws_client import AwsClients
from local.cloudwatch.monitoring import Monitoring
from local.dataplane.host import DataPlaneSettings
from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import PortBook, port_of
from local.endpoint import Endpoint, serve_endpoint
from local.function_logs import FunctionLogs
from local.local_aws import LocalAws, recorded
from local.workspace import TOOLS, Workspace
from local.xray import Traces

_logger = logging.getLogger(__name__)

_OWNERSHIP_CHECK_SECONDS = 1.0


def main() -> None:
    """Serve until SIGTERM or SIGINT, or until the workspace no longer names this process."""
    memory.share_models()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    workspace = Workspace.from_environment()
    # A handler that sets an Event waits for ever where it interrupts the Event's own wait.
    signals: SimpleQueue[int] = SimpleQueue()

    def end(number: int, _frame: FrameType | None) -> None:
        signals.put(number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with ExitStack() as cleanup:
        try:
            instance = start(workspace, cleanup)
            instance.write(workspace)
        except (OSError, RuntimeError) as error:  # a full disk, a port that was just taken
            sys.exit(f"error: {error}")
        # The first call to moto takes seconds: it loads EC2 while the engine starts.
        AwsClients(instance.endpoint_url).get("ec2", "us-east-1").describe_availability_zones()
        while recorded(workspace) == instance:
            with suppress(Empty):
                signals.get(timeout=_OWNERSHIP_CHECK_SECONDS)
                return
        _logger.warning("%s no longer names this local AWS: it ends", workspace.instance)


def start(workspace: Workspace, cleanup: ExitStack) -> LocalAws:
    """Start all parts, each after the parts that it uses."""
    ports = PortBook(workspace.ports)
    listener = ports.listen("endpoint")  # or another process could take the port meanwhile
    logs = FunctionLogs(workspace.logs)
    cleanup.callback(logs.stop)
    # One folder for each process: an earlier one that is still ending deletes only its own.
    shutil.rmtree(workspace.environments, ignore_errors=True)
    folder = workspace.environments / str(os.getpid())
    cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
    traces = Traces()
    settings = DataPlaneSettings(
        adapter=TOOLS / "lambda-adapter",
        folder=folder,
        bytecode=TOOLS.with_name("bytecode"),
        ports=ports,
        endpoint_url=f"http://127.0.0.1:{port_of(listener)}",
        traces=traces,
    )
    plane = LocalDataPlane(settings, logs.write)
    plane.start()
    cleanup.callback(plane.stop)
    endpoint = serve_endpoint(Endpoint(plane, workspace.code, traces), listener)
    cleanup.callback(endpoint.stop)
    monitoring = Monitoring(AwsClients(endpoint.url), plane.measure)
    monitoring.start()
    cleanup.callback(monitoring.stop)
    stand_in = provider.start(endpoint.url, ports.acquire("provider"))
    cleanup.callback(stand_in.stop)
    return LocalAws.of_this_process(endpoint.url, stand_in.port)


if __name__ == "__main__":
    main()
