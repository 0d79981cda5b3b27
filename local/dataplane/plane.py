"""The data plane as the Lambda API sees it: thread-safe calls into an event loop of its own."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import ParamSpec, TypeVar

from local.dataplane.control import Control, DataPlaneSettings
from local.dataplane.invocation import InvocationRequest
from local.dataplane.metrics import Datum
from local.dataplane.model import (
    ApiRoute,
    Deployment,
    EditResult,
    LogSink,
    UrlRoute,
    VersionStatus,
    VersionUsage,
)
from local.dataplane.running_invocation import RunningInvocation

_P = ParamSpec("_P")
_T = TypeVar("_T")


class LocalDataPlane:
    """Implements ``model.DataPlane``.

    Between ``start`` and ``stop`` every call may be made from any thread but the data plane's own,
    in which ``UrlRoute.version``, ``ApiRoute.target`` and ``PortMemory`` are called.

    Parameters
    ----------
    settings
        Paths and policies of the data plane.
    logs
        Receives the output of the execution environments, in the data plane's thread.
    """

    def __init__(self, settings: DataPlaneSettings, logs: LogSink) -> None:
        self._settings = settings
        self._logs = logs
        self._running: Future[tuple[asyncio.AbstractEventLoop, Control]] = Future()
        self._stop_requested = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="data-plane", daemon=True)

    def start(self) -> None:
        """Start the event loop. May be called once."""
        self._thread.start()
        self._running.result()

    def stop(self) -> None:
        """End every process and close every port. May be called repeatedly."""
        loop, _ = self._running.result()
        if self._thread.is_alive():
            loop.call_soon_threadsafe(self._stop_requested.set)
        self._thread.join()

    def deploy(self, deployment: Deployment, environments: int, maximum: int | None = None) -> None:
        """Start a published version beside the one that serves; it takes over when it is ready."""
        self._call(self._control.deploy, deployment, environments, maximum)

    def scale(
        self, function_name: str, version: str, environments: int, maximum: int | None = None
    ) -> None:
        """Set the smallest and the largest number of environments of a published version."""
        self._call(self._control.scale, function_name, version, environments, maximum)

    def retire(self, function_name: str, version: str) -> None:
        """Stop all environments of a published version; ignore unknown versions."""
        self._call(self._control.retire, function_name, version)

    def status(self, function_name: str, version: str) -> VersionStatus | None:
        """Return the status of a published version, ``None`` if it was never deployed."""
        return self._call(self._control.status, function_name, version)

    def usage(self) -> list[VersionUsage]:
        """Return what each deployed version uses now."""
        return self._call(self._control.usage)

    def measure(self) -> dict[str, list[Datum]]:
        """Return, for each region, the data of metrics since the last call."""
        return self._call(self._control.measure)

    def edit(
        self, function_name: str, version: str, edits: Mapping[str, Path] | None
    ) -> EditResult:
        """Serve edited files in place of deployed ones, or again those that are deployed."""
        loop, control = self._running.result()
        editing = control.edit(function_name, version, edits)
        return asyncio.run_coroutine_threadsafe(editing, loop).result()

    def invoke(
        self, function_name: str, version: str, request: InvocationRequest
    ) -> RunningInvocation:
        """Admit an invocation of a published version."""
        invocation = self._call(self._control.invoke, function_name, version, request)
        return RunningInvocation(invocation, self._running.result()[0])

    def enqueue(self, function_name: str, version: str, request: InvocationRequest) -> None:
        """Invoke a published version as soon as a slot is free, and discard the response."""
        self._call(self._control.enqueue, function_name, version, request)

    def open_url(self, route: UrlRoute) -> str:
        """Serve a function URL, or update a served one; return its address, ending in a slash."""
        return self._call(self._control.open_url, route)

    def close_url(self, url_id: str) -> None:
        """Stop serving a function URL; ignore unknown ids."""
        self._call(self._control.close_front, url_id)

    def open_api(self, route: ApiRoute) -> str:
        """Serve a stage of an API, or update a served one; return its URL, ending in a slash."""
        return self._call(self._control.open_api, route)

    def close_api(self, route_id: str) -> None:
        """Stop serving a stage; ignore unknown ids."""
        self._call(self._control.close_front, route_id)

    @property
    def _control(self) -> Control:
        return self._running.result()[1]

    def _call(self, method: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        async def called() -> _T:
            return method(*args, **kwargs)

        loop, _ = self._running.result()
        return asyncio.run_coroutine_threadsafe(called(), loop).result()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._running.done():
                raise
            self._running.set_exception(error)

    async def _serve(self) -> None:
        control = Control(self._settings, self._logs)
        await control.start()
        self._running.set_result((asyncio.get_running_loop(), control))
        await self._stop_requested.wait()
        await control.stop()
