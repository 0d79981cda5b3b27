"""Resource types beside functions and networks that the general rules look at."""

from __future__ import annotations

from .access import Props
from .resources import Field, Resource


class LogGroup(Resource):
    """A CloudWatch log group."""

    AWS = "aws:cloudwatch/logGroup:LogGroup"

    retention_days = Field(Props.integer, "retentionInDays", config_key="logRetentionDays")
    kms_key = Field(Props.text, "kmsKeyId")


class FlowLog(Resource):
    """A flow log of a VPC, a subnet or a network interface."""

    AWS = "aws:ec2/flowLog:FlowLog"

    vpc_id = Field(Props.text, "vpcId")


class DefaultSecurityGroup(Resource):
    """The security group that comes with a VPC."""

    AWS = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"

    vpc_id = Field(Props.text, "vpcId")
    ingress = Field(Props.records, "ingress")
    egress = Field(Props.records, "egress")


class Table(Resource):
    """A DynamoDB table."""

    AWS = "aws:dynamodb/table:Table"

    recovery = Field(Props.flag, "pointInTimeRecovery.enabled")


GENERAL_KINDS: tuple[type[Resource], ...] = (LogGroup, FlowLog, DefaultSecurityGroup, Table)
