"""One endpoint answers for every service: Lambda from our own API, the others from moto."""

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from botocore.exceptions import ClientError

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import Endpoint, ServedEndpoint, serve_endpoint
from local.local_aws import EDIT_PATH
from tests.local.fake_data_plane import FakeDataPlane


def test_sts_returns_the_account(endpoint: ServedEndpoint) -> None:
    sts = AwsClients(endpoint.url).get("sts", "eu-central-1")

    assert sts.get_caller_identity()["Account"] == ACCOUNT_ID


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
def test_ec2_has_the_zones_of_the_region(endpoint: ServedEndpoint, region: str) -> None:
    ec2 = AwsClients(endpoint.url).get("ec2", region)

    zones: list[dict[str, Any]] = ec2.describe_availability_zones()["AvailabilityZones"]

    assert len(zones) >= 3
    assert all(zone["ZoneName"].startswith(region) for zone in zones)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("apigateway", "get_rest_apis"),
        ("dynamodb", "list_tables"),
        ("ec2", "describe_vpcs"),
        ("lambda", "list_capacity_providers"),
        ("sqs", "list_queues"),
        ("sts", "get_caller_identity"),
        ("xray", "get_groups"),
    ],
)
def test_a_region_that_aws_does_not_have_is_named(
    endpoint: ServedEndpoint, service: str, operation: str
) -> None:
    client = AwsClients(endpoint.url).get(service, "eu-north-9")

    with pytest.raises(ClientError, match="valid region, not 'eu-north-9'") as refusal:
        getattr(client, operation)()

    response: Any = cast("Any", refusal.value).response
    assert response["Error"]["Code"] == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("service", "operation", "members", "named"),
    [
        ("iam", "generate_service_last_accessed_details", {"Arn": "a" * 20}, "generate_service"),
        ("cloudtrail", "lookup_events", {}, "lookup_events"),
        ("apigateway", "flush_stage_cache", {"restApiId": "a", "stageName": "b"}, "DELETE /rest"),
        ("chime", "list_accounts", {}, "GET /accounts"),
    ],
)
def test_what_the_local_aws_lacks_is_refused_at_once(
    endpoint: ServedEndpoint, *, service: str, operation: str, members: Any, named: str
) -> None:
    client = AwsClients(endpoint.url).get(service, "eu-central-1")

    with pytest.raises(ClientError, match=named) as refusal:
        getattr(client, operation)(**members)

    response: Any = cast("Any", refusal.value).response
    assert response["Error"]["Code"] == "NotImplementedException"
    assert response["ResponseMetadata"]["RetryAttempts"] == 0


def test_iam_has_the_operator_policy_that_aws_manages(endpoint: ServedEndpoint) -> None:
    iam = AwsClients(endpoint.url).get("iam", "eu-central-1")
    arn = "arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"

    assert iam.get_policy(PolicyArn=arn)["Policy"]["Arn"] == arn


def test_logs_keep_a_group(endpoint: ServedEndpoint) -> None:
    logs = AwsClients(endpoint.url).get("logs", "eu-central-1")
    logs.create_log_group(logGroupName="/hello")

    groups = logs.describe_log_groups(logGroupNamePrefix="/hello")["logGroups"]

    assert [group["logGroupName"] for group in groups] == ["/hello"]


def test_lambda_is_not_served_by_moto(endpoint: ServedEndpoint) -> None:
    aws = AwsClients(endpoint.url).get("lambda", "sa-east-1")

    assert aws.list_capacity_providers()["CapacityProviders"] == []


def test_a_stopped_endpoint_leaves_its_port(tmp_path: Path) -> None:
    served = serve_endpoint(Endpoint(FakeDataPlane(), tmp_path))
    port = int(served.url.rpartition(":")[2])

    served.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_an_unsigned_request_does_not_reach_lambda(endpoint: ServedEndpoint) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{endpoint.url}/2015-03-31/functions")  # noqa: S310
    refusal.value.close()

    assert refusal.value.code == 404


def test_a_web_page_of_another_site_cannot_edit_a_function(endpoint: ServedEndpoint) -> None:
    # A browser sends such a request without asking the endpoint whether the page may.
    edit = json.dumps({"function_name": "f", "version": "1", "files": {}})

    answer = httpx.post(f"{endpoint.url}{EDIT_PATH}", content=edit, trust_env=False)

    assert answer.status_code == 415
