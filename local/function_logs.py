"""Deliver the output of execution environments to CloudWatch Logs, and to plain files."""

import logging
import queue
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.aws_client import AwsClients
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

    def __init__(self, endpoint_url: str, folder: Path) -> None:
        self._clients = AwsClients(endpoint_url)
        self._folder = folder
        self._queued: queue.Queue[tuple[LogStream, _Lines]] = queue.Queue()
        self._stopping = threading.Event()
        self._known: set[LogStream] = set()
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
            except (BotoCoreError, ClientError, OSError) as error:
                # The log group may have been deleted: a destroyed stack still writes last lines.
                _logger.warning("log lines of %s were not delivered: %s", stream.group, error)

    def _append(self, stream: LogStream, lines: _Lines) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with log_file(self._folder, stream.group).open("a") as file:
            file.writelines(f"{stream.name}  {line}\n" for line, _ in lines)

    def _put(self, stream: LogStream, lines: _Lines) -> None:
        client = self._clients.get("logs", stream.region)
        place = {"logGroupName": stream.group, "logStreamName": stream.name}
        if stream not in self._known:
            self._create(client, stream)
            self._known.add(stream)
        # CloudWatch Logs refuses an empty message.
        events = [
            {"timestamp": int(seconds * 1000), "message": line} for line, seconds in lines if line
        ]
        if events:
            client.put_log_events(**place, logEvents=events)
            written = [line for line, _ in lines]
            metric_filters.count(self._clients, stream, written, seconds=lines[0][1])

    def _create(self, client: Any, stream: LogStream) -> None:
        """Create a log stream; a function that declares no log group also gets its group."""
        place = {"logGroupName": stream.group, "logStreamName": stream.name}
        try:
            client.create_log_stream(**place)
        except client.exceptions.ResourceNotFoundException:
            # A declared group was deleted: another would be in the way of the next deployment.
            if stream.group in self._created or not stream.group.startswith(_DEFAULT_GROUPS):
                raise
            client.create_log_group(logGroupName=stream.group)
            self._created.add(stream.group)
            client.create_log_stream(**place)
