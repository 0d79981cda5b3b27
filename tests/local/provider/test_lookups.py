"""Data sources: what programs ask of AWS without owning it."""

import pytest

from local.account import ACCOUNT_ID
from tests.local.provider.engine import FakeEngine

AVAILABILITY_ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_availability_zones(engine: FakeEngine) -> None:
    found = engine.invoke(
        AVAILABILITY_ZONES,
        {
            "state": "available",
            "filters": [{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
        },
    )
    assert found["names"][:3] == ["us-east-1a", "us-east-1b", "us-east-1c"]
    assert len(found["zoneIds"]) == len(found["names"])
    assert found["id"] == "us-east-1"


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ({"filters": [{"name": "zone-name", "values": ["us-east-1b"]}]}, ["us-east-1b"]),
        ({"excludeNames": ["us-east-1a"]}, ["us-east-1b", "us-east-1c"]),
        ({"region": "eu-west-1"}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    ],
)
def test_availability_zones_can_be_chosen(
    engine: FakeEngine, args: dict[str, object], names: list[str]
) -> None:
    assert engine.invoke(AVAILABILITY_ZONES, args)["names"][: len(names)] == names


def test_caller_identity(engine: FakeEngine) -> None:
    found = engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert found["accountId"] == ACCOUNT_ID
    assert found["arn"].startswith("arn:aws:")


def test_region_and_partition_need_no_aws(planning: FakeEngine) -> None:
    region = planning.invoke("aws:index/getRegion:getRegion")
    assert (region["region"], region["description"]) == ("us-east-1", "US East (N. Virginia)")
    partition = planning.invoke("aws:index/getPartition:getPartition")
    assert (partition["partition"], partition["dnsSuffix"]) == ("aws", "amazonaws.com")
    assert partition["reverseDnsPrefix"] == "com.amazonaws"


def test_an_unknown_function_is_named(planning: FakeEngine) -> None:
    [failure] = planning.invoke("aws:ec2/getAmi:getAmi")["failures"]
    assert failure.startswith("the local AWS does not know the function aws:ec2/getAmi:getAmi")
    assert "local/provider/lookups.py" in failure
    assert "getRegion" not in failure


def test_an_aws_that_does_not_answer_is_one_line(planning: FakeEngine) -> None:
    [failure] = planning.invoke(AVAILABILITY_ZONES)["failures"]
    assert "is the local AWS running? (`make up`)" in failure
    assert "\n" not in failure
