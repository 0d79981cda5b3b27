"""The execution environments of one deployment: their number, their status, and admission."""

import asyncio
import logging
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from local.dataplane.environment import ExecutionEnvironment
from local.dataplane.failures import InitError, NotServingError, ThrottledError
from local.dataplane.host import Host
from local.dataplane.invocation import MAX_START_SECONDS, Invocation, InvocationRequest
from local.dataplane.model import Deployment, VersionStatus
from local.dataplane.scaling import Load, environments_for

_logger = logging.getLogger(__name__)

_LAST_ANSWERS_SECONDS = 2.0
_LASTING_SECONDS = 10.0
"""An environment that was ready for this long has lasted."""


class Fleet:
    """Keeps the wanted number of environments running, and starts them one after another.

    A deployment whose first environment does not start has failed. Later, a lost environment is
    replaced; delays grow while replacements fail, until the fleet gives up. Of an ordinary function
    no environment is wanted: an invocation that finds no free slot gets one of its own, and waits
    until it has started.

    Between minimum, which is the number at first, and maximum, the wanted number follows the load,
    as far as the capacity provider has room. ``environments`` are those that serve, and
    ``on_complete`` is called whenever all that are wanted do. ``settled`` is set once that was so,
    or the deployment has failed or is stopped, and ``ended`` done once all have ended.
    """

    def __init__(
        self,
        deployment: Deployment,
        environments: int,
        maximum: int,
        host: Host,
        on_complete: Callable[["Fleet"], None],
    ) -> None:
        self.deployment = deployment
        self.wanted = environments
        self.environments: list[ExecutionEnvironment] = []
        self._minimum = environments
        self._maximum = maximum
        self._load = Load()
        self._host = host
        self._policy = host.settings
        self._on_complete = on_complete
        self._starting: asyncio.Task[None] | None = None
        self._on_demand: set[asyncio.Task[None]] = set()
        self._leaving: dict[ExecutionEnvironment, asyncio.Task[None]] = {}
        self._roots: Sequence[Path] = ()
        self._is_on_demand = deployment.capacity_provider is None
        longest_start = max(MAX_START_SECONDS, deployment.timeout_seconds)
        self._start_seconds = host.settings.init_timeout_seconds or longest_start
        self._drain_seconds = float(deployment.timeout_seconds)
        self._was_ready = False
        self._was_complete = False
        self._failures = 0
        self._failed: VersionStatus | None = None
        self._closing = False
        self._changed = asyncio.Event()
        self.settled = asyncio.Event()
        self.ended = asyncio.create_task(self._run())

    @property
    def status(self) -> VersionStatus:
        """The status of the deployment."""
        if self._failed is not None:
            return self._failed
        if self.wanted == 0 and not self._is_on_demand:
            return VersionStatus("Deactivated")
        return VersionStatus("Active" if self._was_complete else "Pending")

    def invoke(self, request: InvocationRequest) -> Invocation:
        """Admit an invocation to the least busy environment.

        Raise ``ThrottledError`` when all slots are occupied and no environment may be made on
        demand, and ``NotServingError`` when no environment is ready.
        """
        if self.environments and (environment := self._least_busy()).slots.free > 0:
            invocation = environment.invoke(request)
            self._load.note(self.environments)
            return invocation
        if self._is_on_demand and len(self.environments) < self._policy.max_on_demand:
            return self._add_on_demand().invoke(request)
        if not self.environments:
            raise NotServingError(why_not_serving(self.status))
        self._host.metrics.add_throttle(self.deployment)
        raise ThrottledError

    def scale(self, environments: int, maximum: int) -> None:
        """Set the smallest and the largest number of environments."""
        self._minimum, self._maximum = environments, maximum
        within = max(environments, min(maximum, self.wanted))
        if (within == self.wanted and self._failed is None) or self.ended.done():
            return
        if not self._has_room(within):
            return
        self.wanted = within
        self._was_complete = len(self.environments) >= within
        self._failures = 0
        self._failed = None
        self._wake()

    def stop(self) -> None:
        """Stop every environment, once its invocations have ended or timed out."""
        self._closing = True
        self.settled.set()
        self.wanted = 0
        self._wake()

    def end_invocations(self) -> None:
        """Make ``stop`` wait for no invocation."""
        self._drain_seconds = 0
        for environment in (*self.environments, *self._leaving):
            environment.slots.fail_all("the local AWS was stopped")

    async def _run(self) -> None:
        if not self._has_room(self.wanted):
            return
        async with AsyncExitStack() as roots:
            try:
                self._roots = await self._unpack(roots)
            except (OSError, zipfile.BadZipFile) as error:
                reason = f"The archive cannot be unpacked: {error}."
                self._give_up(InitError("InvalidZipFileException", reason))
                return
            following = asyncio.create_task(self._follow_load())
            try:
                await self._keep_wanted()
            finally:
                following.cancel()

    def _has_room(self, environments: int) -> bool:
        """Return whether the capacity provider has room; without it the deployment has failed."""
        max_vcpus, room = self.deployment.max_vcpus, self._host.room(self.deployment)
        if max_vcpus is None or environments <= room:
            return True
        needed = environments * self.deployment.vcpus
        reason = (
            f"{environments} execution environments need {needed} vCPUs, and the capacity"
            f" provider {self.deployment.capacity_provider} has room for {room} of them"
            f" within its MaxVCpuCount of {max_vcpus()}."
        )
        self._give_up(InitError("CapacityProviderScalingLimitExceeded", reason))
        return False

    async def _follow_load(self) -> None:
        while True:
            await asyncio.sleep(self._policy.scaling_seconds)
            if self._minimum >= self._maximum:  # nothing to decide, so nothing to measure
                continue
            load = self._load.take(self.environments, self.deployment.vcpus)
            on_this_machine = max(self._minimum, self._policy.max_on_demand)
            most = min(self._maximum, self._host.room(self.deployment), on_this_machine)
            target = environments_for(len(self.environments), load, self._minimum, most)
            if self._was_complete and self._failed is None and target != self.wanted:
                self.wanted = target
                self._wake()

    async def _unpack(self, roots: AsyncExitStack) -> list[Path]:
        """Return the folders of the archive and of the layers, until the stack ends."""
        deployment, task_roots = self.deployment, self._host.task_roots
        archives = (deployment.zip_file, *deployment.layer_files)
        root, *layers = [await roots.enter_async_context(task_roots.of(file)) for file in archives]
        if deployment.edits is not None:
            root = await roots.enter_async_context(task_roots.edited(root, deployment.edits))
        return [root, *layers]

    async def _keep_wanted(self) -> None:
        while not self._closing:
            self._changed.clear()
            while len(self.environments) > self.wanted:
                self._dismiss(self._least_busy(), self._drain_seconds)
            if self._failed is None and len(self.environments) < self.wanted:
                await self._start_one()
                continue
            if self._failed is None:
                self._was_complete = True
                self._on_complete(self)
                self.settled.set()
            await self._changed.wait()
        for environment in list(self.environments):
            self._dismiss(environment, self._drain_seconds)
        while self._leaving:
            await asyncio.wait(self._leaving.values())

    def _new_environment(self) -> ExecutionEnvironment:
        task_root, *layers = self._roots
        return ExecutionEnvironment(self.deployment, task_root, layers, self._host)

    async def _start_one(self) -> None:
        environment = self._new_environment()
        self._starting = asyncio.create_task(self._start(environment))
        await asyncio.wait({self._starting})
        starting, self._starting = self._starting, None
        if starting.cancelled():  # by _wake: it is not wanted any more
            self._stop_in_background(environment, 0)
        elif (error := starting.exception()) is not None:
            self._stop_in_background(environment, 0)
            self._note_failure(error)
        else:
            self._was_ready = True
            self.environments.append(environment)
            environment.failed.add_done_callback(
                partial(self._replace, environment, time.monotonic())
            )

    async def _start(self, environment: ExecutionEnvironment) -> None:
        if self._failures:
            await asyncio.sleep(self._policy.restart_delays_seconds[self._failures - 1])
        await environment.start(self._start_seconds)

    def _add_on_demand(self) -> ExecutionEnvironment:
        environment = self._new_environment()
        self.environments.append(environment)
        serving = asyncio.create_task(self._serve_on_demand(environment))
        self._on_demand.add(serving)
        serving.add_done_callback(self._on_demand.discard)
        return environment

    async def _serve_on_demand(self, environment: ExecutionEnvironment) -> None:
        """Start an environment, and end it when it fails or is not used any more."""
        try:
            await environment.start(self._start_seconds)
        except InitError as error:
            environment.slots.fail_all(str(error), error.code)
        else:
            unused = asyncio.create_task(environment.slots.unused(self._policy.idle_seconds))
            await asyncio.wait({unused, environment.failed}, return_when=asyncio.FIRST_COMPLETED)
            unused.cancel()
        if environment in self.environments:
            self._dismiss(environment, self._drain_seconds)

    def _wake(self) -> None:
        if self._starting is not None and len(self.environments) >= self.wanted:
            self._starting.cancel()
        self._changed.set()

    def _replace(
        self, environment: ExecutionEnvironment, since: float, failed: asyncio.Future[str]
    ) -> None:
        if environment not in self.environments:
            return
        reason, name = failed.result(), self.deployment.function_name
        _logger.warning("an execution environment of %s has ended: %s", name, reason)
        # The adapter may still be alive and deliver the last responses of the function.
        self._dismiss(environment, _LAST_ANSWERS_SECONDS)
        if time.monotonic() - since >= _LASTING_SECONDS:
            self._failures = 0
        self._note_failure(InitError("FunctionError", reason))
        self._changed.set()

    def _note_failure(self, error: BaseException) -> None:
        self._failures += 1
        if not self._was_ready or self._failures > len(self._policy.restart_delays_seconds):
            self._give_up(error)

    def _give_up(self, error: BaseException) -> None:
        self.settled.set()
        if isinstance(error, InitError):
            self._failed = VersionStatus("Failed", error.code, str(error))
            return
        _logger.error("cannot start an execution environment", exc_info=error)
        self._failed = VersionStatus("Failed", "InternalError", f"The local AWS failed: {error!r}.")

    def _least_busy(self) -> ExecutionEnvironment:
        return max(self.environments, key=lambda environment: environment.slots.free)

    def _dismiss(self, environment: ExecutionEnvironment, drain_seconds: float) -> None:
        self.environments.remove(environment)
        self._stop_in_background(environment, drain_seconds)

    def _stop_in_background(self, environment: ExecutionEnvironment, drain_seconds: float) -> None:
        stopping = asyncio.create_task(environment.stop(drain_seconds))
        self._leaving[environment] = stopping
        stopping.add_done_callback(lambda _: self._leaving.pop(environment))


def why_not_serving(status: VersionStatus) -> str:
    """Return, for callers, why a version does not serve."""
    if status.state == "Failed":
        return f"The function's execution environments could not start. {status.reason}"
    if status.state == "Deactivated":
        return "The function is deactivated: it is scaled to zero execution environments."
    return "The function's execution environments are starting."
