"""The process of the local AWS loads large data once, or when it is first asked for."""

import subprocess
import sys
from typing import Any

from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint

SHARED = """
import boto3
from moto.core.loaders import create_loader

from local.memory import share_models

share_models()
model = create_loader().load_service_model("sqs", "service-2")
other = boto3.Session()._session.get_component("data_loader").load_service_model("sqs", "service-2")
shapes = model["shapes"]
assert shapes is other["shapes"]
assert not shapes["SendMessageRequest"]["documentation"]
assert shapes["SendMessageRequest"]["required"] == ["QueueUrl", "MessageBody"]
key = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
s3 = boto3.client("s3", region_name="us-east-1", **key)
assert s3.generate_presigned_url("list_buckets")
"""


def test_all_loaders_share_models_without_documentation() -> None:
    # In a process of its own, since it concerns all loaders of a process.
    subprocess.run([sys.executable, "-c", SHARED], check=True)


def offered(endpoint: ServedEndpoint, region: str) -> set[str]:
    ec2 = AwsClients(endpoint.url).get("ec2", region)
    filters: list[Any] = [{"Name": "instance-type", "Values": ["m7g.xlarge", "p4de.24xlarge"]}]
    answer = ec2.describe_instance_type_offerings(LocationType="region", Filters=filters)
    return {offer["InstanceType"] for offer in answer["InstanceTypeOfferings"]}


def test_what_a_region_offers_is_read_when_it_is_asked_for(endpoint: ServedEndpoint) -> None:
    assert offered(endpoint, "us-east-1") == {"m7g.xlarge", "p4de.24xlarge"}
    assert offered(endpoint, "eu-west-3") == {"m7g.xlarge"}
    from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS  # noqa: PLC0415

    kept: Any = INSTANCE_TYPE_OFFERINGS["region"]["us-east-1"]
    assert not isinstance(kept, list)
