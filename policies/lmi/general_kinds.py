"""Resource types beside functions and networks that the general rules look at."""

from __future__ import annotations

from .access import Props
from .resources import Field, Resource


class LogGroup(Resource):
    """A CloudWatch log group."""

    AWS = "aws:cloudwatch/logGroup:LogGroup"
    NATIVE = "aws-native:logs:LogGroup"

    own_name = Field(Props.text, "name", "logGroupName")
    retention_days = Field.alike(Props.integer, "retentionInDays", config_key="logRetentionDays")
    kms_key = Field.alike(Props.text, "kmsKeyId")


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


class EncryptionControl(Resource):
    """What a VPC demands of the encryption of its traffic."""

    AWS = "aws:ec2/vpcEncryptionControl:VpcEncryptionControl"
    FORMER = "aws:ec2/encryptionControl:EncryptionControl"

    vpc_id = Field(Props.text, "vpcId")
    mode = Field(Props.text, "mode")
    functions_left_out = Field(Props.text, "lambdaExclusion")

    @classmethod
    def tokens(cls) -> frozenset[str]:
        """Return the Pulumi types, the one included that the provider had before."""
        return super().tokens() | {cls.FORMER}


class Table(Resource):
    """A DynamoDB table."""

    AWS = "aws:dynamodb/table:Table"

    recovery = Field(Props.flag, "pointInTimeRecovery.enabled")


GENERAL_KINDS: tuple[type[Resource], ...] = (
    LogGroup,
    FlowLog,
    DefaultSecurityGroup,
    EncryptionControl,
    Table,
)
