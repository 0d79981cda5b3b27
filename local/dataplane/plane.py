"""The data plane: versions, fronts and the event loop that they have for themselves."""

import asyncio
import resource
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial, wraps
from itertools import count
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from local.dataplane.event_queue import deliver
from local.dataplane.failures import NotServingError
from local.dataplane.front import Front
from local.dataplane.fronts import FunctionUrl, stage_of
from local.dataplane.host import DataPlaneSettings, Host
from local.dataplane.http_server import LoopbackServer
from local.dataplane.invocation import EventPolicy, Invocation, InvocationRequest
from local.dataplane.metrics import Datum
from local.dataplane.model import (
    ApiRoute,
    Deployment,
    EditResult,
    UrlRoute,
    VersionStatus,
    VersionUsage,
    WriteLog,
)
from local.dataplane.published_version import PublishedVersion

_DESCRIPTORS = 10240

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _in_event_loop(
    method: "Callable[Concatenate[LocalDataPlane, _P], _T]",
) -> "Callable[Concatenate[LocalDataPlane, _P], _T]":
    """Let other threads call a method that runs in the event loop."""

    @wraps(method)
    def call(plane: "LocalDataPlane", /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return plane.portal.call(partial(method, plane, *args, **kwargs))

    return call


class LocalDataPlane:
    """Runs published functions, and serves their fronts.

    Between ``start`` and ``stop`` every call may be made from any thread but the data plane's own,
    in which ``UrlRoute.version``, ``ApiRoute.target``, the ports and the log are called. All but
    ``edit`` return at once.
    """

    portal: BlockingPortal

    def __init__(self, settings: DataPlaneSettings, write_log: WriteLog) -> None:
        self._running = ExitStack()
        self._host = Host(settings, write_log, self._room)
        self._versions: dict[tuple[str, str], PublishedVersion] = {}
        self._fronts: dict[str, _OpenFront] = {}
        self._deliveries: set[asyncio.Task[None]] = set()
        self._ending: dict[PublishedVersion | LoopbackServer, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Start. May be called once."""
        _allow_many_connections()
        self._host.runtime.provide()
        self.portal = self._running.enter_context(start_blocking_portal(name="data-plane"))
        self._running.callback(self.portal.call, self._stop)

    def stop(self) -> None:
        """End every process and close every port, without waiting for invocations.

        May be called repeatedly.
        """
        self._running.close()

    async def _stop(self) -> None:
        for part in (*self._versions.values(), *(front.server for front in self._fronts.values())):
            self._end(part)
        self._versions.clear()
        self._fronts.clear()
        for ending in self._ending:
            if isinstance(ending, PublishedVersion):
                ending.end_invocations()
        while self._ending:
            await asyncio.wait(self._ending.values())
        self._host.stop()

    @_in_event_loop
    def deploy(self, deployment: Deployment, environments: int, maximum: int = 0) -> None:
        """Start a published version beside the one that serves; it takes over when it is ready.

        The number of environments follows the load up to the maximum, if that is larger.
        """
        key = deployment.function_name, deployment.version
        if key in self._versions:
            self._versions[key].deploy(deployment, environments, maximum)
            return
        self._versions[key] = PublishedVersion(self._host, deployment, environments, maximum)

    @_in_event_loop
    def scale(self, function_name: str, version: str, environments: int, maximum: int = 0) -> None:
        """Set the smallest and the largest number of environments; ignore unknown versions."""
        if (published := self._versions.get((function_name, version))) is not None:
            published.scale(environments, maximum)

    @_in_event_loop
    def retire(self, function_name: str, version: str) -> None:
        """Stop a version; ignore unknown ones."""
        if (published := self._versions.pop((function_name, version), None)) is not None:
            self._end(published)

    @_in_event_loop
    def status(self, function_name: str, version: str) -> VersionStatus | None:
        """Return the status of a version, ``None`` if it was never deployed."""
        published = self._versions.get((function_name, version))
        return None if published is None else published.status

    @_in_event_loop
    def usage(self) -> list[VersionUsage]:
        """Return what each deployed version uses now."""
        return [
            VersionUsage(
                function_name=function_name,
                version=version,
                state=published.status.state,
                environments=len(slots),
                slots=sum(each.limit for each in slots),
                slots_in_use=sum(each.in_use for each in slots),
                edited=published.edited,
            )
            for (function_name, version), published in self._versions.items()
            for slots in [[environment.slots for environment in published.environments]]
        ]

    @_in_event_loop
    def measure(self) -> dict[str, list[Datum]]:
        """Return, for each region, the data of metrics since the last call."""
        return self._host.metrics.take(
            environment.measure()
            for published in self._versions.values()
            for environment in published.environments
        )

    def edit(
        self, function_name: str, version: str, edits: Mapping[str, Path] | None
    ) -> EditResult:
        """Serve edited files in place of deployed ones, or again those that are deployed.

        Waits until they serve or have failed; those before them serve until then.
        """
        if (published := self._versions.get((function_name, version))) is not None:
            return self.portal.call(published.edit, edits)
        return EditResult("failed", f"Version {version} of {function_name} is not deployed.")

    @_in_event_loop
    def invoke(self, function_name: str, version: str, request: InvocationRequest) -> Invocation:
        """Admit an invocation of a version; raise as ``Fleet.invoke``."""
        return self._admit(function_name, version, request)

    def chunks(self, invocation: Invocation) -> Generator[bytes]:
        """Yield the chunks of a response; a caller that stops early discards the rest.

        Raise ``InvocationError`` when the function fails, or is not done within its timeout.
        """
        stream = invocation.chunks()
        try:
            while (chunk := self.portal.call(anext, stream, None)) is not None:
                yield chunk
        finally:
            self.portal.call(stream.aclose)

    def _admit(self, function_name: str, version: str, request: InvocationRequest) -> Invocation:
        if (published := self._versions.get((function_name, version))) is not None:
            return published.invoke(request)
        raise NotServingError(f"Version {version} of {function_name} is not deployed.")

    @_in_event_loop
    def enqueue(
        self, function_name: str, version: str, request: InvocationRequest, policy: EventPolicy
    ) -> None:
        """Invoke a version as soon as a slot is free, and discard the response."""
        name = f"event {request.request_id}: {function_name}"
        admit = partial(self._admit, function_name, version, request)
        delays = self._host.settings.event_retry_delays_seconds
        delivery = asyncio.create_task(deliver(name, admit, policy, delays))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    @_in_event_loop
    def open_url(self, route: UrlRoute) -> str:
        """Serve a function URL, or update a served one; return its address, ending in a slash."""
        return self._open(route.url_id, FunctionUrl(route, self._admit))

    @_in_event_loop
    def open_api(self, route: ApiRoute) -> str:
        """Serve a stage of an API, or update a served one; return its URL, ending in a slash."""
        address = self._open(route.id, stage_of(route, self._admit))
        return f"{address}{route.base_path.lstrip('/')}/" if route.base_path else address

    @_in_event_loop
    def close_front(self, front_id: str) -> None:
        """Stop serving a function URL or a stage; ignore unknown ids."""
        if (front := self._fronts.pop(front_id, None)) is not None:
            front.server.close_port()
            self._end(front.server)

    def _open(self, front_id: str, app: Front[Any]) -> str:
        if front_id not in self._fronts:
            # The fronts of a stack that was created again have new ids, and the ports of before.
            places = {front.place for front in self._fronts.values()}
            place = next(place for place in count(1) if place not in places)
            server = LoopbackServer(app, self._host.settings.ports.listen(f"url-{place}"))
            server.start()
            self._fronts[front_id] = _OpenFront(place, app, server)
        front = self._fronts[front_id]
        front.app.route = app.route
        return f"http://{front.server.address}/"

    def _room(self, deployment: Deployment) -> int:
        """Return how many environments of a deployment its capacity provider has vCPUs for."""
        if deployment.max_vcpus is None:
            return sys.maxsize
        own = deployment.function_name, deployment.version
        others = (published for key, published in self._versions.items() if key != own)
        taken = sum(published.vcpus_beside(deployment) for published in others)
        return (deployment.max_vcpus() - taken) // deployment.vcpus

    def _end(self, part: PublishedVersion | LoopbackServer) -> None:
        ending = asyncio.create_task(part.stop())
        self._ending[part] = ending
        ending.add_done_callback(lambda _: self._ending.pop(part))


@dataclass(frozen=True)
class _OpenFront:
    place: int
    app: Front[Any]
    server: LoopbackServer


def _allow_many_connections() -> None:
    # Each invocation needs two descriptors, and some systems allow 256 by default.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
