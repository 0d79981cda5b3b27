"""What tables of calls do not say of the types that applications need beside their function."""

from typing import Any

import pytest

from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.provider.values import UNKNOWN
from tests.local.provider.engine import REGION, Deployed, FakeEngine, refusal
from tests.local.provider.samples import (
    BUCKET,
    EIP,
    EVENT_SOURCE_MAPPING,
    FUNCTION,
    INTERNET_GATEWAY,
    LAYER_VERSION,
    MANAGED_POLICY,
    NAT_GATEWAY,
    PARAMETER,
    POLICY,
    QUEUE,
    QUEUE_ARN,
    ROLE,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    SECRET,
    SECRET_VERSION,
    SUBNET,
    TABLE,
    TRUST,
    VPC,
)
from tests.local.provider.test_lifecycle import assert_gone, assert_settled


@pytest.fixture
def clients(endpoint: ServedEndpoint) -> AwsClients:
    return AwsClients(endpoint.url)


@pytest.fixture
def vpc(engine: FakeEngine) -> Deployed:
    return engine.deploy(VPC, {"cidrBlock": "10.0.0.0/16"})


def test_a_nat_gateway_frees_its_address(engine: FakeEngine, vpc: Deployed) -> None:
    subnet = engine.deploy(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/20"})
    address = engine.deploy(EIP, {"domain": "vpc"})
    wanted = {"subnetId": subnet.id, "allocationId": address.id}
    for _ in range(2):
        gateway = engine.deploy(NAT_GATEWAY, wanted)
        assert gateway.outputs["publicIp"] == address.outputs["publicIp"]
        assert_settled(engine, gateway, wanted)
        assert_gone(engine, gateway)
    assert_gone(engine, address)


def test_a_regional_nat_gateway_needs_no_subnet_of_its_own(
    engine: FakeEngine, vpc: Deployed
) -> None:
    engine.deploy(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/20"})
    engine.deploy(INTERNET_GATEWAY, {"vpcId": vpc.id})
    wanted = {"vpcId": vpc.id, "availabilityMode": "regional"}
    gateway = engine.deploy(NAT_GATEWAY, wanted)
    assert "subnetId" not in gateway.outputs
    assert_settled(engine, gateway, wanted)
    route_table = engine.deploy(ROUTE_TABLE, {"vpcId": vpc.id})
    wanted = {
        "routeTableId": route_table.id,
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": gateway.id,
    }
    route = engine.deploy(ROUTE, wanted)
    assert route.id == f"r-{route_table.id}_0.0.0.0/0"
    assert_settled(engine, route, wanted)
    assert_gone(engine, route)
    assert_gone(engine, gateway)


def test_an_internet_gateway_moves_to_another_vpc(engine: FakeEngine, vpc: Deployed) -> None:
    gateway = engine.deploy(INTERNET_GATEWAY, {"vpcId": vpc.id})
    other = engine.deploy(VPC, {"cidrBlock": "10.1.0.0/16"})
    moved = engine.update(gateway, {"vpcId": other.id})
    assert moved.outputs["vpcId"] == other.id
    assert_settled(engine, moved, {"vpcId": other.id})
    assert_gone(engine, moved)


def test_a_bucket_deletes_its_objects_if_asked(engine: FakeEngine, clients: AwsClients) -> None:
    bucket = engine.deploy(BUCKET, {}, name="Mixed-Case")
    assert bucket.id.startswith("mixed-case-")
    clients.get("s3", REGION).put_object(Bucket=bucket.id, Key="a", Body=b"1")
    assert "BucketNotEmpty" in refusal(lambda: engine.destroy(bucket))
    assert_gone(engine, engine.update(bucket, {"forceDestroy": True}))


def test_a_bucket_is_in_the_region_of_its_provider(engine: FakeEngine, clients: AwsClients) -> None:
    bucket = engine.deploy(BUCKET, {"region": "eu-west-1"})
    found = clients.get("s3", REGION).get_bucket_location(Bucket=bucket.id)
    assert found["LocationConstraint"] == bucket.outputs["bucketRegion"] == "eu-west-1"
    assert_gone(engine, bucket)


def test_a_tables_capacity_is_changed_in_place(engine: FakeEngine) -> None:
    wanted: dict[str, Any] = {
        "hashKey": "id",
        "rangeKey": "at",
        "attributes": [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}],
        "readCapacity": 2,
        "writeCapacity": 3,
    }
    table = engine.deploy(TABLE, wanted)
    assert table.outputs["billingMode"] == "PROVISIONED"
    assert_settled(engine, table, wanted)
    table = engine.update(table, {**wanted, "writeCapacity": 5})
    assert (table.outputs["readCapacity"], table.outputs["writeCapacity"]) == (2, 5)
    assert_gone(engine, table)


def test_a_queue_sends_what_it_cannot_deliver_to_another(engine: FakeEngine) -> None:
    dead_letters = engine.deploy(QUEUE, {}, name="dead-letters")
    redrive = f'{{"deadLetterTargetArn":"{dead_letters.outputs["arn"]}","maxReceiveCount":3}}'
    wanted = {"redrivePolicy": redrive, "delaySeconds": 5}
    queue = engine.deploy(QUEUE, wanted)
    assert_settled(engine, queue, wanted)
    assert_gone(engine, queue)


def test_a_fifo_queue_keeps_its_order(engine: FakeEngine) -> None:
    wanted = {"name": "orders.fifo", "fifoQueue": True, "contentBasedDeduplication": True}
    queue = engine.deploy(QUEUE, wanted)
    assert_settled(engine, queue, wanted)
    changed = {**wanted, "contentBasedDeduplication": False}
    assert_settled(engine, engine.update(queue, changed), changed)
    assert_gone(engine, queue)


def test_a_secret_keeps_its_versions_until_it_is_deleted(
    engine: FakeEngine, clients: AwsClients
) -> None:
    secret = engine.deploy(SECRET, {"recoveryWindowInDays": 0})
    version = engine.deploy(SECRET_VERSION, {"secretId": secret.id, "secretString": "hidden"})
    secrets = clients.get("secretsmanager", REGION)
    assert secrets.get_secret_value(SecretId=secret.id)["SecretString"] == "hidden"
    assert version.id == f"{secret.id}|{version.outputs['versionId']}"
    engine.destroy(version)
    assert_gone(engine, secret)
    assert engine.refresh(version) is None


def test_a_parameter_may_be_secret(engine: FakeEngine) -> None:
    wanted = {"type": "SecureString", "value": "hidden"}
    parameter = engine.deploy(PARAMETER, wanted)
    assert parameter.outputs["value"] == "hidden"
    changed = engine.update(parameter, {**wanted, "value": "other"})
    assert changed.outputs["version"] == parameter.outputs["version"] + 1
    assert_settled(engine, changed, {**wanted, "value": "other"})
    assert_gone(engine, changed)


def test_a_policy_has_one_older_version_at_most(engine: FakeEngine, clients: AwsClients) -> None:
    policy = engine.deploy(MANAGED_POLICY, {"policy": POLICY})
    for action in ("Get", "Put", "List", "Delete", "Head", "Copy"):
        wanted = {"policy": POLICY.replace("logs:PutLogEvents", f"s3:{action}Object")}
        policy = engine.update(policy, wanted)
        assert_settled(engine, policy, wanted)
    versions = clients.get("iam", REGION).list_policy_versions(PolicyArn=policy.id)["Versions"]
    assert len(versions) == 2
    assert_gone(engine, policy)


def test_a_list_is_read_beyond_its_first_page(engine: FakeEngine, clients: AwsClients) -> None:
    role = engine.deploy(ROLE, {"assumeRolePolicy": TRUST}, name="many")
    iam = clients.get("iam", REGION)
    arns = [one["Arn"] for one in iam.list_policies(Scope="AWS", MaxItems=101)["Policies"]]
    for arn in arns:
        iam.attach_role_policy(RoleName=role.id, PolicyArn=arn)
    first_page = iam.list_attached_role_policies(RoleName=role.id)["AttachedPolicies"]
    (beyond,) = set(arns) - {one["PolicyArn"] for one in first_page}
    assert engine.adopt(ROLE_POLICY_ATTACHMENT, f"{role.id}/{beyond}") is not None


def test_an_event_source_mapping_may_be_disabled(
    engine: FakeEngine, inputs: dict[str, dict[str, Any]]
) -> None:
    function = engine.deploy(FUNCTION, inputs[FUNCTION])
    named = {"functionName": function.outputs["name"], "eventSourceArn": QUEUE_ARN}
    wanted = {**named, "enabled": False, "scalingConfig": {"maximumConcurrency": 2}}
    mapping = engine.deploy(EVENT_SOURCE_MAPPING, wanted)
    assert (mapping.outputs["state"], mapping.outputs["batchSize"]) == ("Disabled", 10)
    assert_settled(engine, mapping, wanted)
    assert engine.preview_update(mapping, named)["state"] is UNKNOWN
    mapping = engine.update(mapping, named)
    assert mapping.outputs["state"] == "Enabled"
    assert_settled(engine, mapping, named)
    assert_gone(engine, mapping)
    assert_gone(engine, function)


def test_each_version_of_a_layer_has_a_number_of_its_own(
    engine: FakeEngine, inputs: dict[str, dict[str, Any]]
) -> None:
    wanted = {**inputs[LAYER_VERSION], "layerName": "numbered"}  # no other test's numbers count
    first = engine.deploy(LAYER_VERSION, wanted)
    assert_settled(engine, first, wanted)
    second = engine.deploy(LAYER_VERSION, {**wanted, "description": "newer"}, name="second")
    assert (first.outputs["version"], second.outputs["version"]) == ("1", "2")
    assert second.id == f"{second.outputs['layerArn']}:2"
    assert_gone(engine, first)
    assert_gone(engine, second)
