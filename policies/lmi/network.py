"""The resource types that a capacity provider's network is made of."""

from __future__ import annotations

from .access import Props
from .resources import Field, Named


class Subnet(Named):
    """A subnet of a VPC; others refer to it by its id."""

    AWS = "aws:ec2/subnet:Subnet"
    NATIVE = "aws-native:ec2:Subnet"

    own_name = Field(Props.text, "id", "subnetId")
    arn = Field(Props.text, "arn")
    vpc = Field(Props.text, "vpcId", "vpcId")
    zone = Field(Props.text, "availabilityZone", "availabilityZone")
    zone_id = Field(Props.text, "availabilityZoneId", "availabilityZoneId")
    cidr = Field(Props.text, "cidrBlock", "cidrBlock")


class SecurityGroup(Named):
    """A security group of a VPC; others refer to it by its id."""

    AWS = "aws:ec2/securityGroup:SecurityGroup"
    NATIVE = "aws-native:ec2:SecurityGroup"

    own_name = Field(Props.text, "id", "groupId")
    arn = Field(Props.text, "arn")
    vpc = Field(Props.text, "vpcId", "vpcId")
