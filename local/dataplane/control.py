"""What the data plane runs: versions, function URLs, the guard. Used in the event loop alone."""

import asyncio
import resource
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local.dataplane.environment import Host
from local.dataplane.failures import NotServing
from local.dataplane.fleet import Fleet, StartPolicy
from local.dataplane.function_url import FunctionUrl
from local.dataplane.guard import ProcessGuard
from local.dataplane.http_server import LoopbackServer
from local.dataplane.interpreter import provide_interpreter
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import Deployment, LogSink, UrlRoute, VersionStatus
from local.dataplane.ports import LOOPBACK, PortBook, listen, port_of
from local.dataplane.published_version import PublishedVersion
from local.dataplane.task_root import TaskRoots

_BIN = "bin"
_SCRATCH = "scratch"
_TASK_ROOTS = "task-roots"
_DESCRIPTORS = 10240


@dataclass(frozen=True, kw_only=True)
class DataPlaneSettings:
    """Where the data plane finds and puts things.

    Attributes
    ----------
    adapter
        The Lambda Web Adapter's binary.
    folder
        Where unpacked archives and the environments' own folders go.
    ports
        Remembers the ports of function URLs.
    start_policy
        How long and how often to try to start an environment.
    """

    adapter: Path
    folder: Path
    ports: PortBook
    start_policy: StartPolicy = field(default_factory=StartPolicy)


class Control:
    """Carries out the calls of `model.DataPlane`."""

    def __init__(self, settings: DataPlaneSettings, logs: LogSink) -> None:
        self._settings = settings
        self._guard = ProcessGuard()
        self._task_roots = TaskRoots(settings.folder / _TASK_ROOTS)
        self._host = Host(
            adapter=settings.adapter,
            interpreter_folder=settings.folder / _BIN,
            scratch=settings.folder / _SCRATCH,
            guard=self._guard,
            logs=logs,
        )
        self._versions: dict[tuple[str, str], PublishedVersion] = {}
        self._urls: dict[str, _OpenUrl] = {}
        self._ending: dict[PublishedVersion | LoopbackServer, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Make ready to run; what an earlier life left behind is removed."""
        self._remove_folders()
        _allow_many_connections()
        provide_interpreter(self._host.interpreter_folder)
        await self._guard.start()

    async def stop(self) -> None:
        """End everything, without waiting for invocations."""
        for url_id in list(self._urls):
            self._end(self._urls.pop(url_id).server)
        for function_name, version in list(self._versions):
            self.retire(function_name, version)
        for ending in self._ending:
            if isinstance(ending, PublishedVersion):
                ending.end_invocations()
        while self._ending:
            await asyncio.wait(self._ending.values())
        await self._guard.stop()
        self._remove_folders()

    def deploy(self, deployment: Deployment, environments: int) -> None:
        """Bring a version up beside what runs."""
        key = deployment.function_name, deployment.version
        if key not in self._versions:
            self._versions[key] = PublishedVersion(self._new_fleet)
        self._versions[key].deploy(deployment, environments)

    def scale(self, function_name: str, version: str, environments: int) -> None:
        """Keep exactly this many environments; unknown versions are fine."""
        if (published := self._versions.get((function_name, version))) is not None:
            published.scale(environments)

    def retire(self, function_name: str, version: str) -> None:
        """Stop a version; unknown versions are fine."""
        if (published := self._versions.pop((function_name, version), None)) is not None:
            self._end(published)

    def status(self, function_name: str, version: str) -> VersionStatus | None:
        """Tell how a version is doing."""
        published = self._versions.get((function_name, version))
        return None if published is None else published.status

    def open_url(self, route: UrlRoute) -> str:
        """Serve a function URL, or change a served one."""
        if (url := self._urls.get(route.url_id)) is not None:
            url.app.route = route
            return url.address
        listener = listen(self._settings.ports.remembered(route.url_id))
        self._settings.ports.remember(route.url_id, port_of(listener))
        app = FunctionUrl(route, self._invoke)
        url = _OpenUrl(
            app, LoopbackServer(app, listener), f"http://{LOOPBACK}:{port_of(listener)}/"
        )
        self._urls[route.url_id] = url
        url.server.start()
        return url.address

    def close_url(self, url_id: str) -> None:
        """Stop serving a function URL; unknown ids are fine."""
        self._settings.ports.forget(url_id)
        if (url := self._urls.pop(url_id, None)) is not None:
            url.server.close_port()
            self._end(url.server)

    def _invoke(self, function_name: str, version: str, request: InvocationRequest) -> Invocation:
        if (published := self._versions.get((function_name, version))) is not None:
            return published.invoke(request)
        raise NotServing(f"Version {version} of {function_name} is not deployed.")

    def _new_fleet(
        self, deployment: Deployment, environments: int, on_complete: Callable[[Fleet], None]
    ) -> Fleet:
        return Fleet(
            deployment,
            environments,
            host=self._host,
            task_roots=self._task_roots,
            policy=self._settings.start_policy,
            on_complete=on_complete,
        )

    def _remove_folders(self) -> None:
        for name in (_BIN, _SCRATCH, _TASK_ROOTS):
            shutil.rmtree(self._settings.folder / name, ignore_errors=True)

    def _end(self, part: PublishedVersion | LoopbackServer) -> None:
        ending = asyncio.create_task(part.stop())
        self._ending[part] = ending
        ending.add_done_callback(lambda _: self._ending.pop(part))


@dataclass(frozen=True)
class _OpenUrl:
    app: FunctionUrl
    server: LoopbackServer
    address: str


def _allow_many_connections() -> None:
    # Two descriptors an invocation; some systems allow 256 by default.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
