"""Deliver the output of execution environments to CloudWatch Logs, and to plain files."""

import logging
import queue
import threading
import time
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.aws_client import AwsClients
from local.cloudwatch import metric_filters
from local.dataplane.model import LogStream

_logger = logging.getLogger(__name__)

_DEFAULT_GROUPS: Final = "/aws/lambda/"
"""Where Lambda creates the log group of a function that declares none."""


def log_file(folder: Path, group: str) -> Path:
    """Return the plain file of a log group."""
    return folder / f"{group.strip('/').replace('/', '.')}.log"


class FunctionLogs:
    """A log sink that delivers to the local CloudWatch Logs.

    ``write`` only queues lines, so that a slow log never slows a stream. A thread delivers them.

    Parameters
    ----------
    endpoint_url
        Address of the CloudWatch Logs API.
    folder
        Folder in which each log group is also a plain file, named after the group.
    """

    def __init__(self, endpoint_url: str, folder: Path) -> None:
        self._clients = AwsClients(endpoint_url)
        self._folder = folder
        self._queue: queue.Queue[tuple[LogStream, list[str], float] | None] = queue.Queue()
        self._known: set[LogStream] = set()
        self._created: set[str] = set()
        self._thread = threading.Thread(target=self._deliver, name="function-logs", daemon=True)
        self._thread.start()

    def write(self, stream: LogStream, lines: list[str]) -> None:
        """Queue complete lines, without their line ends."""
        self._queue.put((stream, lines, time.time()))

    def stop(self) -> None:
        """Deliver what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join(timeout=5)

    def _deliver(self) -> None:
        while batch := self._queue.get():
            stream, lines, seconds = batch
            try:
                self._append(stream, lines)
                self._put(stream, lines, seconds)
            except (BotoCoreError, ClientError, OSError) as error:
                # The log group may have been deleted: a destroyed stack still writes last lines.
                _logger.warning("log lines of %s were not delivered: %s", stream.group, error)

    def _append(self, stream: LogStream, lines: list[str]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with log_file(self._folder, stream.group).open("a") as file:
            file.writelines(f"{stream.name}  {line}\n" for line in lines)

    def _put(self, stream: LogStream, lines: list[str], seconds: float) -> None:
        client = self._clients.get("logs", stream.region)
        place = {"logGroupName": stream.group, "logStreamName": stream.name}
        if stream not in self._known:
            self._create(client, stream)
            self._known.add(stream)
        # CloudWatch Logs refuses an empty message.
        events = [{"timestamp": int(seconds * 1000), "message": line} for line in lines if line]
        if events:
            client.put_log_events(**place, logEvents=events)
            metric_filters.count(self._clients, stream, lines, seconds)

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
