"""X-Ray, as far as traces are written and found: their segments, and the operations on them.

moto's needs a library of its own. Sources:
https://docs.aws.amazon.com/xray/latest/api/API_Operations.html and
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html.
"""

import json
import re
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from moto.core.request import Request
from werkzeug.wrappers import Response

Members = dict[str, Any]

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

    def of_region(self, region: str) -> dict[str, Sequence[Segment]]:
        """Return the traces by their ids."""
        with self._lock:
            return {trace_id: list(segments) for trace_id, segments in self._traces[region].items()}


def _parsed(document: str) -> Segment:
    """Read a segment document; raise ``ValueError`` if it lacks what X-Ray requires."""
    segment = json.loads(document)
    missing = {"id", "name", "start_time", "trace_id"} - set(segment)
    if missing:
        raise ValueError(f"Missing {', '.join(sorted(missing))}")
    return segment


_FILTER: Final = re.compile(r'\s*(service\("(?P<name>[^"]+)"\)\s*)?')


class XRay:
    """Answers the operations on traces."""

    def __init__(self, traces: Traces) -> None:
        self._traces = traces
        self._operations: Mapping[str, Callable[[str, Members], Members]] = {
            "/TraceSegments": self._put_trace_segments,
            "/TelemetryRecords": lambda _region, _members: {},  # nobody asks for them later
            "/TraceSummaries": self._get_trace_summaries,
            "/Traces": self._batch_get_traces,
        }

    def answer(self, request: Request, region: str) -> Response:
        """Answer one request."""
        operation = self._operations.get(request.path)
        if operation is None:
            return _refusal(f"{request.path} is not implemented in the local AWS")
        try:
            answer = operation(region, json.loads(request.data or b"{}"))
        except ValueError as error:
            return _refusal(str(error))
        return Response(json.dumps(answer), content_type="application/json")

    def _put_trace_segments(self, region: str, members: Members) -> Members:
        refused: list[Members] = []
        for document in members["TraceSegmentDocuments"]:
            try:
                self._traces.put(region, [_parsed(document)])
            except ValueError as error:
                refused.append({"ErrorCode": "ParseError", "Message": str(error)})
        return {"UnprocessedTraceSegments": refused}

    def _get_trace_summaries(self, region: str, members: Members) -> Members:
        expression: str = members.get("FilterExpression") or ""
        if (wanted := _FILTER.fullmatch(expression)) is None:
            raise ValueError(
                f"The local AWS cannot evaluate the filter expression {expression}; it knows "
                'service("NAME")'
            )
        start, end = members["StartTime"], members["EndTime"]
        summaries = [
            summary
            for trace_id, segments in self._traces.of_region(region).items()
            if start <= (summary := _summary(trace_id, segments))["StartTime"] <= end
        ]
        return {
            "ApproximateTime": time.time(),
            "TracesProcessedCount": len(summaries),
            "TraceSummaries": [
                summary
                for summary in summaries
                if wanted["name"] in {None, *(each["Name"] for each in summary["ServiceIds"])}
            ],
        }

    def _batch_get_traces(self, region: str, members: Members) -> Members:
        wanted, known = dict.fromkeys(members["TraceIds"]), self._traces.of_region(region)
        return {
            "Traces": [
                {
                    "Id": trace_id,
                    "Duration": _seconds(known[trace_id]),
                    "Segments": [
                        {"Id": segment["id"], "Document": json.dumps(segment)}
                        for segment in known[trace_id]
                    ],
                }
                for trace_id in wanted
                if trace_id in known
            ],
            "UnprocessedTraceIds": [trace_id for trace_id in wanted if trace_id not in known],
        }


def _summary(trace_id: str, segments: Sequence[Segment]) -> Members:
    def any_has(flag: str) -> bool:
        return any(segment.get(flag, False) for segment in segments)

    services = {(segment["name"], segment.get("origin", "")): None for segment in segments}
    return {
        "Id": trace_id,
        "StartTime": min(segment["start_time"] for segment in segments),
        "Duration": _seconds(segments),
        "ResponseTime": _seconds(segments[:1]),
        "HasError": any_has("error"),
        "HasFault": any_has("fault"),
        "HasThrottle": any_has("throttle"),
        "IsPartial": any_has("in_progress"),
        "ServiceIds": [
            {"Name": name, "Names": [name], "Type": origin} for name, origin in services
        ],
    }


def _seconds(segments: Sequence[Segment]) -> float:
    """Return the time from the first begin to the last end, in seconds."""
    start = min(segment["start_time"] for segment in segments)
    return max(segment.get("end_time", start) for segment in segments) - start


def _refusal(message: str) -> Response:
    content = json.dumps({"__type": "InvalidRequestException", "Message": message})
    return Response(content, status=400, content_type="application/json")
