"""A customer's view of the local AWS: boto3, and the resources that tests start from."""

import io
import json
import zipfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from local import memory
from local.account import ACCESS_KEY, ACCOUNT_ID, SECRET_KEY

ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/hello"
SUBNET = "subnet-1"
SECURITY_GROUP = "sg-1"

Members = dict[str, Any]


def client(service: str, endpoint_url: str, region: str) -> Any:
    """Make a boto3 client that sends what it is given, unchecked: AWS is to check it."""
    return cast("Any", boto3).client(
        service,
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(retries={"max_attempts": 0}, parameter_validation=False),
    )


def provide_references(region: str) -> None:
    """Make the role, the subnet and the security group that requests of tests name, in moto."""
    roles = cast("Any", iam_backends)[ACCOUNT_ID]["aws"]
    if not any(role.arn == ROLE for role in roles.get_roles()):
        roles.create_role("hello", trust("lambda.amazonaws.com"), "/", None, "", [], None)
    memory.load_ec2()
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    network = cast("Any", ec2_backends)[ACCOUNT_ID][region]
    if not any(subnet.id == SUBNET for subnet in network.describe_subnets()):
        vpc = network.create_vpc("10.0.0.0/16").id
        network.create_subnet(vpc, "10.0.0.0/24").id = SUBNET
        network.create_security_group("hello", "Of tests.", vpc).id = SECURITY_GROUP


def trust(service: str) -> str:
    """Return a trust policy that lets a service assume the role."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@contextmanager
def refused(code: str, words: str) -> Generator[Members]:
    """Expect a refusal with an error code and with words in its message; gives the response."""
    response: Members = {}
    with pytest.raises(ClientError) as caught:
        yield response
    response.update(cast("Any", caught.value).response)
    assert response["Error"]["Code"] == code
    assert words in response["Error"]["Message"]


def archive(text: str = "exec uvicorn app.main:app") -> bytes:
    """Make a deployable zip that holds one file, the same bytes every time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr(zipfile.ZipInfo("run.sh"), text)
    return content.getvalue()


def capacity_provider(**changes: Any) -> Members:
    """Return the parameters of a capacity provider that AWS takes, with changes."""
    return {
        "CapacityProviderName": "pool",
        "VpcConfig": {"SubnetIds": [SUBNET], "SecurityGroupIds": [SECURITY_GROUP]},
        "PermissionsConfig": {"CapacityProviderOperatorRoleArn": ROLE},
        **changes,
    }


def function(**changes: Any) -> Members:
    """Return the parameters of an ordinary function that AWS takes, with changes."""
    return {
        "FunctionName": "hello",
        "Role": ROLE,
        "Runtime": "python3.13",
        "Handler": "run.sh",
        "Code": {"ZipFile": archive()},
        **changes,
    }


def managed(
    capacity_provider_arn: str,
    ratio: float | None = None,
    concurrency: int | None = None,
) -> Members:
    """Return the ``CapacityProviderConfig`` of a function on managed instances."""
    config: Members = {"CapacityProviderArn": capacity_provider_arn}
    if ratio is not None:
        config["ExecutionEnvironmentMemoryGiBPerVCpu"] = ratio
    if concurrency is not None:
        config["PerExecutionEnvironmentMaxConcurrency"] = concurrency
    return {"LambdaManagedInstancesCapacityProviderConfig": config}


def instances_of(configuration: Mapping[str, Any]) -> Members:
    """Return how a described function runs on managed instances."""
    return configuration["CapacityProviderConfig"]["LambdaManagedInstancesCapacityProviderConfig"]
