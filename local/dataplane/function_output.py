"""The log of an execution environment: the lines of its processes, and Lambda's own."""

import json
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from weakref import WeakSet

from local.dataplane.invocation import Invocation, InvocationReport
from local.dataplane.model import Deployment, LogStream, WriteLog

_LAST_LINES: Final = 20
_LEVELS: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


class FunctionOutput:
    """Delivers what the levels of the log let through, and keeps the last lines of all."""

    def __init__(self, write_log: WriteLog, deployment: Deployment, stream: str) -> None:
        self._write_log = write_log
        self._deployment = deployment
        self._stream = LogStream(deployment.region, deployment.log_group, stream)
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        self._running: set[str] = set()
        self._followers: WeakSet[Invocation] = WeakSet()

    def write(self, lines: list[str]) -> None:
        """Take lines of a process; lines below the application log level are dropped."""
        self._last.extend(lines)
        least = _LEVELS.index(self._deployment.application_log_level)
        if kept := [line for line in lines if _LEVELS.index(_level(line)) >= least]:
            self._deliver(kept)

    def write_start(self, invocation: Invocation) -> None:
        """Write Lambda's line at the start of an invocation, which follows the log if it wants."""
        request_id, version = invocation.request.request_id, self._deployment.version
        self._running.add(request_id)
        if invocation.request.wants_log:
            self._followers.add(invocation)
        text = f"START RequestId: {request_id} Version: {version}"
        self._write_event("platform.start", {"requestId": request_id, "version": version}, text)

    def write_report(self, report: InvocationReport) -> None:
        """Write Lambda's lines after an invocation (docs/facts/lmi.md#duration)."""
        self._running.discard(report.request_id)
        began = datetime.now(UTC) - timedelta(seconds=report.seconds)
        record: dict[str, object] = {
            "requestId": report.request_id,
            "metrics": {"durationMs": _milliseconds(report.seconds)},
            "status": report.status,
        }
        if report.error_type is not None:
            record["errorType"] = report.error_type
        if (first_byte := report.first_byte_seconds) is not None:
            rest = report.seconds - first_byte
            record["spans"] = [
                _span("responseLatency", began, first_byte),
                _span("responseDuration", began + timedelta(seconds=first_byte), rest),
            ]
        request, milliseconds = f"RequestId: {report.request_id}", report.seconds * 1000
        size = f"Memory Size: {self._deployment.memory_mb} MB"
        summary = f"REPORT {request}\tDuration: {milliseconds:.2f} ms\t{size}"
        self._write_event("platform.report", record, f"END {request}", summary)

    def explain(self, reason: str) -> str:
        """Return a reason with the last lines of the processes' output."""
        if not self._last:
            return f"{reason}. It wrote no output."
        return "\n".join([f"{reason}. Its last output:", *self._last])

    def _write_event(self, name: str, record: Mapping[str, object], *text: str) -> None:
        """Write an event, or its lines in a log that is text."""
        if self._deployment.log_format == "Text":
            self._deliver([*text])
        elif self._deployment.system_log_level != "WARN":  # both events are of level INFO
            event = {"time": _timestamp(datetime.now(UTC)), "type": name, "record": record}
            self._deliver([json.dumps(event)])

    def _deliver(self, lines: list[str]) -> None:
        self._write_log(self._stream, lines)
        for follower in self._followers:
            own = follower.request.request_id
            follower.log_lines.extend(
                line
                for line in lines
                if own in line or not any(other in line for other in self._running)
            )


def _level(line: str) -> str:
    """Return the level that Lambda reads in a line (docs/facts/lmi.md#logs)."""
    if not line.startswith("{"):
        return "INFO"
    try:
        content = cast("dict[str, object]", json.loads(line))
        has_time = datetime.fromisoformat(str(content["timestamp"])).tzinfo is not None
        level = str(content["level"]).upper()
    except (ValueError, KeyError, RecursionError):
        return "INFO"
    return level if has_time and level in _LEVELS else "INFO"


def _span(name: str, began: datetime, seconds: float) -> Mapping[str, object]:
    return {"name": name, "start": _timestamp(began), "durationMs": _milliseconds(seconds)}


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _timestamp(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
