"""``aws:ec2/flowLog:FlowLog``, of a VPC, a subnet or an interface.

Source: docs/facts/aws-provider.md#flow-log.
"""

from collections.abc import Iterator
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.choices import choice
from local.provider.tagging import Ec2Tagging
from local.provider.validators import arn, one_of
from local.provider.values import Props

_SOURCES = {"eniId": "NetworkInterface", "subnetId": "Subnet", "vpcId": "VPC"}


def _one_source(inputs: Props) -> Iterator[schema.Failure]:
    if sum(name in inputs for name in _SOURCES) != 1:
        yield (
            "vpcId",
            'Invalid combination of arguments. "vpc_id": one of `eni_id,subnet_id,vpc_id` must be '
            "specified",
        )


class FlowLog(OrdinaryResource):
    """A flow log."""

    pulumi_type = "aws:ec2/flowLog:FlowLog"
    properties = schema.regional(
        eniId=schema.string(replaces=True, sent=False),
        subnetId=schema.string(replaces=True, sent=False),
        vpcId=schema.string(replaces=True, sent=False),
        trafficType=choice("ec2", "TrafficType", replaces=True),
        iamRoleArn=schema.string(
            replaces=True, member="DeliverLogsPermissionArn", validators=(arn,)
        ),
        logDestination=schema.string(computed=True, replaces=True, validators=(arn,)),
        logDestinationType=choice(
            "ec2", "LogDestinationType", default="cloud-watch-logs", replaces=True
        ),
        logFormat=schema.string(computed=True, replaces=True),
        maxAggregationInterval=schema.integer(
            default=600, replaces=True, validators=(one_of(60, 600),)
        ),
        arn=schema.output(),
    )
    rules = (_one_source,)

    operations = Operations(
        service="ec2",
        create="create_flow_logs",
        made="FlowLogIds",
        read="describe_flow_logs",
        found="FlowLogs",
        delete="delete_flow_logs",
        key={"FlowLogIds": "[id]"},
        derived={"arn": "arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{id}"},
        tagging=Ec2Tagging(resource_type="vpc-flow-log"),
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Name the source beside the properties that EC2 takes as they are."""
        source = next(name for name in _SOURCES if name in inputs)
        members = super().request(inputs, *names)
        return {**members, "ResourceIds": [inputs[source]], "ResourceType": _SOURCES[source]}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the source, which EC2 answers by its id alone."""
        return {f"{found['ResourceId'].partition('-')[0]}Id": found["ResourceId"]}
