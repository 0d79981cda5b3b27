"""A function that is published by the Lambda API in front of a data plane, for a boto3 client."""

import itertools
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.account import ACCOUNT_ID
from local.dataplane.plane import LocalDataPlane
from local.endpoint import Endpoint, serve_endpoint
from tests.local.lambda_api.account import (
    capacity_provider,
    client,
    function,
    managed,
    provide_references,
)
from tests.waiting import wait_until

REGION = "eu-west-1"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:hello"


@contextmanager
def published_function(
    plane: LocalDataPlane, folder: Path, zip_file: Path, concurrency: int, **settings: Any
) -> Generator[Any]:
    """Publish a function with one environment and the alias ``live``; gives a Lambda client.

    Parameters
    ----------
    folder
        Folder for the deployed archive.
    settings
        Parameters of ``CreateFunction``.
    """
    clock = itertools.count().__next__  # Each request finds the change before it applied.
    served = serve_endpoint(Endpoint(plane, folder / "code", clock=clock))
    provide_references(REGION)
    aws = client("lambda", served.url, REGION)
    provider = aws.create_capacity_provider(**capacity_provider())["CapacityProvider"]
    defaults = {
        "Code": {"ZipFile": zip_file.read_bytes()},
        "MemorySize": 2048,
        "Timeout": 60,
        "CapacityProviderConfig": managed(provider["CapacityProviderArn"], concurrency=concurrency),
    }
    aws.create_function(**function(**(defaults | settings)))
    aws.publish_version(FunctionName="hello", PublishTo="LATEST_PUBLISHED")
    aws.put_function_scaling_config(
        FunctionName="hello",
        Qualifier="$LATEST.PUBLISHED",
        FunctionScalingConfig={"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 1},
    )
    wait_until(lambda: state_of(aws) != "Pending")
    aws.create_alias(FunctionName="hello", Name="live", FunctionVersion="$LATEST.PUBLISHED")
    try:
        yield aws
    finally:
        served.stop()


def state_of(aws: Any) -> str:
    """Return the state of the published version."""
    found = aws.get_function_configuration(FunctionName="hello", Qualifier="$LATEST.PUBLISHED")
    return found["State"]
