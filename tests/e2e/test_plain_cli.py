"""Plain `pulumi` commands work as typed, and the two clouds cannot meet."""

import json

from tests.e2e.checkout import Checkout


def test_plain_up_meets_the_local_stack(checkout: Checkout, url: str) -> None:
    done = checkout.pulumi("up", "--stack", "local", "--yes", "--policy-pack", "policies")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "unchanged" in done.stdout


def test_stack_outputs_are_those_of_the_contract(checkout: Checkout, url: str) -> None:
    done = checkout.pulumi("stack", "output", "--json", "--stack", "local")

    outputs = json.loads(done.stdout)
    names = {"url", "function_name", "function_arn", "alias_arn"}
    assert outputs.keys() == names | {"capacity_provider_arn", "vpc_id", "log_group"}
    assert outputs["url"] == url
    assert url.endswith("/")


def test_the_stand_in_previews_another_stack_but_refuses_to_change_it(
    checkout: Checkout, url: str
) -> None:
    committed = (checkout.folder / "Pulumi.dev.yaml").read_text()
    try:
        assert checkout.pulumi("stack", "init", "dev").returncode == 0

        preview = checkout.pulumi("preview", "--stack", "dev", "--policy-pack", "policies")
        up = checkout.pulumi("up", "--stack", "dev", "--yes", "--policy-pack", "policies")
    finally:
        checkout.pulumi("stack", "rm", "dev", "--force", "--yes", "--preserve-config")
        (checkout.folder / "Pulumi.dev.yaml").write_text(committed)

    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert up.returncode != 0
    assert "allowedAccountIds" in up.stdout + up.stderr


def test_without_the_stand_in_the_local_stack_is_not_served(checkout: Checkout, url: str) -> None:
    environment = checkout.exported()
    del environment["PULUMI_DEBUG_PROVIDERS"]

    done = checkout.run(["pulumi", "preview", "--stack", "local"], environment)

    assert done.returncode != 0
    assert "aws" in done.stdout + done.stderr


def test_commands_leave_committed_files_alone(checkout: Checkout, url: str) -> None:
    before = checkout.committed_files()

    checkout.local("up")
    checkout.local("preview")

    assert checkout.committed_files() == before
