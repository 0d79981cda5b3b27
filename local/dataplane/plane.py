"""The data plane as the Lambda API and API Gateway see it: calls into an event loop of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator, Mapping
from concurrent.futures import Future
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from local.dataplane.control import Control
from local.dataplane.host import DataPlaneSettings
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import EditResult, LogSink

_P = ParamSpec("_P")
_T = TypeVar("_T")


class RunningInvocation:
    """Blocks the caller's thread until the function has written more of its response."""

    def __init__(self, invocation: Invocation, loop: asyncio.AbstractEventLoop) -> None:
        self._invocation = invocation
        self._loop = loop

    def chunks(self) -> Generator[bytes]:
        """Yield the chunks of the response; a caller that stops early discards the rest.

        Raise ``InvocationError`` when the function fails, or is not done within its timeout.
        """
        stream = self._invocation.chunks_until_deadline()

        async def next_chunk() -> bytes | None:
            return await anext(stream, None)

        try:
            while (chunk := self._wait(next_chunk())) is not None:
                yield chunk
        finally:
            self._wait(stream.aclose())

    def log_tail(self) -> bytes:
        """Return the end of the invocation's log, of at most 4 KB."""
        return self._invocation.log_tail()

    def _wait(self, waiting: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()


def _forwarded(
    method: Callable[Concatenate[Control, _P], _T],
) -> "Callable[Concatenate[LocalDataPlane, _P], _T]":
    """Return a thread-safe call of a method of the event loop's."""

    @wraps(method)
    def call(plane: "LocalDataPlane", /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return plane.call(method, *args, **kwargs)

    return call


class LocalDataPlane:
    """Runs published functions, and serves their fronts.

    Between ``start`` and ``stop`` every call may be made from any thread but the data plane's own,
    in which ``UrlRoute.version``, ``ApiRoute.target``, the ports and the log are called. All but
    ``edit`` return at once. What they do is said at ``Control``.
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

    deploy = _forwarded(Control.deploy)
    scale = _forwarded(Control.scale)
    retire = _forwarded(Control.retire)
    status = _forwarded(Control.status)
    usage = _forwarded(Control.usage)
    measure = _forwarded(Control.measure)
    enqueue = _forwarded(Control.enqueue)
    open_url = _forwarded(Control.open_url)
    close_url = _forwarded(Control.close_front)
    open_api = _forwarded(Control.open_api)
    close_api = _forwarded(Control.close_front)

    def edit(
        self, function_name: str, version: str, edits: Mapping[str, Path] | None
    ) -> EditResult:
        """As ``Control.edit``."""
        loop, control = self._running.result()
        editing = control.edit(function_name, version, edits)
        return asyncio.run_coroutine_threadsafe(editing, loop).result()

    def invoke(
        self, function_name: str, version: str, request: InvocationRequest
    ) -> RunningInvocation:
        """As ``Control.invoke``."""
        invocation = self.call(Control.invoke, function_name, version, request)
        return RunningInvocation(invocation, self._running.result()[0])

    def call(
        self, method: Callable[Concatenate[Control, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Call a method in the event loop, and wait for what it returns."""
        loop, control = self._running.result()

        async def called() -> _T:
            return method(control, *args, **kwargs)

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
