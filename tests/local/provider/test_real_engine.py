"""The provider under the real engine, from the first preview to the last deletion."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.provider import ProviderServer
from tests.local.provider.engine import REGION
from tests.tools.engine import Engine

PROGRAM = """
    import json

    import pulumi
    import pulumi_aws as aws

    config = pulumi.Config()
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
    zones = aws.get_availability_zones(state="available")
    vpc = aws.ec2.Vpc("demo", cidr_block="10.0.0.0/16", tags={"Name": "demo"})
    subnet = aws.ec2.Subnet(
        "demo",
        vpc_id=vpc.id,
        cidr_block="10.0.0.0/20",
        availability_zone=zones.names[0],
    )
    group = aws.ec2.SecurityGroup("demo", vpc_id=vpc.id)
    s3 = aws.ec2.VpcEndpoint("demo", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.s3")
    aws.vpc.SecurityGroupEgressRule(
        "demo",
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        prefix_list_id=s3.prefix_list_id,
    )
    role = aws.iam.Role("demo", assume_role_policy=json.dumps(trust))
    pool = aws.lambda_.CapacityProvider(
        "demo",
        permissions_config={"capacity_provider_operator_role_arn": role.arn},
        vpc_config={"subnet_ids": [subnet.id], "security_group_ids": [group.id]},
    )
    function = aws.lambda_.Function(
        "demo",
        role=role.arn,
        runtime="python3.13",
        handler="run.sh",
        memory_size=2048,
        code=pulumi.FileArchive(config.require("zip")),
        publish=True,
        publish_to="LATEST_PUBLISHED",
        environment={"variables": {"KEY": config.require_secret("key")}},
        capacity_provider_config={
            "lambda_managed_instances_capacity_provider_config": {
                "capacity_provider_arn": pool.arn,
                "per_execution_environment_max_concurrency": config.require_int("concurrency"),
            }
        },
    )
    alias = aws.lambda_.Alias(
        "demo",
        name="live",
        function_name=function.name,
        function_version="$LATEST.PUBLISHED",
        opts=pulumi.ResourceOptions(depends_on=[function]),
    )
    url = aws.lambda_.FunctionUrl(
        "demo",
        function_name=function.name,
        qualifier=alias.name,
        authorization_type="NONE",
        invoke_mode="RESPONSE_STREAM",
    )
    group = config.require("group")
    aws.cloudwatch.LogGroup(
        "imported", name=group, retention_in_days=7, opts=pulumi.ResourceOptions(import_=group)
    )
    pulumi.export("vpc", vpc.id)
    pulumi.export("environment", function.environment)
    pulumi.export("function", function.name)
    pulumi.export("url", url.function_url)
"""
IN_ANOTHER_REGION = f"""
    paris = aws.Provider(
        "paris",
        region="eu-west-3",
        allowed_account_ids=["{ACCOUNT_ID}"],
        default_tags={{"tags": {{"team": "demo"}}}},
    )
    away = pulumi.ResourceOptions(provider=paris)
    queue = aws.sqs.Queue("away", name="away", opts=away)
    pulumi.export("region", aws.get_region(opts=pulumi.InvokeOptions(provider=paris)).region)
    pulumi.export("tags", queue.tags_all)
"""


@pytest.fixture
def stack(
    tmp_path: Path, served: ProviderServer, endpoint: ServedEndpoint, zip_file: str
) -> Engine:
    """Return a stack with the stand-in as its ``aws`` provider, and a log group to import."""
    logs = AwsClients(endpoint.url).get("logs", REGION)
    logs.create_log_group(logGroupName="made-by-hand")
    logs.put_retention_policy(logGroupName="made-by-hand", retentionInDays=7)
    engine = Engine(tmp_path)
    engine.environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{served.port}"
    engine.write_program(PROGRAM)
    shutil.copy(zip_file, engine.project / "function.zip")
    values = {
        "zip": "function.zip",
        "key": "not in the state",
        "concurrency": "64",
        "group": "made-by-hand",
    }
    settings = "".join(f"  demo:{name}: {value!r}\n" for name, value in values.items())
    configure(engine, f"  aws:region: {REGION}\n{settings}")
    return engine


def configure(stack: Engine, settings: str) -> None:
    """Add settings to those of the stack."""
    file = stack.project / "Pulumi.test.yaml"
    text = file.read_text() if file.exists() else ""
    file.write_text(text if "config:" in text else f"{text}config:\n")
    with file.open("a") as more:
        more.write(settings)


def succeed(stack: Engine, *command: str) -> str:
    """Run a command that must succeed; give what it printed."""
    done = stack.pulumi(*command, "--stack", "test")
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_stack_is_previewed_created_changed_and_destroyed(
    stack: Engine, endpoint: ServedEndpoint
) -> None:
    refused = stack.pulumi("up", "--yes", "--stack", "test")
    assert refused.returncode != 0
    assert "11 to create" in refused.stdout
    assert "1 to import" in refused.stdout
    assert "this is the local AWS" in refused.stdout
    assert "Traceback" not in refused.stdout

    configure(stack, f'  aws:allowedAccountIds: ["{ACCOUNT_ID}"]\n')
    assert "10 created" in succeed(stack, "up", "--yes", "--skip-preview")
    outputs = outputs_of(stack)
    assert outputs["url"].startswith("http://127.0.0.1:")
    assert "not in the state" not in stack.state

    succeed(stack, "preview", "--refresh", "--expect-no-changes")

    settings = stack.project / "Pulumi.test.yaml"
    settings.write_text(settings.read_text().replace("'64'", "'32'"))
    stack.write_program(PROGRAM + IN_ANOTHER_REGION)
    changed = succeed(stack, "up", "--yes", "--skip-preview", "--diff")
    assert "perExecutionEnvironmentMaxConcurrency: 64 => 32" in changed
    assert "2 created" in changed
    assert "1 updated" in changed
    assert "not in the state" not in changed
    succeed(stack, "refresh", "--yes", "--skip-preview")
    assert "not in the state" not in stack.state
    # An explicit provider has its own Region and tags.
    assert outputs_of(stack) == {**outputs, "region": "eu-west-3", "tags": {"team": "demo"}}
    sqs = AwsClients(endpoint.url).get("sqs", "eu-west-3")
    assert len(sqs.list_queues(QueueNamePrefix="away")["QueueUrls"]) == 1

    assert "14 deleted" in succeed(stack, "destroy", "--yes", "--skip-preview")
    ec2 = AwsClients(endpoint.url).get("ec2", REGION)
    with pytest.raises(ec2.exceptions.ClientError, match="NotFound"):
        ec2.describe_vpcs(VpcIds=[outputs["vpc"]])
    awslambda = AwsClients(endpoint.url).get("lambda", REGION)
    with pytest.raises(awslambda.exceptions.ResourceNotFoundException):
        awslambda.get_function(FunctionName=outputs["function"])


def outputs_of(stack: Engine) -> dict[str, Any]:
    """Return the outputs of the stack in its state, but for those that are secret."""
    (found,) = [one for one in stack.resources() if one["type"] == "pulumi:pulumi:Stack"]
    return {name: it for name, it in found["outputs"].items() if "ciphertext" not in it}
