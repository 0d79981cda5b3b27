"""The data plane as the Lambda API and API Gateway see it: calls into an event loop of its own."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from functools import partial, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from local.dataplane.control import Control
from local.dataplane.host import DataPlaneSettings
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import EditResult, LogSink

_P = ParamSpec("_P")
_T = TypeVar("_T")


class RunningInvocation:
    """Blocks the caller's thread until the function has written more of its response.

    ``log_tail`` is that of ``Invocation``.
    """

    def __init__(self, invocation: Invocation, portal: BlockingPortal) -> None:
        self._portal = portal
        self.log_tail = invocation.log_tail
        self._stream = invocation.chunks_until_deadline()

    def chunks(self) -> Generator[bytes]:
        """Yield the chunks of the response; a caller that stops early discards the rest.

        Raise ``InvocationError`` when the function fails, or is not done within its timeout.
        """
        try:
            while (chunk := self._portal.call(anext, self._stream, None)) is not None:
                yield chunk
        finally:
            self._portal.call(self._stream.aclose)


def _forwarded(
    method: Callable[Concatenate[Control, _P], _T],
) -> "Callable[Concatenate[LocalDataPlane, _P], _T]":
    """Return a thread-safe call of a method of the event loop's."""

    @wraps(method)
    def call(plane: "LocalDataPlane", /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return plane.portal.call(partial(method, plane.control, *args, **kwargs))

    return call


class LocalDataPlane:
    """Runs published functions, and serves their fronts.

    Between ``start`` and ``stop`` every call may be made from any thread but the data plane's own,
    in which ``UrlRoute.version``, ``ApiRoute.target``, the ports and the log are called. All but
    ``edit`` return at once. What they do is said at ``Control``.
    """

    portal: BlockingPortal
    control: Control

    def __init__(self, settings: DataPlaneSettings, logs: LogSink) -> None:
        self._settings = settings
        self._logs = logs
        self._running = ExitStack()

    def start(self) -> None:
        """Start the event loop. May be called once."""
        self.portal = self._running.enter_context(start_blocking_portal(name="data-plane"))
        self.control = self.portal.call(Control, self._settings, self._logs)
        self._running.callback(self.portal.call, self.control.stop)
        self.portal.call(self.control.start)

    def stop(self) -> None:
        """End every process and close every port. May be called repeatedly."""
        self._running.close()

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
        return self.portal.call(self.control.edit, function_name, version, edits)

    def invoke(
        self, function_name: str, version: str, request: InvocationRequest
    ) -> RunningInvocation:
        """As ``Control.invoke``."""
        invocation = self.portal.call(self.control.invoke, function_name, version, request)
        return RunningInvocation(invocation, self.portal)
