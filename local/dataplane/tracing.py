"""Traces: the segments that X-Ray keeps, which invocations are sampled, and what Lambda writes.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html.
"""

import json
import random
import re
import secrets
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from local.dataplane.http_request import new_trace_id
from local.dataplane.invocation import InvocationReport
from local.dataplane.model import Deployment

Segment = Mapping[str, Any]
"""A segment document of X-Ray, such as ``{"name": ..., "trace_id": ..., "start_time": ...}``."""

_MOST_TRACES: Final = 5000
"""In each region; the oldest go first."""


class Traces:
    """Keeps segments in memory, and may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._traces: dict[str, OrderedDict[str, list[Segment]]] = defaultdict(OrderedDict)

    def put(self, region: str, segments: Iterable[Segment]) -> None:
        """Add segments to their traces."""
        with self._lock:
            traces = self._traces[region]
            for segment in segments:
                traces.setdefault(segment["trace_id"], []).append(segment)
            while len(traces) > _MOST_TRACES:
                traces.popitem(last=False)

    def between(self, region: str, start: float, end: float) -> dict[str, Sequence[Segment]]:
        """Return the traces that began in a time, given in seconds since 1970, by their ids."""
        with self._lock:
            return {
                trace_id: list(segments)
                for trace_id, segments in self._traces[region].items()
                if start <= min(segment["start_time"] for segment in segments) <= end
            }

    def find(self, region: str, ids: Iterable[str]) -> dict[str, Sequence[Segment]]:
        """Return those of some traces that are known, by their ids."""
        with self._lock:
            known = self._traces[region]
            return {trace_id: list(known[trace_id]) for trace_id in ids if trace_id in known}


def parse_segment(document: str) -> Segment:
    """Read a segment document; raise ``ValueError`` if it lacks what X-Ray requires."""
    segment = json.loads(document)
    missing = {"id", "name", "start_time", "trace_id"} - set(segment)
    if missing:
        raise ValueError(f"Missing {', '.join(sorted(missing))}")
    return segment


_FURTHER_SHARE: Final = 0.05
"""Lambda samples the first request of a second, and this share of the others."""


class Tracer:
    """Traces the invocations of all functions; ``now`` returns seconds since 1970."""

    def __init__(self, traces: Traces, now: Callable[[], float] = time.time) -> None:
        self._traces = traces
        self._now = now
        self._sampled_second: dict[str, int] = {}

    def header(self, deployment: Deployment, callers_header: str) -> str:
        """Return the ``X-Amzn-Trace-Id`` for the function; the caller's decision to sample wins."""
        decision = _part(callers_header, "Sampled")
        if decision not in ("0", "1"):
            decision = str(int(deployment.is_traced and self._samples(deployment.function_arn)))
        root = _part(callers_header, "Root") or _part(new_trace_id(), "Root")
        return f"Root={root};Parent={secrets.token_hex(8)};Sampled={decision}"

    def record(
        self, deployment: Deployment, report: InvocationReport, callers_header: str, header: str
    ) -> None:
        """Write the segments of the service and of the function, if the invocation is sampled."""
        if not deployment.is_traced or _part(header, "Sampled") != "1":
            return
        end = self._now()
        service_id, function_id = secrets.token_hex(8), _part(header, "Parent")
        common = {
            "name": deployment.function_name,
            "trace_id": _part(header, "Root"),
            "start_time": end - report.seconds,
            "end_time": end,
            "fault": report.status != "success",
            "resource_arn": deployment.function_arn,
            "aws": {"request_id": report.request_id},
        }
        caller = {"parent_id": parent} if (parent := _part(callers_header, "Parent")) else {}
        service = {**common, **caller, "id": service_id, "origin": "AWS::Lambda"}
        function = {
            **common,
            "id": function_id,
            "parent_id": service_id,
            "origin": "AWS::Lambda::Function",
        }
        self._traces.put(deployment.region, [service, function])

    def _samples(self, function_arn: str) -> bool:
        second = int(self._now())
        if self._sampled_second.get(function_arn) != second:
            self._sampled_second[function_arn] = second
            return True
        return random.random() < _FURTHER_SHARE  # noqa: S311  # no secret


def _part(header: str, name: str) -> str:
    match = re.search(rf"(?:^|;)\s*{name}=([^;]*)", header)
    return match[1] if match else ""
