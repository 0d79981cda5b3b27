"""A program with resource types that the local AWS lacks, under the real engine."""

from pathlib import Path

import pytest

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.provider import ProviderServer
from tests.local.provider.engine import REGION
from tests.tools.engine import Engine

KNOWN = """
    import pulumi

    pulumi.CustomResource("aws:sqs/queue:Queue", "known", {"name": "known"})
"""
UNKNOWN = """
    shown = {"shardCount": 1, "arn": None}
    stream = pulumi.CustomResource("aws:kinesis/stream:Stream", "stream", shown)
    pulumi.CustomResource("aws:iam/user:User", "user", {})
    pulumi.CustomResource("aws:ec2/networkAcl:NetworkAcl", "acl", {"vpcId": stream.arn})
"""
TYPES = ("aws:kinesis/stream:Stream", "aws:iam/user:User", "aws:ec2/networkAcl:NetworkAcl")


@pytest.fixture
def engine(tmp_path: Path, served: ProviderServer) -> Engine:
    """Return a stack that the stand-in changes."""
    engine = Engine(tmp_path)
    engine.environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{served.port}"
    (engine.project / "Pulumi.test.yaml").write_text(
        f'config:\n  aws:region: {REGION}\n  aws:allowedAccountIds: ["{ACCOUNT_ID}"]\n'
    )
    return engine


def test_unknown_types_are_refused_or_inert(engine: Engine, endpoint: ServedEndpoint) -> None:
    engine.write_program(KNOWN + UNKNOWN)
    all_are_named_before_anything_changes(engine, endpoint)
    engine.environment["LMI_LOCAL_UNKNOWN"] = "ignore"
    the_variable_has_one_value(engine)
    engine.environment["LMI_LOCAL_UNKNOWN"] = "inert"
    they_are_inert(engine)

    # Without them, the stack needs the variable no more.
    del engine.environment["LMI_LOCAL_UNKNOWN"]
    engine.write_program(KNOWN)
    repaired = engine.pulumi("up", "--yes", "--stack", "test")
    assert repaired.returncode == 0, repaired.stdout
    assert "3 deleted" in repaired.stdout
    assert engine.pulumi("destroy", "--yes", "--skip-preview", "--stack", "test").returncode == 0


def all_are_named_before_anything_changes(engine: Engine, endpoint: ServedEndpoint) -> None:
    refused = engine.pulumi("up", "--yes", "--stack", "test")
    assert refused.returncode != 0
    preview, _, update = refused.stdout.partition("Updating (test)")
    for pulumi_type in TYPES:
        assert f"error: the local AWS does not know the resource type {pulumi_type}" in preview
    assert f"does not know the resource types {', '.join(sorted(TYPES))}" in update
    assert "local/provider/resources/iam.yaml" in update
    sqs = AwsClients(endpoint.url).get("sqs", REGION)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="known")


def the_variable_has_one_value(engine: Engine) -> None:
    refused = engine.preview()
    assert "LMI_LOCAL_UNKNOWN is 'ignore'; the only value is 'inert'" in refused.stdout


def they_are_inert(engine: Engine) -> None:
    created = engine.pulumi("up", "--yes", "--stack", "test")
    assert created.returncode == 0, created.stdout
    preview, _, update = created.stdout.partition("Updating (test)")
    for pulumi_type in TYPES:
        assert f"warning: the local AWS does not know {pulumi_type}:" in preview
        assert f"warning: the local AWS does not know {pulumi_type}:" in update
    resources = {found["type"]: found for found in engine.resources()}
    stream, _, acl = (resources[pulumi_type] for pulumi_type in TYPES)
    assert stream["outputs"]["shardCount"] == 1
    # What refers to an output of an inert resource gets a value.
    assert acl["inputs"]["vpcId"] == stream["outputs"]["arn"]
    assert stream["outputs"]["arn"].startswith(f"arn:aws:kinesis:{REGION}:{ACCOUNT_ID}:inert")

    engine.write_program((KNOWN + UNKNOWN).replace('"shardCount": 1', '"shardCount": 2'))
    changed = engine.pulumi("up", "--yes", "--stack", "test", "--skip-preview", "--refresh")
    assert "1 updated" in changed.stdout
    assert "4 unchanged" in changed.stdout
