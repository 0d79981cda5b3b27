"""What AWS's own policies for functions allow, as far as the pack knows their content."""

from collections.abc import Mapping
from typing import Final

LOG_ACTIONS: Final = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_TRACES: Final = (
    "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules",
    "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries",
)  # fmt: skip

ACTIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "service-role/AWSLambdaBasicExecutionRole": LOG_ACTIONS,
    "service-role/AWSLambdaVPCAccessExecutionRole": (
        *LOG_ACTIONS,
        "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ),
    "AWSXRayDaemonWriteAccess": _TRACES,
    "AWSXrayWriteOnlyAccess": _TRACES,
}  # fmt: skip
"""The actions, on any resource, by what follows ``policy/`` in the ARN
(https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html)."""
