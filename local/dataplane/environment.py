"""One execution environment: the function, the web adapter if it has one, and the Runtime API."""

import asyncio
import contextlib
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from local.dataplane.entry_point import find_entry_point
from local.dataplane.failures import InitError
from local.dataplane.function_output import FunctionOutput
from local.dataplane.host import Host
from local.dataplane.http_server import LoopbackServer
from local.dataplane.invocation import Invocation, InvocationReport, InvocationRequest, Slots
from local.dataplane.metrics import CpuUsage, EnvironmentUsage, memory_mb
from local.dataplane.model import Deployment
from local.dataplane.ports import LOOPBACK, listen, port_of, reserve_port
from local.dataplane.processes import GuardedProcess, kill_all, start_guarded
from local.dataplane.runtime_api import RuntimeApi
from local.dataplane.variables import EnvironmentContext, extension_variables, runtime_variables
from local.loopback import UNANSWERED, answer

_ADAPTER = "lambda-adapter"
_READINESS_SECONDS = 2.0
_MEMORY_LOOK_SECONDS = 2.0


class ExecutionEnvironment:
    """Serves up to ``max_concurrency`` invocations of one version at once.

    ``failed`` is done when it can serve no more, with the reason: one of its processes has exited,
    or an invocation of an ordinary function has timed out.
    """

    def __init__(
        self, deployment: Deployment, task_root: Path, layers: Sequence[Path], host: Host
    ) -> None:
        self.slots = Slots(deployment.max_concurrency)
        self.failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._deployment = deployment
        self._host = host
        self._api = RuntimeApi(deployment, self.slots, host.settings.stream_bytes_per_second)
        self._server = LoopbackServer(self._api.app, listen(), self._api.on_disconnect)
        self._reservation = reserve_port()
        identity, day = uuid.uuid4().hex, time.strftime("%Y/%m/%d", time.gmtime())
        self._context = EnvironmentContext(
            runtime_api=self._server.address,
            port=port_of(self._reservation),
            task_root=task_root,
            layers=layers,
            scratch=host.scratch / identity,
            interpreter_folder=host.runtime.programs,
            log_stream=f"{day}/{deployment.function_name}[{deployment.version}]{identity}",
            metadata_token=self._api.metadata_token,
            endpoint_url=host.settings.endpoint_url,
        )
        self._output = FunctionOutput(host.write_log, deployment, self._context.log_stream)
        self._processes: dict[str, GuardedProcess] = {}
        self._cpu_usage = CpuUsage()
        self._watches: list[asyncio.Task[None]] = []
        self._memory_mb = 0.0
        self._starting: asyncio.Task[None] | None = None

    async def start(self, timeout_seconds: float) -> None:
        """Start, and wait until the first worker asks for an invocation. May be called once.

        Raise ``InitError`` when it does not become ready. ``stop`` has to be called all the same.
        """
        self._starting = asyncio.create_task(self._start(timeout_seconds))
        await self._starting

    async def _start(self, timeout_seconds: float) -> None:
        around = self._context
        entry_point = await asyncio.to_thread(
            find_entry_point, self._deployment, around.task_root, around.layers, self._host.runtime
        )
        self._api.worker_has_connection = entry_point.worker_has_connection
        around.scratch.mkdir(parents=True)
        self._server.start()
        if sys.platform != "linux":  # where the function could not listen beside it
            self._reservation.close()
        if entry_point.has_adapter:
            command = (str(self._host.settings.adapter),)
            variables = extension_variables(self._deployment, around)
            await self._launch(_ADAPTER, command, around.scratch, variables)
        await self._launch(
            self._deployment.handler,
            entry_point.command,
            around.task_root,
            {**runtime_variables(self._deployment, around), **entry_point.variables},
        )
        await self._wait_until_ready(timeout_seconds)
        watches = (self._fail_at_first_exit(), self._enforce_memory())
        self._watches = [asyncio.create_task(watch) for watch in watches]

    @property
    def pids(self) -> list[int]:
        """Its processes, without their children."""
        return [process.pid for process in self._processes.values()]

    def invoke(self, request: InvocationRequest) -> Invocation:
        """Admit an invocation to one of the free slots."""
        header = self._host.tracer.header(self._deployment, request.trace_id)
        invocation = self.slots.admit(
            replace(request, trace_id=header), self._deployment.timeout_seconds
        )
        invocation.on_end = partial(self._on_end, request.trace_id, header)
        self._output.write_start(invocation)
        return invocation

    def measure(self) -> EnvironmentUsage:
        """Return what it used since the last call."""
        return EnvironmentUsage(
            deployment=self._deployment,
            concurrency=self.slots.take_peak(),
            vcpus=self._cpu_usage.measure(self.pids),
            memory_mb=memory_mb(self.pids),
        )

    async def stop(self, drain_seconds: float) -> None:
        """Stop, after waiting at most ``drain_seconds`` for invocations to end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.slots.idle.wait(), drain_seconds)
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait({self._starting})
        for watch in self._watches:
            watch.cancel()
        # As on LMI: the adapter subscribes to no SHUTDOWN event and is killed last.
        if (function := self._processes.get(self._deployment.handler)) is not None:
            await function.end()
        if (adapter := self._processes.get(_ADAPTER)) is not None:
            await adapter.kill()
        await asyncio.to_thread(kill_all, self._context.metadata_token, "AWS_LAMBDA_METADATA_TOKEN")
        self.slots.fail_all("the execution environment was stopped")
        await self._server.stop()
        self._reservation.close()
        await asyncio.to_thread(shutil.rmtree, self._context.scratch, ignore_errors=True)

    def _on_end(self, callers_trace: str, trace: str, report: InvocationReport) -> None:
        self._host.tracer.record(self._deployment, report, callers_trace, trace)
        self._host.metrics.add_invocation(self._deployment, report)
        self._output.write_report(report)
        # On managed instances the function goes on, and the others with it.
        if report.status == "timeout" and self._deployment.capacity_provider is None:
            self.slots.fail_all("the function timed out")
            self._fail("the function timed out")

    async def _launch(
        self, name: str, command: Sequence[str], folder: Path, variables: dict[str, str]
    ) -> None:
        self._processes[name] = await start_guarded(
            command, folder, variables, self._host.lifeline, self._output.write
        )

    async def _wait_until_ready(self, timeout_seconds: float) -> None:
        # The adapter registers as an extension before its workers poll.
        ready = asyncio.create_task(self.slots.worker_polled.wait())
        exits = [process.exit for process in self._processes.values()]
        try:
            await asyncio.wait(
                {ready, self._api.init_error, *exits},
                timeout=timeout_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            ready.cancel()
        if not ready.done():
            raise await self._init_failure(timeout_seconds)

    async def _init_failure(self, timeout_seconds: float) -> InitError:
        if self._api.init_error.done():
            reason = f"The runtime reported {self._api.init_error.result()}"
            return InitError("FunctionError.RuntimeInitError", self._output.explain(reason))
        for name, process in self._processes.items():
            if process.exit.done():
                await process.output_ended()
                part = "ExtensionInitError" if name == _ADAPTER else "RuntimeInitError"
                reason = f"{_exit_text(name, process.exit.result())} before the function was ready"
                return InitError(f"FunctionError.{part}", self._output.explain(reason))
        reason = f"The function was not ready after {timeout_seconds:g} seconds"
        if _ADAPTER in self._processes:
            reason += (
                "; its server has to listen on 127.0.0.1 at the port in AWS_LWA_PORT and to answer "
                "the adapter's readiness check with a healthy status, but "
                f"{await _readiness_answer(self._deployment, self._context.port)}"
            )
        return InitError("FunctionError.InitTimeout", self._output.explain(reason))

    async def _fail_at_first_exit(self) -> None:
        exits = [process.exit for process in self._processes.values()]
        await asyncio.wait(exits, return_when=asyncio.FIRST_COMPLETED)
        name, process = next(each for each in self._processes.items() if each[1].exit.done())
        await process.output_ended()
        text = _exit_text(name, process.exit.result())
        if self._memory_mb > self._deployment.memory_mb:
            had = f"{self._memory_mb:.0f} MB of {self._deployment.memory_mb} MB"
            text = f"{name} was ended because it had {had} of memory (Runtime.OutOfMemory)"
        reason = self._output.explain(text)
        self._fail(reason)
        if name == _ADAPTER or _ADAPTER not in self._processes:
            self.slots.fail_all(reason)

    async def _enforce_memory(self) -> None:
        """Kill the function when it has more memory than is configured."""
        most = self._deployment.memory_mb
        while self._memory_mb <= most:
            await asyncio.sleep(_MEMORY_LOOK_SECONDS)
            self._memory_mb = memory_mb(self.pids, most)
        await self._processes[self._deployment.handler].kill()

    def _fail(self, reason: str) -> None:
        if not self.failed.done():
            self.failed.set_result(reason)


async def _readiness_answer(deployment: Deployment, port: int) -> str:
    """Ask what the adapter's readiness check asks, and say what the function's server answers."""
    names = ("AWS_LWA_READINESS_CHECK_PATH", "READINESS_CHECK_PATH")
    set_paths = (deployment.variables[name] for name in names if name in deployment.variables)
    path = next(set_paths, "/")
    address = f"http://{LOOPBACK}:{port}/{path.lstrip('/')}"

    def ask() -> int:
        with answer("GET", address, timeout=_READINESS_SECONDS) as answered:
            return answered.status

    try:
        return f"GET {path} is answered with {await asyncio.to_thread(ask)}"
    except ConnectionRefusedError:
        return "no server listens there"
    except UNANSWERED as error:
        return f"GET {path} gets no answer ({type(error).__name__})"


def _exit_text(name: str, code: int) -> str:
    if code < 0:
        return f"{name} was ended by {signal.Signals(-code).name}"
    return f"{name} exited with code {code}"
