"""``StreamingService`` in programs that reach it through the engine."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import yaml

from testing.checkout import Checkout, Up
from testing.project import PROJECT
from testing.streams import MESSAGE, open_streams
from tests.e2e.test_examples import wait_until_it_answers

PROGRAM = """
import json
import pulumi

args = json.load(open("args.json"))
chat = pulumi.ComponentResource(
    "lmi-streaming:index:StreamingService", "chat", {**args, "url": None}, remote=True
)
pulumi.export("url", chat.url)
"""
"""A program as in any other language: it knows the component's type, and imports nothing of it."""
ARGS: dict[str, Any] = {
    "appFolder": "lmi-streaming/app",
    "packageFor": "host",
    "minEnvironments": 1,
    "maxEnvironments": 1,
    "urlAuth": "NONE",
    "urlAuthReason": "The local AWS listens on the loopback interface only.",
}


class Project:
    """A project of another team beside a checkout, whose plugin it names.

    Parameters
    ----------
    folder
        An empty folder.
    checkout
        A checkout whose local AWS runs.
    """

    def __init__(self, folder: Path, checkout: Checkout) -> None:
        self.folder, self._checkout = folder, checkout
        (folder / "lmi-streaming").symlink_to(checkout.folder)
        plugin_venv = checkout.folder / "plugin/.venv"
        if not plugin_venv.exists():
            plugin_venv.symlink_to(PROJECT / ".venv")
        stack = yaml.safe_load((checkout.folder / "Pulumi.local.yaml").read_text())
        stack["config"] = {k: v for k, v in stack["config"].items() if k.startswith("aws:")}
        (folder / "Pulumi.local.yaml").write_text(yaml.safe_dump(stack))

    def write(self, **settings: Any) -> None:
        """Write ``Pulumi.yaml``."""
        providers = [{"name": "lmi-streaming", "path": "lmi-streaming/plugin"}]
        written = settings | {"name": "chat", "plugins": {"providers": providers}}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(written))

    def pulumi(self, *arguments: str) -> str:
        """Run a command on its stack, which has to succeed; return what it prints."""
        done = self.attempt(*arguments)
        assert done[0] == 0, done[1]
        return done[1]

    def attempt(self, *arguments: str) -> tuple[int, str]:
        """Run a command on its stack; return its exit code and what it prints."""
        stack = ("--cwd", str(self.folder), "--stack", "local")
        done = self._checkout.pulumi(*arguments, *stack)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(
    checkout: Checkout, url: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Project]:
    """Return a project in Python, beside the checkout that other tests read."""
    project = Project(tmp_path_factory.mktemp("chat"), checkout)
    options = {"toolchain": "pip", "virtualenv": str(PROJECT / ".venv")}
    project.write(runtime={"name": "python", "options": options})
    (project.folder / "__main__.py").write_text(PROGRAM)
    project.pulumi("stack", "init")
    yield project
    project.pulumi("destroy", "--yes", "--skip-preview")


def test_a_mistake_is_one_line_that_names_the_property(project: Project) -> None:
    mistaken = {**ARGS, "architecture": "arm", "environment": {"PASSWORD": "hunter2"}}
    (project.folder / "args.json").write_text(json.dumps(mistaken))

    exit_code, printed = project.attempt("preview")

    assert exit_code != 0
    assert "architecture is 'arm'. Allowed: x86_64 or arm64." in printed
    assert "hunter2" not in printed
    assert "Traceback" not in printed
    assert "streaming_service.py" not in printed


def test_a_program_streams_under_the_pack(project: Project) -> None:
    (project.folder / "args.json").write_text(json.dumps(ARGS))

    up = ("up", "--yes", "--skip-preview", "--policy-pack", "lmi-streaming/policies")
    address = Up(project.pulumi(*up)).url

    wait_until_it_answers(address)
    (stream,) = open_streams(address, 1)
    assert stream.text.endswith(MESSAGE)
