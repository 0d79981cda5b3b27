"""Takes the output of execution environments to CloudWatch Logs, and to a file to look at."""

import logging
import queue
import threading
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws_client import aws_client

_LOGGER = logging.getLogger(__name__)
_Batch = tuple[str, str, list[str], int]


class FunctionLogs:
    """A log sink over the local CloudWatch Logs.

    Writing only queues: a slow log must never slow a stream. A thread of its own delivers.

    Parameters
    ----------
    endpoint_url
        Address of the CloudWatch Logs API.
    region
        Region of the log groups.
    folder
        Where each log group also becomes a plain file, named after the group.
    """

    def __init__(self, endpoint_url: str, region: str, folder: Path) -> None:
        self._endpoint_url = endpoint_url
        self._region = region
        self._folder = folder
        self._queue: queue.Queue[_Batch | None] = queue.Queue()
        self._known_streams: set[tuple[str, str]] = set()
        self._thread = threading.Thread(target=self._deliver, name="function-logs", daemon=True)
        self._thread.start()

    def write(self, log_group: str, log_stream: str, lines: list[str]) -> None:
        """Queue whole lines, without their line ends, for a stream of a log group."""
        self._queue.put((log_group, log_stream, lines, int(time.time() * 1000)))

    def stop(self) -> None:
        """Deliver what is queued, then end."""
        self._queue.put(None)
        self._thread.join(timeout=5)

    def _deliver(self) -> None:
        client = aws_client("logs", self._endpoint_url, self._region)
        while batch := self._queue.get():
            self._append(*batch[:3])
            try:
                self._put(client, *batch)
            except (BotoCoreError, ClientError) as error:
                # The log group may be gone by now: a destroyed stack still writes its last lines.
                _LOGGER.warning("log lines of %s were not delivered: %s", batch[0], error)

    def _append(self, log_group: str, log_stream: str, lines: list[str]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{log_group.strip('/').replace('/', '.')}.log"
        with path.open("a") as file:
            file.writelines(f"{log_stream}  {line}\n" for line in lines)

    def _put(self, client: Any, group: str, stream: str, lines: list[str], time_ms: int) -> None:
        if (group, stream) not in self._known_streams:
            client.create_log_stream(logGroupName=group, logStreamName=stream)
            self._known_streams.add((group, stream))
        # CloudWatch Logs refuses an empty message.
        events = [{"timestamp": time_ms, "message": line} for line in lines if line]
        if events:
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
