"""The saved queries of CloudWatch Logs, which moto does not implement."""

import json
import threading
from collections import defaultdict
from typing import Any, Final
from uuid import uuid4

from moto.core.request import Request
from werkzeug.wrappers import Response

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
                status, body = 200, operation(self._saved[region], json.loads(request.data))
            except KeyError:
                message = "The specified query definition does not exist."
                status, body = 400, {"__type": "ResourceNotFoundException", "message": message}
        return Response(json.dumps(body), status=status, content_type=_CONTENT_TYPE)

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
