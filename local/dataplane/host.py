"""What all execution environments on this machine share, and the settings of the data plane."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local.dataplane.entry_point import PythonRuntime
from local.dataplane.metrics import FunctionMetrics
from local.dataplane.model import Deployment, WriteLog
from local.dataplane.ports import PortBook
from local.dataplane.runtime_api import BYTES_PER_SECOND
from local.dataplane.task_root import Bytecode, TaskRoots
from local.dataplane.tracing import Tracer
from local.xray import Traces


@dataclass(frozen=True, kw_only=True)
class DataPlaneSettings:
    """Paths and policies of the data plane; by default as Lambda does."""

    adapter: Path
    """The Lambda Web Adapter's binary."""
    folder: Path
    """Folder for unpacked archives and for the environments' own folders."""
    ports: PortBook
    """The ports of fronts, for the next local AWS."""
    bytecode: Path | None = None
    """Folder of what Python compiled of deployed sources; by default one in ``folder``."""
    init_timeout_seconds: float | None = None
    """Longest time for one start of an environment."""
    restart_delays_seconds: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0, 4.0)
    """Delays before the attempts to replace a lost environment, one for each attempt. The count
    starts anew when an environment has lasted."""
    max_on_demand: int = 10
    """Most environments that demand makes: all of an ordinary function, and those above the minimum
    of another."""
    idle_seconds: float = 300.0
    """An environment that was made on demand ends after so long without an invocation."""
    scaling_seconds: float = 60.0
    """Time between two decisions on the number of environments, which is how far it lags behind the
    load."""
    event_retry_delays_seconds: tuple[float, ...] = (60.0, 120.0)
    """Delays before an asynchronous invocation that failed is tried again."""
    endpoint_url: str = ""
    """Address of the AWS services that functions call; empty sets none."""
    now: Callable[[], float] = time.time
    """The clock of metrics and traces, in seconds since 1970."""
    traces: Traces = field(default_factory=Traces)
    """Keeps the segments of invocations."""
    stream_bytes_per_second: float = BYTES_PER_SECOND
    """Rate of a streamed response after its first 6 MB."""


class Host:
    """What execution environments share: folders, the Python runtime, metrics and traces.

    ``room`` returns how many environments of a deployment its capacity provider has vCPUs for.
    Their processes end when the other end of the pipe that ``lifeline`` reads is closed, by
    ``stop`` or by the end of the local AWS.
    """

    def __init__(
        self, settings: DataPlaneSettings, write_log: WriteLog, room: Callable[[Deployment], int]
    ) -> None:
        self.settings = settings
        self.write_log = write_log
        self.room = room
        self.lifeline, self._life = os.pipe()
        self.runtime = PythonRuntime(settings.folder / "runtime")
        self.scratch = settings.folder / "scratch"
        bytecode = Bytecode(settings.bytecode or settings.folder / "bytecode")
        self.task_roots = TaskRoots(settings.folder / "task-roots", bytecode)
        self.metrics = FunctionMetrics(settings.now)
        self.tracer = Tracer(settings.traces, settings.now)

    def stop(self) -> None:
        """End what still runs."""
        os.close(self._life)
        os.close(self.lifeline)
