"""The saved log queries that moto lacks, through AWS's own client."""

from typing import Any

import pytest

from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint


@pytest.fixture
def logs(endpoint: ServedEndpoint) -> Any:
    return AwsClients(endpoint.url).get("logs", "eu-north-1")


def save(logs: Any, name: str) -> str:
    return logs.put_query_definition(name=name, queryString="fields @message")["queryDefinitionId"]


def saved(logs: Any, prefix: str) -> dict[str, str]:
    found = logs.describe_query_definitions(queryDefinitionNamePrefix=prefix)["queryDefinitions"]
    return {query["queryDefinitionId"]: query["name"] for query in found}


def test_a_query_is_saved_changed_and_deleted(logs: Any) -> None:
    key, other = save(logs, "team/errors"), save(logs, "other/errors")
    logs.put_query_definition(queryDefinitionId=key, name="team/slow", queryString="fields @log")
    assert saved(logs, "team/") == {key: "team/slow"}

    assert logs.delete_query_definition(queryDefinitionId=key)["success"]
    assert saved(logs, "team/") == {}
    assert saved(logs, "other/") == {other: "other/errors"}


def test_a_region_does_not_see_the_queries_of_another(endpoint: ServedEndpoint, logs: Any) -> None:
    save(logs, "here/errors")

    assert saved(AwsClients(endpoint.url).get("logs", "eu-south-1"), "here/") == {}


def test_an_unknown_query_cannot_be_changed_or_deleted(logs: Any) -> None:
    missing = logs.exceptions.ResourceNotFoundException

    with pytest.raises(missing):
        logs.delete_query_definition(queryDefinitionId="nothing")
    with pytest.raises(missing):
        logs.put_query_definition(queryDefinitionId="nothing", name="a", queryString="fields @log")
