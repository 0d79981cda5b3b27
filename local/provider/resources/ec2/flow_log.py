"""``aws:ec2/flowLog:FlowLog``, of a VPC, a subnet or an interface.

Source: docs/facts/aws-provider.md#flow-log.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import from_api, to_api
from local.provider.resources.ec2.arns import ec2_arn
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    Failure,
    ResourceType,
    integer,
    output,
    string,
)
from local.provider.tagging import Ec2Tagging
from local.provider.validators import arn, one_of, one_of_enum
from local.provider.values import Props

_TAGGING = Ec2Tagging(resource_type="vpc-flow-log")
_SOURCES = {"eniId": "NetworkInterface", "subnetId": "Subnet", "vpcId": "VPC"}


def _one_source(inputs: Props) -> Iterator[Failure]:
    if sum(name in inputs for name in _SOURCES) != 1:
        yield (
            "vpcId",
            'Invalid combination of arguments. "vpc_id": one of `eni_id,subnet_id,vpc_id` must be '
            "specified",
        )


class FlowLog(ResourceType):
    """A flow log."""

    pulumi_type = "aws:ec2/flowLog:FlowLog"
    properties = MappingProxyType(
        {
            "eniId": string(replaces=True, sent=False),
            "subnetId": string(replaces=True, sent=False),
            "vpcId": string(replaces=True, sent=False),
            "trafficType": string(replaces=True, validators=(one_of_enum("ec2", "TrafficType"),)),
            "iamRoleArn": string(
                replaces=True, member="DeliverLogsPermissionArn", validators=(arn,)
            ),
            "logDestination": string(computed=True, replaces=True, validators=(arn,)),
            "logDestinationType": string(
                default="cloud-watch-logs",
                replaces=True,
                validators=(one_of_enum("ec2", "LogDestinationType"),),
            ),
            "logFormat": string(computed=True, replaces=True),
            "maxAggregationInterval": integer(
                default=600, replaces=True, validators=(one_of(60, 600),)
            ),
            "region": REGION,
            **TAGS,
            "arn": output(),
        }
    )
    rules = (_one_source,)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the flow log."""
        source = next(name for name in _SOURCES if name in inputs)
        created = aws.call(
            "ec2",
            "create_flow_logs",
            **to_api(self.properties, inputs),
            ResourceIds=[inputs[source]],
            ResourceType=_SOURCES[source],
            **_TAGGING.creation(inputs),
        )
        for failure in created.get("Unsuccessful", []):
            error = failure["Error"]
            raise ProviderError(f"ec2 CreateFlowLogs: {error['Code']}: {error['Message']}")
        return created["FlowLogIds"][0]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the flow log."""
        flow_log = _describe(aws, existing.id)
        if flow_log is None:
            return None
        return {
            _watched(flow_log["ResourceId"]): flow_log["ResourceId"],
            **from_api(self.properties, flow_log),
            **_TAGGING.found(flow_log),
            "arn": ec2_arn(aws, "vpc-flow-log", existing.id),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change the tags."""
        _TAGGING.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the flow log."""
        if _describe(aws, existing.id) is not None:
            aws.call("ec2", "delete_flow_logs", FlowLogIds=[existing.id])


def _watched(resource_id: str) -> str:
    """Return the property with the source of a flow log, such as ``vpcId``."""
    return f"{resource_id.partition('-')[0]}Id"


def _describe(aws: Aws, flow_log_id: str) -> dict[str, Any] | None:
    answer = aws.call("ec2", "describe_flow_logs", FlowLogIds=[flow_log_id])
    return next(iter(answer["FlowLogs"]), None)
