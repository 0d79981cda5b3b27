"""A destroy in its default order leaves nothing, and a team's own network as it was.

The other fronts and options are destroyed where their tests end (conftest.py).
"""

from contextlib import closing
from pathlib import Path
from typing import Any

from testing.checkout import Checkout
from tests.local.engine.harness import Stack


def a_network_of_their_own(stack: Stack) -> dict[str, Any]:
    """Make what a team has already: a VPC with two private subnets and a security group."""
    ec2 = stack.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{at}.0/24", AvailabilityZone=zone)
        for at, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    group = ec2.create_security_group(VpcId=vpc, GroupName="own", Description="own")["GroupId"]
    return {
        "vpcId": vpc,
        "subnetIds": [subnet["Subnet"]["SubnetId"] for subnet in subnets],
        "securityGroupIds": [group],
    }


def test_a_destroy_leaves_other_resources(tmp_path: Path) -> None:
    copy = Checkout.make(tmp_path / "project")
    with closing(Stack(tmp_path / "local", copy.folder)) as stack:
        copy.configure(front="rest", **a_network_of_their_own(stack))
        before = stack.holds()
        stack.up()
        assert stack.holds() > before

        stack.destroy()

        assert stack.holds() == before
