"""A program with resource types that the local AWS lacks, under the real engine."""

from pathlib import Path

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.provider import ProviderServer
from tests.local.provider.engine import REGION
from tests.tools.engine import Engine

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


def test_all_unknown_types_are_named_before_anything_changes(
    tmp_path: Path, served: ProviderServer, endpoint: ServedEndpoint
) -> None:
    engine = Engine(tmp_path)
    engine.environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{served.port}"
    (engine.project / "Pulumi.test.yaml").write_text(
        f'config:\n  aws:region: {REGION}\n  aws:allowedAccountIds: ["{ACCOUNT_ID}"]\n'
    )
    engine.write_program(KNOWN + UNKNOWN)
    refused = engine.pulumi("up", "--yes", "--stack", "test")
    assert refused.returncode != 0
    preview, _, update = refused.stdout.partition("Updating (test)")
    for pulumi_type in TYPES:
        assert f"error: the local AWS does not know the resource type {pulumi_type}" in preview
    assert f"does not know the resource types {', '.join(sorted(TYPES))}" in update
    assert "local/provider/resources/iam.py" in update
    sqs = AwsClients(endpoint.url).get("sqs", REGION)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="known")

    engine.write_program(KNOWN)
    repaired = engine.pulumi("up", "--yes", "--stack", "test")
    assert repaired.returncode == 0, repaired.stdout
    assert engine.pulumi("destroy", "--yes", "--stack", "test").returncode == 0
