"""Resource types beside functions and networks that the general rules look at."""

from .access import Props
from .resource import Field, Named, Resource


class LogGroup(Named):
    """A CloudWatch log group."""

    TYPES = ("aws:cloudwatch/logGroup:LogGroup", "aws-native:logs:LogGroup")

    own_name = Field(Props.text, "name", "logGroupName")
    retention_days = Field(Props.integer, "retentionInDays", config_key="logRetentionDays")
    kms_key = Field(Props.text, "kmsKeyId")


class FlowLog(Resource):
    """A flow log of a VPC, a subnet or a network interface."""

    TYPES = ("aws:ec2/flowLog:FlowLog",)

    vpc_id = Field(Props.text, "vpcId")
    destination = Field(Props.text, "logDestination")


class DefaultSecurityGroup(Resource):
    """The security group that comes with a VPC."""

    TYPES = ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",)

    vpc_id = Field(Props.text, "vpcId")
    ingress = Field(Props.records, "ingress")
    egress = Field(Props.records, "egress")


class EncryptionControl(Resource):
    """What a VPC demands of the encryption of its traffic."""

    TYPES = (
        "aws:ec2/vpcEncryptionControl:VpcEncryptionControl",
        "aws:ec2/encryptionControl:EncryptionControl",
    )

    vpc_id = Field(Props.text, "vpcId")
    mode = Field(Props.text, "mode")
    functions_left_out = Field(Props.text, "lambdaExclusion")


class Table(Resource):
    """A DynamoDB table."""

    TYPES = ("aws:dynamodb/table:Table",)

    recovery = Field(Props.flag, "pointInTimeRecovery.enabled")


class Key(Named):
    """A KMS key."""

    TYPES = ("aws:kms/key:Key",)

    own_name = Field(Props.text, "keyId")
    is_enabled = Field(Props.flag, "isEnabled")
    spec = Field(Props.text, "customerMasterKeySpec")
