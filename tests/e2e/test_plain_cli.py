"""Plain ``pulumi`` commands work as typed, and the two clouds cannot meet."""

import json
import re
import shlex
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from testing.checkout import Checkout


def unexplained(output: str) -> list[str]:
    """Return the policies that reported something, but for exemptions with their reason."""
    reported = re.findall(r"\[severity: \w+\]  (\S+)", output)
    return [policy for policy in reported if policy != "pack-exemptions-in-force"]


def judged_as(stack: str) -> list[str]:
    """Return the options that have the pack judge as a stack wants it."""
    return ["--policy-pack", "policies", "--policy-pack-config", f"Pulumi.{stack}.policies.json"]


@contextmanager
def initialized(checkout: Checkout, stack: str) -> Generator[None]:
    """Have a further stack while the block runs; its settings stay as committed."""
    settings = checkout.folder / f"Pulumi.{stack}.yaml"
    committed = settings.read_text()
    try:
        assert checkout.pulumi("stack", "init", stack).returncode == 0
        yield
    finally:
        checkout.pulumi("stack", "rm", stack, "--force", "--yes", "--preserve-config")
        settings.write_text(committed)


def test_the_local_stack_breaks_no_rule_without_a_reason(checkout: Checkout, url: str) -> None:
    done = checkout.local("preview")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The stack: 39 unchanged" in done.stderr
    log = checkout.folder / ".local/pulumi.log"
    assert f"Advisory findings of the policy pack: 1, in {log}" in done.stderr
    assert "pack-exemptions-in-force" in log.read_text()
    assert unexplained(log.read_text()) == []


def test_clients_of_aws_reach_the_local_aws(checkout: Checkout, url: str) -> None:
    listed = (
        "import boto3; (one,) = boto3.client('lambda').list_functions()['Functions'];"
        "print(one['FunctionName'])"
    )
    elsewhere = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "of another account"}
    python = shlex.quote(sys.executable)
    script = f'eval "$({python} -m local env)" && {python} -c "{listed}"'

    done = checkout.run(["bash", "-c", script], checkout.environment | elsewhere)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("lmi-streaming-")
    assert "unset PULUMI_BACKEND_URL" in done.stderr


def test_status_shows_what_runs(checkout: Checkout, url: str) -> None:
    done = checkout.local("status")

    assert done.returncode == 0, done.stderr
    assert url in done.stdout
    assert "version $LATEST.PUBLISHED" in done.stdout
    assert re.search(r"Active: 0 of \d+ slots in use, execution environments: \d", done.stdout)
    logs = re.findall(r"/\S+\.log", done.stdout)
    assert len(logs) == 3
    assert all(Path(log).is_file() for log in logs)


def test_the_local_state_breaks_no_rule_without_a_reason(
    checkout: Checkout, url: str, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    state.write_text(checkout.pulumi("stack", "export", "--stack", "local").stdout)

    done = checkout.pulumi("policy", "analyze", "--file", str(state), *judged_as("local"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "pack-exemptions-in-force" in done.stdout
    assert unexplained(done.stdout) == []


def test_plain_up_updates_the_local_stack_and_rewrites_no_file(
    checkout: Checkout, url: str
) -> None:
    committed = checkout.committed_files()

    done = checkout.pulumi(
        *("up", "--stack", "local", "--yes", "--skip-preview", "--policy-pack", "policies")
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "unchanged" in done.stdout
    assert checkout.committed_files() == committed


def test_stack_outputs_are_those_of_the_contract(checkout: Checkout, url: str) -> None:
    done = checkout.pulumi("stack", "output", "--json", "--stack", "local")

    outputs = json.loads(done.stdout)
    names = {"url", "function_name", "function_arn", "alias_arn", "capacity_provider_arn"}
    assert outputs.keys() == names | {"vpc_id", "log_group", "idle_cost", "readme"}
    assert outputs["url"] == url
    assert url.endswith("/")


def test_the_stand_in_previews_another_stack_but_refuses_to_change_it(
    checkout: Checkout, url: str
) -> None:
    with initialized(checkout, "dev"):
        preview = checkout.pulumi("preview", "--stack", "dev", *judged_as("dev"))
        up = checkout.pulumi("up", "--stack", "dev", "--yes", "--skip-preview")

    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert unexplained(preview.stdout) == []
    assert up.returncode != 0
    assert "allowedAccountIds" in up.stdout + up.stderr


def test_the_prod_stack_breaks_no_rule_without_a_reason(checkout: Checkout, url: str) -> None:
    with initialized(checkout, "prod"):
        preview = checkout.pulumi("preview", "--stack", "prod", *judged_as("prod"))

    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert unexplained(preview.stdout) == []


def test_without_the_stand_in_nothing_serves_the_local_stack(checkout: Checkout, url: str) -> None:
    alone = {k: v for k, v in checkout.exported.items() if k != "PULUMI_DEBUG_PROVIDERS"}

    done = checkout.run(["pulumi", "preview", "--stack", "local"], alone)

    assert done.returncode != 0
    assert "no resource plugin 'pulumi-resource-aws'" in done.stdout + done.stderr
