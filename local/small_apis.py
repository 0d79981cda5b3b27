"""The APIs of the endpoint that are neither Lambda's nor moto's.

X-Ray, as far as traces are written and found (moto's needs a library of its own); the saved queries
of CloudWatch Logs; and the local AWS's own calls at paths under ``/_local/``: ``make status`` asks
what runs, ``make dev`` replaces files of a function, and ``make up`` undoes it.

Sources: https://docs.aws.amazon.com/xray/latest/api/API_Operations.html and
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html.
"""

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from moto.core.request import Request
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from local.dataplane.plane import LocalDataPlane
from local.dataplane.tracing import Segment, Traces, parse_segment
from local.local_aws import ARCHIVES_PATH, EDIT_PATH, USAGE_PATH

_JSON: Final = "application/json"


class OwnApi:
    """Answers the local AWS's own calls; the folder is that of deployed archives."""

    def __init__(self, data_plane: LocalDataPlane, code_folder: Path) -> None:
        self._data_plane = data_plane
        self._code_folder = code_folder

    def knows(self, path: str) -> bool:
        """Return whether a path is one of these calls."""
        return path in (USAGE_PATH, EDIT_PATH) or path.startswith(ARCHIVES_PATH)

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        if request.path == USAGE_PATH:
            return _json([asdict(version) for version in self._data_plane.usage()])
        if request.path.startswith(ARCHIVES_PATH):
            return self._archive(request.path.removeprefix(ARCHIVES_PATH))
        # A web page may send another address any text, but JSON only where that address allows it.
        if request.mimetype != _JSON:
            return Response(f"content-type has to be {_JSON}", 415)
        edit: dict[str, Any] = request.get_json()
        files: dict[str, str] | None = edit["files"]
        edits = None if files is None else {place: Path(path) for place, path in files.items()}
        result = self._data_plane.edit(edit["function_name"], edit["version"], edits)
        return _json(asdict(result))

    def _archive(self, name: str) -> Response:
        archive = safe_join(str(self._code_folder), name)
        if archive is None or not Path(archive).is_file():
            return Response(status=404)
        return Response(Path(archive).read_bytes(), content_type="application/zip")


def _json(content: object, status: int = 200, content_type: str = _JSON) -> Response:
    return Response(json.dumps(content), status, content_type=content_type)


TARGET: Final = "Logs_20140328."
_CONTENT_TYPE: Final = "application/x-amz-json-1.1"

Members = dict[str, Any]


class QueryDefinitions:
    """The operations on saved queries, with separate queries for each region."""

    def __init__(self) -> None:
        self._saved: dict[str, dict[str, Members]] = defaultdict(dict)
        self._lock = threading.Lock()
        self._operations = {
            "PutQueryDefinition": self._put,
            "DescribeQueryDefinitions": self._describe,
            "DeleteQueryDefinition": self._delete,
        }

    def knows(self, target: str) -> bool:
        """Return whether a request's ``X-Amz-Target`` names one of the operations."""
        return target.removeprefix(TARGET) in self._operations

    def answer(self, request: Request, region: str) -> Response:
        """Answer a request that names one of the operations."""
        operation = self._operations[request.headers["X-Amz-Target"].removeprefix(TARGET)]
        with self._lock:
            try:
                answer = operation(self._saved[region], json.loads(request.data))
            except KeyError:
                message = "The specified query definition does not exist."
                refusal = {"__type": "ResourceNotFoundException", "message": message}
                return _json(refusal, 400, _CONTENT_TYPE)
        return _json(answer, content_type=_CONTENT_TYPE)

    def _put(self, saved: dict[str, Members], query: Members) -> Members:
        given = query.get("queryDefinitionId")
        key = str(uuid4()) if given is None else saved[given]["queryDefinitionId"]
        saved[key] = {**query, "queryDefinitionId": key}
        return {"queryDefinitionId": key}

    def _describe(self, saved: dict[str, Members], wanted: Members) -> Members:
        prefix = wanted.get("queryDefinitionNamePrefix", "")
        return {
            "queryDefinitions": [
                query for query in saved.values() if query["name"].startswith(prefix)
            ]
        }

    def _delete(self, saved: dict[str, Members], query: Members) -> Members:
        del saved[query["queryDefinitionId"]]
        return {"success": True}


_SERVICE_FILTER: Final = re.compile(r'service\("(?P<name>[^"]+)"\)')


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
        return _json(answer)

    def _put_trace_segments(self, region: str, members: Members) -> Members:
        refused: list[Members] = []
        for document in members["TraceSegmentDocuments"]:
            try:
                self._traces.put(region, [parse_segment(document)])
            except ValueError as error:
                refused.append({"ErrorCode": "ParseError", "Message": str(error)})
        return {"UnprocessedTraceSegments": refused}

    def _get_trace_summaries(self, region: str, members: Members) -> Members:
        wanted = _service_name(members.get("FilterExpression", ""))
        found = self._traces.between(region, members["StartTime"], members["EndTime"])
        summaries = [_summary(trace_id, segments) for trace_id, segments in found.items()]
        return {
            "ApproximateTime": time.time(),
            "TracesProcessedCount": len(summaries),
            "TraceSummaries": [
                summary
                for summary in summaries
                if not wanted or wanted in {each["Name"] for each in summary["ServiceIds"]}
            ],
        }

    def _batch_get_traces(self, region: str, members: Members) -> Members:
        wanted: Sequence[str] = members["TraceIds"]
        found = self._traces.find(region, wanted)
        return {
            "Traces": [
                {
                    "Id": trace_id,
                    "Duration": _seconds(segments),
                    "Segments": [
                        {"Id": segment["id"], "Document": json.dumps(segment)}
                        for segment in segments
                    ],
                }
                for trace_id, segments in found.items()
            ],
            "UnprocessedTraceIds": [trace_id for trace_id in wanted if trace_id not in found],
        }


def _service_name(expression: str) -> str:
    if not expression:
        return ""
    if (match := _SERVICE_FILTER.fullmatch(expression.strip())) is None:
        raise ValueError(
            f"The local AWS cannot evaluate the filter expression {expression}; it knows "
            'service("NAME")'
        )
    return match["name"]


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
    return _json({"__type": "InvalidRequestException", "Message": message}, 400)
