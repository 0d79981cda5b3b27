"""The segments of traces, as X-Ray keeps them: written by functions, read by X-Ray's API."""

import json
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

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


def parse(document: str) -> Segment:
    """Read a segment document; raise ``ValueError`` if it lacks what X-Ray requires."""
    segment = json.loads(document)
    missing = {"id", "name", "start_time", "trace_id"} - set(segment)
    if missing:
        raise ValueError(f"Missing {', '.join(sorted(missing))}")
    return segment
