"""boto3 clients of the local AWS. boto3 is untyped; its unknowns stop here."""

from typing import Any, cast

import boto3
from botocore.config import Config

from local.account import ACCESS_KEY, SECRET_KEY


def aws_client(service: str, endpoint_url: str, region: str) -> Any:
    """Make a boto3 client of one service of the local AWS, without retries."""
    return cast("Any", boto3).client(
        service,
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(
            retries={"max_attempts": 0},
            max_pool_connections=64,
            # The service itself is to judge a request, in AWS's own words.
            parameter_validation=False,
        ),
    )
