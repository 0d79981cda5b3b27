"""Deliver the output of execution environments to CloudWatch Logs, and to plain files."""

import logging
import queue
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

from moto.logs.models import logs_backends

from local.account import ACCOUNT_ID
from local.cloudwatch import metric_filters
from local.dataplane.model import LogStream

_logger = logging.getLogger(__name__)

_DEFAULT_GROUPS: Final = "/aws/lambda/"
"""Where Lambda creates the log group of a function that declares none."""

_BATCH_SECONDS: Final = 0.2
"""How long lines are collected: a call for each would cost more than the invocation did."""

_Lines = list[tuple[str, float]]
"""Lines, with when they were written, in seconds since 1970."""


def log_file(folder: Path, group: str) -> Path:
    """Return the plain file of a log group."""
    return folder / f"{group.strip('/').replace('/', '.')}.log"


class FunctionLogs:
    """A log sink that delivers to the local CloudWatch Logs.

    ``write`` only queues lines, so that a slow log never slows a stream. A thread delivers them,
    those of each log group to a plain file in the folder too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._queued: queue.Queue[tuple[LogStream, _Lines]] = queue.Queue()
        self._stopping = threading.Event()
        self._created: set[str] = set()
        self._thread = threading.Thread(target=self._deliver, name="function-logs", daemon=True)
        self._thread.start()

    def write(self, stream: LogStream, lines: list[str]) -> None:
        """Queue complete lines, without their line ends."""
        now = time.time()
        self._queued.put((stream, [(line, now) for line in lines]))

    def stop(self) -> None:
        """Deliver what is queued, then end the thread."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def _deliver(self) -> None:
        while not self._stopping.wait(_BATCH_SECONDS):
            self._deliver_queued()
        self._deliver_queued()

    def _deliver_queued(self) -> None:
        batches: dict[LogStream, _Lines] = defaultdict(list)
        for _ in range(self._queued.qsize()):
            stream, lines = self._queued.get()
            batches[stream] += lines
        for stream, lines in batches.items():
            try:
                self._append(stream, lines)
                self._put(stream, lines)
            except Exception as error:  # moto raises of any kind, and each log is its own
                # The log group may have been deleted: a destroyed stack still writes last lines.
                _logger.warning("log lines of %s were not delivered: %s", stream.group, error)

    def _append(self, stream: LogStream, lines: _Lines) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with log_file(self._folder, stream.group).open("a") as file:
            file.writelines(f"{stream.name}  {line}\n" for line, _ in lines)

    def _put(self, stream: LogStream, lines: _Lines) -> None:
        logs = logs_backends[ACCOUNT_ID][stream.region]
        # A declared group was deleted: another would be in the way of the next deployment.
        if stream.group.startswith(_DEFAULT_GROUPS) and stream.group not in self._created:
            logs.ensure_log_group(stream.group)
            self._created.add(stream.group)
        logs.ensure_log_stream(stream.group, stream.name)
        # CloudWatch Logs refuses an empty message.
        events = [
            {"timestamp": int(seconds * 1000), "message": line} for line, seconds in lines if line
        ]
        if events:
            logs.put_log_events(stream.group, stream.name, events)
            metric_filters.count(stream, [line for line, _ in lines], seconds=lines[0][1])
