"""Resource types beside functions and networks that the general rules look at."""

from .access import Props
from .resource import Field, Named, Resource


class LogGroup(Named, aws="cloudwatch:LogGroup", native="logs:LogGroup"):
    """A CloudWatch log group."""

    own_name = Field(Props.text, "name", "logGroupName")
    retention_days = Field(Props.integer, "retentionInDays", config_key="logRetentionDays")
    kms_key = Field(Props.text, "kmsKeyId")


class FlowLog(Resource, aws="ec2:FlowLog"):
    """A flow log of a VPC, a subnet or a network interface."""

    vpc_id = Field(Props.text, "vpcId")
    destination = Field(Props.text, "logDestination")


class DefaultSecurityGroup(Resource, aws="ec2:DefaultSecurityGroup"):
    """The security group that comes with a VPC."""

    vpc_id = Field(Props.text, "vpcId")
    ingress = Field(Props.records, "ingress")
    egress = Field(Props.records, "egress")


class EncryptionControl(Resource, aws="ec2:VpcEncryptionControl ec2:EncryptionControl"):
    """What a VPC demands of the encryption of its traffic."""

    vpc_id = Field(Props.text, "vpcId")
    mode = Field(Props.text, "mode")
    functions_left_out = Field(Props.text, "lambdaExclusion")


class Table(Resource, aws="dynamodb:Table"):
    """A DynamoDB table."""

    recovery = Field(Props.flag, "pointInTimeRecovery.enabled")


class Key(Named, aws="kms:Key"):
    """A KMS key."""

    own_name = Field(Props.text, "keyId")
    is_enabled = Field(Props.flag, "isEnabled")
    spec = Field(Props.text, "customerMasterKeySpec")
