"""What moto lacks, through AWS's own clients."""

from typing import Any

import pytest

from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.moto_additions import add_to_moto


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


def test_a_group_gets_a_key_and_loses_it(logs: Any) -> None:
    logs.create_log_group(logGroupName="keyed", logGroupClass="INFREQUENT_ACCESS")
    logs.associate_kms_key(logGroupName="keyed", kmsKeyId="arn:aws:kms:eu-north-1:1:key/a")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="keyed")["logGroups"]
    assert (group["kmsKeyId"], group["logGroupClass"]) == (
        "arn:aws:kms:eu-north-1:1:key/a",
        "INFREQUENT_ACCESS",
    )

    logs.disassociate_kms_key(logGroupName="keyed")

    (group,) = logs.describe_log_groups(logGroupNamePrefix="keyed")["logGroups"]
    assert "kmsKeyId" not in group
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.associate_kms_key(logGroupName="missing", kmsKeyId="a")


def test_a_gateway_endpoint_routes_the_tables_that_it_has(endpoint: ServedEndpoint) -> None:
    ec2 = AwsClients(endpoint.url).get("ec2", "eu-north-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Gateway",
        VpcId=vpc,
        ServiceName="com.amazonaws.eu-north-1.s3",
        RouteTableIds=tables[:1],
    )
    key = made["VpcEndpoint"]["VpcEndpointId"]

    def routed() -> list[bool]:
        found = ec2.describe_route_tables(RouteTableIds=tables)["RouteTables"]
        return [key in {route.get("GatewayId") for route in table["Routes"]} for table in found]

    assert routed() == [True, False]
    ec2.modify_vpc_endpoint(VpcEndpointId=key, AddRouteTableIds=tables)
    assert routed() == [True, True]
    ec2.modify_vpc_endpoint(VpcEndpointId=key, RemoveRouteTableIds=tables[:1])
    assert routed() == [False, True]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[key])
    assert routed() == [False, False]


def test_a_further_endpoint_of_the_process_adds_nothing_again(endpoint: ServedEndpoint) -> None:
    # Which the endpoint has loaded without the instance types that Regions offer.
    from moto.ec2.models import EC2Backend  # noqa: PLC0415

    assert endpoint.url
    added: Any = EC2Backend.modify_vpc_endpoint

    add_to_moto()

    assert EC2Backend.modify_vpc_endpoint is added
