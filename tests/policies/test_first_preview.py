"""The pack at the first preview of a stack, when no ARN is known, under the real engine."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from policies.lmi.limits import ADAPTER_LAYER_NAMES
from tests.policies.conftest import PACK, ROOT, engine_environment, find_pulumi
from tests.policies.planning_provider import serving

Preview = Callable[[str], subprocess.CompletedProcess[str]]

PROJECT = """
name: shop
runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: {virtualenv}
backend:
  url: file://{backend}
config:
  aws:region: eu-west-1
"""

X86, ARM64 = ADAPTER_LAYER_NAMES["x86_64"], ADAPTER_LAYER_NAMES["arm64"]

PROGRAM = """
from pulumi_aws import ec2, lambda_, sqs

subnets = [
    ec2.Subnet(name, vpc_id="vpc-1", cidr_block="10.0.0.0/24", availability_zone=name)
    for name in <zones>
]
pool = lambda_.CapacityProvider(
    "pool",
    name="pool",
    vpc_config={
        "subnet_ids": [subnet.id for subnet in subnets],
        "security_group_ids": ["sg-1"],
    },
    permissions_config={
        "capacity_provider_operator_role_arn": "arn:aws:iam::123456789012:role/operator"
    },
    instance_requirements=[{"architectures": ["arm64"]}],
)
function = lambda_.Function(
    "api",
    name="api",
    role="arn:aws:iam::123456789012:role/api",
    runtime="python3.13",
    memory_size=2048,
    publish=True,
    publish_to="LATEST_PUBLISHED",
    layers=["arn:aws:lambda:eu-west-1:753240598075:layer:<layer>:30"],
    environment={
        "variables": {
            "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
            "AWS_LWA_INVOKE_MODE": "response_stream",
        }
    },
    capacity_provider_config={
        "lambda_managed_instances_capacity_provider_config": {
            "capacity_provider_arn": pool.arn,
            "per_execution_environment_max_concurrency": 64,
        }
    },
    <architectures>
)
alias = lambda_.Alias(
    "live", name="live", function_name=function.arn, function_version="<version>"
)
lambda_.FunctionUrl(
    "url",
    function_name=function.arn,
    qualifier=alias.name,
    authorization_type="AWS_IAM",
    invoke_mode="<mode>",
)
lambda_.Permission(
    "url",
    function=function.arn,
    qualifier=alias.name,
    action="lambda:InvokeFunctionUrl",
    function_url_auth_type="AWS_IAM",
    principal="123456789012",
)
lambda_.Permission(
    "function",
    function=function.arn,
    qualifier=alias.name,
    action="lambda:InvokeFunction",
    invoked_via_function_url=True,
    principal="<caller>",
)
queue = sqs.Queue("work", visibility_timeout_seconds=<visibility>)
lambda_.EventSourceMapping("work", event_source_arn=queue.arn, function_name=alias.arn)
"""


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    """Return a function that previews a program against the provider that only plans."""
    backend = tmp_path / "backend"
    backend.mkdir()
    (tmp_path / "Pulumi.yaml").write_text(
        PROJECT.format(virtualenv=ROOT / ".venv", backend=backend)
    )
    pulumi = find_pulumi()
    preview = [pulumi, "preview", "--stack", "dev", "--policy-pack", str(PACK)]
    preview += ["--color", "never", "--non-interactive"]
    environment = {**engine_environment(tmp_path), "PULUMI_CONFIG_PASSPHRASE": ""}

    def run(program: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "__main__.py").write_text(program)
        with serving() as port:
            environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{port}"
            _run([pulumi, "stack", "select", "--create", "dev"], tmp_path, environment)
            return _run(preview, tmp_path, environment)

    return run


def _run(
    command: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


GOOD = {
    "architectures": 'architectures=["arm64"]',
    "layer": ARM64,
    "version": "$LATEST.PUBLISHED",
    "mode": "RESPONSE_STREAM",
    "zones": '["eu-west-1a", "eu-west-1b"]',
    "caller": "123456789012",
    "visibility": "18",
}
BAD = {
    "architectures": "",
    "layer": X86,
    "version": "$LATEST",
    "mode": "BUFFERED",
    "zones": '["eu-west-1a"]',
    "caller": "210987654321",
    "visibility": "17",
}
STOPPED = ("cp-10-", "pub-08-", "url-04-", "url-13-")
TOLD = ("cp-06-", "fn-25-")


def program(**choices: str) -> str:
    text = PROGRAM
    for name, choice in choices.items():
        text = text.replace(f"<{name}>", choice)
    return text


def test_unknown_arns_hide_no_mistake(preview: Preview) -> None:
    done = preview(program(**BAD))
    assert done.returncode != 0, done.stdout
    for policy in STOPPED:
        assert f"[mandatory] [severity: high]  {policy}" in done.stdout
    for policy in TOLD:
        assert f"]  {policy}" in done.stdout
    assert "can't run policy" not in done.stdout


def test_unknown_arns_invent_no_mistake(preview: Preview) -> None:
    done = preview(program(**GOOD))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[mandatory]" not in done.stdout
    assert not any(policy in done.stdout for policy in TOLD)
    assert "can't run policy" not in done.stdout
