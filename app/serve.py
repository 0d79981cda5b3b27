"""Serves the application, in one process for each vCPU: what ``run.sh`` becomes.

The variable ``WEB_CONCURRENCY`` is the number of workers, as always with uvicorn. uvicorn's own
supervisor of workers does not fit an execution environment: it looks at signals every 500 ms, while
Lambda ends everything 600 ms after SIGTERM, and requests arrive when the first worker is ready
(docs/design.md#workers).
"""

import asyncio
import logging
import os
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE

_MODULE: Final = "app.main"
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_STARTED: Final = "lifespan.startup.complete"

_logger = logging.getLogger(__name__)


def main() -> None:
    """Serve until SIGTERM."""
    workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
    if workers > 1:
        sys.exit(_Workers().run(workers))
    sys.exit(_serve(uvicorn.Server(_config(f"{_MODULE}:app"))))


def _config(app: Any, *, factory: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        host="127.0.0.1",
        port=int(os.environ.get("AWS_LWA_PORT") or os.environ.get("PORT") or 8080),
        http="httptools",
        loop="uvloop",
        lifespan="on",
        # Longer than the adapter's pool keeps an idle connection, 4 s.
        timeout_keep_alive=75,
        # Lambda kills what still runs soon after it asks for the end.
        timeout_graceful_shutdown=1,
        server_header=False,
        # The application logs its requests itself, as JSON.
        access_log=False,
        log_config="app/logging.json",
        # And no limit_concurrency: Lambda admits no more than the function takes, and uvicorn would
        # refuse requests that Lambda has admitted.
    )


def _serve(server: uvicorn.Server, *sockets: Any) -> int:
    """Serve in this process, and return its exit code."""
    try:
        server.run(list(sockets) or None)
    except Exception:
        if server.started:
            raise
        traceback.print_exc()
    return 0 if server.started else STARTUP_FAILURE


class _Workers:
    """Processes that accept connections at one socket, each with an event loop of its own.

    They listen when all of them have started. One that ends later is replaced, which the others do
    not notice.
    """

    def __init__(self) -> None:
        config = _config(self._create_app, factory=True)
        self._server = uvicorn.Server(config)
        self._listener = config.bind_socket()
        # Each of the first workers closes the other side when it has started: then this one ends.
        self._all_started, self._starting = os.pipe()
        self._processes: set[int] = set()
        self._is_starting = True
        self._is_ending = False

    def run(self, workers: int) -> int:
        """Keep so many workers running until SIGTERM, and return the exit code.

        When one cannot start all end, since the next one would fail too.
        """
        for number in _SIGNALS:
            signal.signal(number, self._end)
        for _ in range(workers):
            self._start()
        os.close(self._starting)
        self._is_starting = False
        exit_code = 0
        while self._processes:
            process, status = os.wait()
            self._processes.discard(process)
            code = os.waitstatus_to_exitcode(status)
            if code == STARTUP_FAILURE:
                exit_code = code
                self._end()
            elif not self._is_ending:
                _logger.error("worker %d ended with %d: another one takes its place", process, code)
                self._start()
        return exit_code

    def _start(self) -> None:
        # A signal in between would miss the new worker.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        if not self._is_ending:
            process = os.fork()
            if process == 0:
                for number in _SIGNALS:
                    signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
                sys.exit(_serve(self._server, self._listener))
            self._processes.add(process)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _end(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End all workers at once: their streams have little time to say so."""
        self._is_ending = True
        for process in self._processes:
            with suppress(ProcessLookupError):  # it has ended by itself, a moment ago
                os.kill(process, signal.SIGTERM)

    def _create_app(self) -> ASGIApp:
        """Return the application of one worker; its start lasts until all others have started."""
        app: ASGIApp = import_module(_MODULE).app

        async def started_together(scope: Scope, receive: Receive, send: Send) -> None:
            async def sent_together(message: Message) -> None:
                if message["type"] == _STARTED:
                    await asyncio.to_thread(self._wait_for_others)
                await send(message)

            await app(scope, receive, sent_together if scope["type"] == "lifespan" else send)

        return started_together

    def _wait_for_others(self) -> None:
        if self._is_starting:
            os.close(self._starting)
        os.read(self._all_started, 1)


if __name__ == "__main__":
    main()
