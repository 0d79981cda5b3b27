"""The GitHub Actions workflows: linters find nothing in them, and they gate what they deploy."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.setup.cache import Tool

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github/workflows"
PREPARE = ROOT / ".github/actions/prepare/action.yml"
ZIZMOR = Path(sys.executable).parent / "zizmor"
ACTIONLINT_MODULE = Path(__file__).with_name("actionlint")
ACTIONLINT = "github.com/rhysd/actionlint"

UNPINNED = """
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo "${{ github.event.pull_request.title }}"
"""


MISTYPED = """
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    needs: tests
    steps:
      - run: echo "${{ runner.nmae }}"
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


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """Return actionlint, which is built once for a user and kept in the tool cache."""
    go = shutil.which("go")
    if not go:
        pytest.skip("actionlint is built with Go, which is not on PATH")
    pins = (ACTIONLINT_MODULE / "go.mod").read_text()
    version = re.findall(rf"{re.escape(ACTIONLINT)} v(\S+)", pins)[0]

    def build(folder: Path) -> None:
        subprocess.run(
            [
                go,
                "build",
                "-mod=readonly",
                "-trimpath",
                "-o",
                folder,
                f"{ACTIONLINT}/cmd/actionlint",
            ],
            cwd=ACTIONLINT_MODULE,
            env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
            check=True,
        )

    return Tool("actionlint", version, executable="actionlint").provide(build)


def test_actionlint_reports_nothing(actionlint: Path) -> None:
    done = subprocess.run([actionlint], cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_reports_a_job_and_a_property_that_do_not_exist(
    actionlint: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.yml").write_text(MISTYPED)

    command = [actionlint, tmp_path / "bad.yml"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode != 0
    assert '"tests" which does not exist' in done.stdout
    assert '"nmae" is not defined' in done.stdout


def test_every_action_is_pinned_by_its_commit_and_names_its_version() -> None:
    for file in (*WORKFLOWS.iterdir(), PREPARE):
        lines = [line for line in file.read_text().splitlines() if "uses:" in line]
        uses = [line for line in lines if "uses: ./" not in line]
        assert uses
        for line in uses:
            assert re.search(r"uses: [\w-]+(/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize(("job", "verb"), [("preview", "preview"), ("up", "up")])
def test_the_pack_judges_what_is_deployed_and_its_settings_are_checked_first(
    job: str, verb: str
) -> None:
    found = commands(job)
    check = next(at for at, one in enumerate(found) if "policies.lmi.check_config" in one)
    runs = [(at, one) for at, one in enumerate(found) if one.startswith(f"pulumi {verb} ")]

    ((at, run),) = runs
    assert check < at
    assert run.startswith(f'pulumi {verb} --stack "$STACK"')
    assert "--policy-pack policies" in run
    assert "--skip-preview" not in run


def test_findings_of_a_preview_are_reported_though_they_stop_it() -> None:
    (preview,) = [step for step in steps("preview") if step.get("id") == "preview"]
    (report,) = [step for step in steps("preview") if "lmi.report" in step.get("run", "")]
    (upload,) = [step for step in steps("preview") if "upload-sarif" in step.get("uses", "")]

    assert "--event-log" in preview["run"]
    assert preview["env"]["PULUMI_DEBUG_COMMANDS"] == "true"
    assert "!cancelled()" in report["if"] == upload["if"]
    assert jobs()["preview"]["permissions"]["security-events"] == "write"


@pytest.mark.parametrize("job", ["preview", "up"])
def test_every_stack_on_aws_is_deployed_with_the_settings_that_it_has(job: str) -> None:
    stacks = jobs()[job]["strategy"]["matrix"]["stack"]

    assert stacks == ["dev", "prod"]
    for stack in stacks:
        assert (ROOT / f"Pulumi.{stack}.yaml").is_file()
        assert (ROOT / f"Pulumi.{stack}.policies.json").is_file()


def install_cli(folder: Path, archive: bytes, listed: str) -> subprocess.CompletedProcess[str]:
    """Run the step that installs the CLI, with downloads that come out of a folder."""
    version = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["requiredPulumiVersion"][2:]
    downloads, commands_folder = folder / "downloads", folder / "bin"
    downloads.mkdir()
    commands_folder.mkdir()
    name = f"pulumi-v{version}-linux-x64.tar.gz"
    (downloads / name).write_bytes(archive)
    (downloads / f"pulumi-{version}-checksums.txt").write_text(
        f"{listed}  {name}\n{'0' * 64}  pulumi-v{version}-darwin-arm64.tar.gz\n"
    )
    curl = commands_folder / "curl"
    curl.write_text(f'#!/bin/sh\nfor url; do :; done\ncp "{downloads}/${{url##*/}}" .\n')
    curl.chmod(0o755)
    (script,) = [s["run"] for s in prepared() if s.get("name") == "Install the Pulumi CLI"]
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=ROOT,
        env={
            "PATH": f"{commands_folder}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(folder),
            "GITHUB_PATH": str(folder / "path"),
        },
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def cli_archive(tmp_path: Path) -> bytes:
    """Return an archive that is laid out as the vendor's."""
    (tmp_path / "pulumi-cli").write_text("#!/bin/sh\n")
    with tarfile.open(tmp_path / "cli.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "pulumi-cli", "pulumi/pulumi")
    return (tmp_path / "cli.tar.gz").read_bytes()


def test_the_engine_is_the_one_that_the_project_asks_for(
    tmp_path: Path, cli_archive: bytes
) -> None:
    done = install_cli(tmp_path, cli_archive, hashlib.sha256(cli_archive).hexdigest())

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "pulumi/pulumi").is_file()
    assert (tmp_path / "path").read_text() == f"{tmp_path}/pulumi\n"


def test_an_engine_that_does_not_match_its_checksum_is_not_unpacked(
    tmp_path: Path, cli_archive: bytes
) -> None:
    done = install_cli(tmp_path, cli_archive, hashlib.sha256(b"another").hexdigest())

    assert done.returncode != 0
    assert not (tmp_path / "pulumi").exists()
    assert not (tmp_path / "path").exists()


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
    runs = [step["run"] for step in test["jobs"]["test"]["steps"] if "run" in step]
    assert runs == ["make test", "make test-examples"]
