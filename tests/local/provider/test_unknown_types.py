"""A program with resource types that the local AWS lacks, under the real engine."""

import json
from pathlib import Path

import pytest

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.provider import ProviderServer
from tests.local.provider.engine import REGION
from tests.tools.engine import Engine, diagnostics

KNOWN = """
    import pulumi_aws as aws

    aws.sqs.Queue("known", name="known")
"""
UNKNOWN = """
    stream = aws.kinesis.Stream("stream", shard_count=1)
    aws.iam.User("user")
    aws.ec2.NetworkAcl("acl", vpc_id=stream.arn)
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


def test_all_unknown_types_are_named_before_anything_changes(
    engine: Engine, endpoint: ServedEndpoint
) -> None:
    engine.write_program(KNOWN + UNKNOWN)
    refused = engine.pulumi("up", "--yes", "--stack", "test")
    assert refused.returncode != 0
    preview, _, update = refused.stdout.partition("Updating (test)")
    for pulumi_type in TYPES:
        assert f"error: the local AWS does not know the resource type {pulumi_type}" in preview
    assert f"does not know the resource types {', '.join(sorted(TYPES))}" in update
    assert "local/provider/resources/iam.yaml" in update
    sqs = AwsClients(endpoint.url).get("sqs", REGION)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="known")

    engine.write_program(KNOWN)
    repaired = engine.pulumi("up", "--yes", "--stack", "test")
    assert repaired.returncode == 0, repaired.stdout
    assert engine.pulumi("destroy", "--yes", "--stack", "test").returncode == 0


def test_unknown_types_are_inert_if_asked(engine: Engine) -> None:
    engine.write_program(KNOWN + UNKNOWN)
    engine.environment["LMI_LOCAL_UNKNOWN"] = "inert"
    created = engine.pulumi("up", "--yes", "--stack", "test")
    assert created.returncode == 0, created.stdout
    preview, _, update = created.stdout.partition("Updating (test)")
    for pulumi_type in TYPES:
        assert f"warning: the local AWS does not know {pulumi_type}:" in preview
    named = f"warning: the local AWS does not know {', '.join(sorted(TYPES))}:"
    assert diagnostics(update).count(named) == 1
    exported = json.loads(engine.pulumi("stack", "export", "--stack", "test").stdout)
    resources = {found["type"]: found for found in exported["deployment"]["resources"]}
    stream, _, acl = (resources[pulumi_type] for pulumi_type in TYPES)
    assert stream["outputs"]["shardCount"] == 1
    # What refers to an output of an inert resource gets a value.
    assert acl["inputs"]["vpcId"] == stream["outputs"]["arn"]
    assert stream["outputs"]["arn"].startswith(f"arn:aws:kinesis:{REGION}:{ACCOUNT_ID}:inert")

    engine.write_program((KNOWN + UNKNOWN).replace("shard_count=1", "shard_count=2"))
    changed = engine.pulumi("up", "--yes", "--stack", "test", "--skip-preview", "--refresh")
    assert "1 updated" in changed.stdout
    assert "4 unchanged" in changed.stdout
    assert engine.pulumi("destroy", "--yes", "--stack", "test").returncode == 0


def test_the_variable_has_one_value(engine: Engine) -> None:
    engine.write_program(KNOWN + UNKNOWN)
    engine.environment["LMI_LOCAL_UNKNOWN"] = "ignore"
    refused = engine.preview()
    assert "LMI_LOCAL_UNKNOWN is 'ignore'; the only value is 'inert'" in refused.stdout
