"""The saved queries of CloudWatch Logs, which moto's API of it lacks."""

import json
from collections import defaultdict
from typing import Any, ClassVar
from uuid import uuid4

from moto.core.responses import ActionResult
from moto.logs import urls
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


class LogsWithQueries(LogsResponse):
    """moto's API of CloudWatch Logs, with the operations on saved queries."""

    _of_regions: ClassVar[dict[str, dict[str, Any]]] = defaultdict(dict)

    def put_query_definition(self) -> ActionResult:
        """Save a query, or another in place of the one that the request names."""
        query = json.loads(self.body)
        key = self._named(query) if "queryDefinitionId" in query else str(uuid4())
        self._of_regions[self.region][key] = {**query, "queryDefinitionId": key}
        return ActionResult({"queryDefinitionId": key})

    def describe_query_definitions(self) -> ActionResult:
        """List the queries whose names begin as the request says."""
        prefix = self._get_param("queryDefinitionNamePrefix", "")
        saved = list(self._of_regions[self.region].values())
        found = [query for query in saved if query["name"].startswith(prefix)]
        return ActionResult({"queryDefinitions": found})

    def delete_query_definition(self) -> ActionResult:
        """Delete the query that the request names."""
        del self._of_regions[self.region][self._named(json.loads(self.body))]
        return ActionResult({"success": True})

    def _named(self, query: dict[str, Any]) -> str:
        if query["queryDefinitionId"] not in self._of_regions[self.region]:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        return query["queryDefinitionId"]


def add_to_moto() -> None:
    """Make moto's server, which has to be loaded later, answer these operations too."""
    urls.url_paths = dict.fromkeys(urls.url_paths, LogsWithQueries.dispatch)
