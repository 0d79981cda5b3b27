"""What moto lacks of AWS and stacks use: parts of CloudWatch Logs, and the routes of endpoints."""

import json
from collections import defaultdict
from functools import cache
from importlib import import_module
from typing import Any, ClassVar
from uuid import uuid4

from moto.core.responses import ActionResult
from moto.logs import urls
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


class _Logs(LogsResponse):
    """moto's API of CloudWatch Logs, with saved queries, and the classes and keys of groups."""

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

    def create_log_group(self) -> str:
        """Create a group of a class."""
        answer = super().create_log_group()
        group: Any = self.logs_backend.groups[self._get_param("logGroupName")]
        group.log_group_class = self._get_param("logGroupClass")
        return answer

    def describe_log_groups(self) -> str:
        """List groups with their classes."""
        answer = json.loads(super().describe_log_groups())
        for each in answer["logGroups"]:
            group = self.logs_backend.groups[each["logGroupName"]]
            each["logGroupClass"] = getattr(group, "log_group_class", None) or "STANDARD"
        return json.dumps(answer)

    def associate_kms_key(self) -> str:
        """Give a group a key, or in a request without one take it away."""
        name = self._get_param("logGroupName")
        if name not in self.logs_backend.groups:
            raise ResourceNotFoundException
        self.logs_backend.groups[name].kms_key_id = self._get_param("kmsKeyId")
        return ""

    disassociate_kms_key = associate_kms_key

    def _named(self, query: dict[str, Any]) -> str:
        if query["queryDefinitionId"] not in self._of_regions[self.region]:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        return query["queryDefinitionId"]


@cache
def add_to_moto() -> None:
    """Make moto's server, which has to be loaded later, do these things too; once in a process."""
    urls.url_paths = dict.fromkeys(urls.url_paths, _Logs.dispatch)
    backend: Any = import_module("moto.ec2.models").EC2Backend
    modify = backend.modify_vpc_endpoint

    def modify_vpc_endpoint(ec2: Any, **given: Any) -> None:
        """Route the tables that an endpoint gets later too, and no longer those that it loses."""
        (endpoint,) = ec2.describe_vpc_endpoints([given["vpc_id"]])
        before, prefixes = list(endpoint.route_table_ids or ()), endpoint.destination_prefix_list_id
        modify(ec2, **given)
        for table in set(before) - set(endpoint.route_table_ids or ()):
            ec2.delete_route(table, prefixes)
        for table in set(endpoint.route_table_ids or ()) - set(before):
            target = {"gateway_id": endpoint.id, "destination_prefix_list_id": prefixes}
            ec2.create_route(table, None, **target)

    backend.modify_vpc_endpoint = modify_vpc_endpoint
