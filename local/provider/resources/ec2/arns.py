"""ARNs of EC2 resources, which EC2's answers do not always contain."""

from local.account import ACCOUNT_ID
from local.provider.aws import Aws
from local.provider.service_model import region


def ec2_arn(aws: Aws, kind: str, resource_id: str) -> str:
    """Return the ARN of an EC2 resource of a type such as ``vpc``."""
    partition = region(aws.region).partition
    return f"arn:{partition}:ec2:{aws.region}:{ACCOUNT_ID}:{kind}/{resource_id}"
