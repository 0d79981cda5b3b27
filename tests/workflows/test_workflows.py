"""The GitHub Actions workflows: a linter finds nothing in them, and they gate what they deploy."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github/workflows"
PREPARE = ROOT / ".github/actions/prepare/action.yml"
ZIZMOR = Path(sys.executable).parent / "zizmor"

UNPINNED = """
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo "${{ github.event.pull_request.title }}"
"""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [ZIZMOR, "--offline", "--no-progress", "--persona=pedantic", folder]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def jobs() -> dict[str, Any]:
    return yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]


def prepared() -> list[dict[str, Any]]:
    """Return the steps that both jobs share."""
    return yaml.safe_load(PREPARE.read_text())["runs"]["steps"]


def steps(job: str) -> list[dict[str, Any]]:
    """Return a job's steps, with those of the shared action in place of it."""
    found: list[dict[str, Any]] = []
    for step in jobs()[job]["steps"]:
        found += prepared() if step.get("uses") == "./.github/actions/prepare" else [step]
    return found


def commands(job: str) -> list[str]:
    return [step["run"] for step in steps(job) if "run" in step]


def test_the_linter_reports_nothing() -> None:
    done = lint(ROOT / ".github")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_reports_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "bad.yml").write_text(UNPINNED)

    done = lint(folder)

    assert done.returncode != 0
    for finding in ("dangerous-triggers", "template-injection", "unpinned-uses"):
        assert finding in done.stdout


def test_every_action_is_pinned_by_its_commit_and_names_its_version() -> None:
    for file in (*WORKFLOWS.iterdir(), PREPARE):
        lines = [line for line in file.read_text().splitlines() if "uses:" in line]
        uses = [line for line in lines if "uses: ./" not in line]
        assert uses
        for line in uses:
            assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize(("job", "verb"), [("preview", "preview"), ("up", "up")])
def test_the_pack_judges_what_is_deployed_and_its_settings_are_checked_first(
    job: str, verb: str
) -> None:
    *_, check, run = commands(job)

    assert "policies.lmi.check_config" in check
    assert run.startswith(f'pulumi {verb} --stack "$STACK"')
    assert "--policy-pack policies" in run
    assert "--skip-preview" not in run


@pytest.mark.parametrize("job", ["preview", "up"])
def test_every_stack_on_aws_is_deployed_with_the_settings_that_it_has(job: str) -> None:
    stacks = jobs()[job]["strategy"]["matrix"]["stack"]

    assert stacks == ["dev", "prod"]
    for stack in stacks:
        assert (ROOT / f"Pulumi.{stack}.yaml").is_file()
        assert (ROOT / f"Pulumi.{stack}.policies.json").is_file()


def test_the_engine_is_the_one_that_the_project_asks_for() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    engines = {
        step["with"]["pulumi-version"]
        for step in prepared()
        if step.get("uses", "").startswith("pulumi/actions@")
    }

    assert {f">={engine}" for engine in engines} == {project["requiredPulumiVersion"]}


@pytest.mark.parametrize("job", ["preview", "up"])
def test_third_party_code_is_installed_before_there_are_credentials(job: str) -> None:
    credentials = [
        place
        for place, step in enumerate(steps(job))
        if step.get("uses", "").startswith("aws-actions/configure-aws-credentials@")
    ]
    installs = [
        place for place, step in enumerate(steps(job)) if "install" in step.get("run", "").lower()
    ]

    assert len(credentials) == 1
    assert installs
    assert max(installs) < credentials[0]


def test_nothing_is_brought_up_before_the_tests_have_passed() -> None:
    test = yaml.safe_load((WORKFLOWS / "test.yml").read_text())

    assert jobs()["up"]["needs"] == "test"
    assert jobs()["test"]["uses"] == "./.github/workflows/test.yml"
    assert test["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert [step["run"] for step in test["jobs"]["test"]["steps"] if "run" in step] == ["make test"]
