"""CP rules about networks and sizes: where instances run, and what fits on them."""

import pytest

from testing.policies.support import UNKNOWN, Json, Res, lmi, provider
from tests.policies.judging import SILENT, message, names, turned_on
from tests.policies.networks import To, closed, written
from tests.policies.stacks import function, sized

SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SCALING = "aws:lambda/functionScalingConfig:FunctionScalingConfig"


def subnet(name: str, **changes: object) -> Res:
    good: Json = {
        "id": f"subnet-{name}",
        "vpcId": "vpc-1",
        "cidrBlock": "10.0.0.0/24",
        "availabilityZone": f"eu-west-1{name}",
        **changes,
    }
    return Res(SUBNET, name, {key: value for key, value in good.items() if value is not None})


def group(vpc: object) -> Res:
    out = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
    return Res(GROUP, "own", {"id": "sg-1", "vpcId": vpc, "egress": [out]})


def in_subnets(*ids: object, made_from: tuple[str, ...] = ()) -> Res:
    placed = provider(vpcConfig={"subnetIds": list(ids), "securityGroupIds": ["sg-1"]})
    return Res(placed.type, placed.name, placed.inputs, made_from={"vpcConfig": made_from})


@pytest.mark.parametrize(
    ("zones", "rules"),
    [
        (("a", "b"), SILENT),
        (("a", "a"), {"cp-06"}),
        (("a", UNKNOWN), SILENT),
        ((UNKNOWN, UNKNOWN), SILENT),
    ],
)
def test_subnets_are_in_several_zones(zones: tuple[str, str], rules: set[str]) -> None:
    one, other = subnet("a", availabilityZone=zones[0]), subnet("b", availabilityZone=zones[1])
    assert names(one, other, in_subnets("subnet-a", "subnet-b")) == rules
    new = in_subnets(UNKNOWN, UNKNOWN, made_from=("a", "b"))
    assert names(one, other, new) == rules


def test_zones_may_be_named_by_their_ids() -> None:
    one = subnet("a", availabilityZone=None, availabilityZoneId="euw1-az1")
    assert names(one, in_subnets("subnet-a")) == {"cp-06"}


def test_a_subnet_elsewhere_may_be_in_another_zone() -> None:
    assert names(subnet("a"), in_subnets("subnet-a", "subnet-b")) == SILENT
    assert names(subnet("a"), in_subnets("subnet-a", UNKNOWN)) == SILENT
    assert names(subnet("a"), in_subnets("subnet-b")) == SILENT


def test_how_many_zones_can_be_configured() -> None:
    zones = [subnet("a"), subnet("b"), in_subnets("subnet-a", "subnet-b")]
    config = {"cp-06-subnets-in-several-zones": {"leastZones": 3.0}}
    assert names(*zones, config=config) == {"cp-06"}
    assert names(subnet("c"), *zones[:2], in_subnets("subnet-a", "subnet-b", "subnet-c")) == SILENT


@pytest.mark.parametrize(
    ("first", "second", "of_group", "rules"),
    [
        ("vpc-1", "vpc-1", "vpc-1", SILENT),
        ("vpc-1", "vpc-2", "vpc-1", {"cp-07"}),
        ("vpc-1", "vpc-1", "vpc-2", {"cp-07"}),
        ("vpc-1", UNKNOWN, UNKNOWN, SILENT),
    ],
)
def test_one_vpc(first: str, second: str, of_group: str, rules: set[str]) -> None:
    stack = [subnet("a", vpcId=first), subnet("b", vpcId=second), group(of_group)]
    stack.append(in_subnets("subnet-a", "subnet-b"))
    assert names(*stack, config=turned_on("cp-07-one-vpc")) == rules
    assert names(*stack) == SILENT  # unverified, so it is off


@pytest.mark.parametrize(
    ("cidr", "rules"),
    [
        ("10.0.0.0/27", SILENT),  # 27 of 32 addresses
        ("10.0.0.0/28", {"cp-08"}),  # 11 of 16
        ("10.0.0.7/28", {"cp-08"}),
        ("somewhere", SILENT),
        (UNKNOWN, SILENT),
        (None, SILENT),
    ],
)
def test_subnets_have_addresses(cidr: object, rules: set[str]) -> None:
    stack = [subnet("a", cidrBlock=cidr), subnet("b"), in_subnets("subnet-a", "subnet-b")]
    assert names(*stack) == rules
    assert names(stack[0]) == SILENT  # no provider uses it


def test_how_many_addresses_can_be_configured() -> None:
    stack = [subnet("a"), subnet("b"), in_subnets("subnet-a", "subnet-b")]
    policy = "cp-08-subnets-have-addresses"
    assert names(*stack, config={policy: {"leastAddresses": 251.0}}) == SILENT
    assert names(*stack, config={policy: {"leastAddresses": 252.0}}) == {"cp-08"}


def allowing(*types: object, most: object = 400) -> Res:
    return provider(
        instanceRequirements=[{"architectures": ["x86_64"], "allowedInstanceTypes": list(types)}],
        capacityProviderScalingConfigs=[{"scalingMode": "Auto", "maxVcpuCount": most}],
    )


@pytest.mark.parametrize(
    ("ratio", "types", "rules"),
    [
        (2, ["c7i.xlarge"], SILENT),
        (4, ["m7i.xlarge"], SILENT),
        (8, ["r7i.xlarge"], SILENT),
        (4, ["c7i.xlarge", "r7i.xlarge"], {"cp-17"}),
        (4, ["c7i.*"], {"cp-17"}),
        (4, ["c7i.xlarge", "m*"], SILENT),  # too open to tell
        (4, ["c7i.xlarge", UNKNOWN], SILENT),
        (4, UNKNOWN, SILENT),
        (None, ["m7i.xlarge"], {"cp-17"}),  # 2 by default
        (UNKNOWN, ["c7i.xlarge"], SILENT),
        (4, ["g6.xlarge"], SILENT),
    ],
)
def test_types_of_the_ratio(ratio: object, types: list[object], rules: set[str]) -> None:
    assert names(sized(8192, ratio), allowing(*types)) & {"cp-17"} == rules


@pytest.mark.parametrize(
    ("memory", "types", "rules"),
    [
        # 1 vCPU and 1 GiB of an instance are AWS's own
        (2048, ["c7i.large"], SILENT),  # 2 vCPU and 4 GiB for 1 and 2
        (4096, ["c7i.large"], {"cp-18"}),  # for 2 vCPU
        (6144, ["c7i.xlarge"], SILENT),  # 4 vCPU for 3
        (8192, ["c7i.xlarge"], {"cp-18"}),
        (8192, ["c7i.xlarge", "m7i.2xlarge"], SILENT),
        (32768, ["c7i.4xlarge"], {"cp-18"}),  # 16 vCPU for 16
        (32768, ["c7i.8xlarge"], SILENT),
        (8192, ["c7i.xlarge", "c7i.*"], SILENT),  # too open to tell
        (8192, ["c7i.xlarge", UNKNOWN], SILENT),
        (8192, ["c7i.xlarge", "c5.9xlarge"], SILENT),  # of unknown size
        (8192, ["c5n.xlarge"], SILENT),
        (UNKNOWN, ["c7i.xlarge"], SILENT),
        (8192, [], SILENT),
    ],
)
def test_some_type_holds_the_function(memory: object, types: list[object], rules: set[str]) -> None:
    assert names(sized(memory, 2), allowing(*types)) & {"cp-18"} == rules


def test_a_function_elsewhere_is_not_placed() -> None:
    assert names(allowing("c7i.xlarge")) & {"cp-17", "cp-18", "cp-37"} == SILENT


@pytest.mark.parametrize(
    ("most", "quota", "rules"),
    [
        (64, 64, SILENT),
        (65, 64, {"cp-33"}),
        (15000, 15000, SILENT),
        (15001, 15000, SILENT),  # CP-19 speaks
        (None, 400, SILENT),  # 400 by default
        (None, 399, {"cp-33"}),
        (UNKNOWN, 64, SILENT),
    ],
)
def test_the_account_has_a_quota(most: object, quota: float, rules: set[str]) -> None:
    scaling = {"scalingMode": "Auto"} | ({} if most is None else {"maxVcpuCount": most})
    capped = provider(capacityProviderScalingConfigs=[scaling])
    policy = "cp-33-maximum-within-the-account-quota"
    assert names(capped, config={policy: {"accountVcpuQuota": quota}}) & {"cp-33"} == rules
    assert "cp-33" not in names(capped)  # no quota is known unless it is configured


def scaling(minimum: object) -> Res:
    numbers = {"minExecutionEnvironments": minimum, "maxExecutionEnvironments": 10}
    inputs = {"functionName": "api", "qualifier": "$LATEST.PUBLISHED"}
    return Res(SCALING, "scaling", {**inputs, "functionScalingConfig": numbers})


@pytest.mark.parametrize(
    ("memory", "most", "minimum", "types", "rules"),
    [
        # three xlarge instances of 4 vCPU, and one to spare
        (2048, 16, 3, [], SILENT),
        (2048, 15, 3, [], {"cp-37"}),
        (2048, 12, 2, [], SILENT),  # two of them
        (2048, 15, 10, [], {"cp-37"}),  # ten environments share three instances
        (2048, 15, UNKNOWN, [], {"cp-37"}),
        (2048, 11, 3, [], SILENT),  # CP-21 speaks
        # 8 vCPU need 2xlarge... of which AWS keeps one, so 4xlarge
        (16384, 64, 3, [], SILENT),
        (16384, 63, 3, [], {"cp-37"}),
        # what is allowed decides
        (2048, 32, 3, ["c7i.2xlarge"], SILENT),
        (2048, 31, 3, ["c7i.2xlarge"], {"cp-37"}),
        (2048, 31, 3, ["c7i.2xlarge", UNKNOWN], SILENT),
        (UNKNOWN, 15, 3, [], SILENT),
        (2048, UNKNOWN, 3, [], SILENT),
    ],
)
def test_room_for_a_spare_instance(
    memory: object, most: object, minimum: object, types: list[object], rules: set[str]
) -> None:
    found = names(sized(memory, 2), scaling(minimum), allowing(*types, most=most))
    assert found & {"cp-37"} == rules


def test_several_functions_get_their_own_instances() -> None:
    """The case that AWS's own team met: four small functions on 12 vCPU."""
    four = [function(f"f{index}", name=f"f{index}") for index in range(4)]
    assert "cp-37" in names(*four, allowing(most=51))
    assert "cp-37" not in names(*four, allowing(most=52))
    text = message("cp-37-room-for-a-spare-instance", *four, allowing(most=51))
    assert "first instances of its functions (4) may take 48 vCPU" in text


def test_a_function_of_an_uncertain_provider_is_not_placed() -> None:
    doubtful = function(capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN))
    assert "cp-37" not in names(doubtful, allowing(most=12))


CONTROL = "aws:ec2/vpcEncryptionControl:VpcEncryptionControl"


@pytest.mark.parametrize(
    ("control", "rules"),
    [
        ({"mode": "enforce"}, {"cp-32"}),
        ({"mode": "enforce", "lambdaExclusion": "disable"}, {"cp-32"}),
        ({"mode": "enforce", "lambdaExclusion": "enable"}, SILENT),
        ({"mode": "enforce", "lambdaExclusion": UNKNOWN}, SILENT),
        ({"mode": "monitor"}, SILENT),
        ({"mode": UNKNOWN}, SILENT),
        ({"mode": "enforce", "vpcId": "vpc-else"}, SILENT),
    ],
)
@pytest.mark.parametrize("kind", [CONTROL, "aws:ec2/encryptionControl:EncryptionControl"])
@pytest.mark.parametrize("first_preview", [False, True])
def test_placement_is_not_blocked(
    control: Json, rules: set[str], kind: str, *, first_preview: bool
) -> None:
    stack = {**closed(), "control": (kind, {"vpcId": To("vpc"), **control})}
    assert names(*written(stack, first_preview=first_preview)) & {"cp-32"} == rules
