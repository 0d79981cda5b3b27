"""``StreamingService`` in programs that reach it through the engine."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from testing.checkout import Checkout
from testing.project import PROJECT
from testing.streams import MESSAGE, open_streams
from tests.e2e.test_examples import wait_until_it_answers

pytestmark = pytest.mark.examples

TYPE = "lmi-streaming:index:StreamingService"
PYTHON = """
import json
import pulumi

args = json.load(open("args.json"))
chat = pulumi.ComponentResource("TYPE", "chat", {**args, "url": None}, remote=True)
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


def project(language: str, own_checkout: Checkout, folder: Path, args: dict[str, Any]) -> None:
    """Make a project beside a checkout, whose plugin it names."""
    (folder / "lmi-streaming").symlink_to(own_checkout.folder)
    if not (own_checkout.folder / "plugin/.venv").exists():
        (own_checkout.folder / "plugin/.venv").symlink_to(PROJECT / ".venv")
    stack = yaml.safe_load((own_checkout.folder / "Pulumi.local.yaml").read_text())
    stack["config"] = {k: v for k, v in stack["config"].items() if k.startswith("aws:")}
    settings = yaml.safe_load((PROJECT / "docs/examples/streaming-service/Pulumi.yaml").read_text())
    settings["plugins"]["providers"][0]["path"] = "lmi-streaming/plugin"
    if language == "yaml":
        settings["resources"]["chat"]["properties"] = args
    else:
        del settings["resources"], settings["outputs"]
        options = {"toolchain": "pip", "virtualenv": str(PROJECT / ".venv")}
        settings["runtime"] = {"name": "python", "options": options}
        (folder / "__main__.py").write_text(PYTHON.replace("TYPE", TYPE))
        (folder / "args.json").write_text(json.dumps(args))
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
    (folder / "Pulumi.local.yaml").write_text(yaml.safe_dump(stack))


@pytest.mark.parametrize(
    "language",
    [
        "python",
        pytest.param(
            "yaml",
            marks=pytest.mark.skipif(
                not shutil.which("pulumi-language-yaml"),
                reason="pulumi-language-yaml, which the vendor's CLI brings, is not on the PATH",
            ),
        ),
    ],
)
def test_a_program_streams_under_the_pack(
    own_checkout: Checkout, tmp_path: Path, language: str
) -> None:
    project(language, own_checkout, tmp_path, ARGS)
    there = ("--cwd", str(tmp_path))
    own_checkout.pulumi(*there, "stack", "select", "--create", "local")

    up = own_checkout.pulumi(
        *(*there, "up", "--stack", "local", "--yes", "--policy-pack", "lmi-streaming/policies")
    )

    assert up.returncode == 0, up.stdout + up.stderr
    url = own_checkout.pulumi(*there, "stack", "output", "url").stdout.strip()
    wait_until_it_answers(url)
    (stream,) = open_streams(url, 1)
    assert stream.text.endswith(MESSAGE)
    assert own_checkout.pulumi(*there, "destroy", "--yes").returncode == 0


def test_a_mistake_is_one_line_that_names_the_property(
    own_checkout: Checkout, tmp_path: Path
) -> None:
    project("python", own_checkout, tmp_path, {**ARGS, "architecture": "arm"})
    there = ("--cwd", str(tmp_path))
    own_checkout.pulumi(*there, "stack", "select", "--create", "local")

    preview = own_checkout.pulumi(*there, "preview", "--stack", "local")

    assert preview.returncode != 0
    assert "property architecture with value" in preview.stdout
    assert "architecture is 'arm'. Allowed: x86_64 or arm64." in preview.stdout
    assert "Traceback" not in preview.stdout
    assert "streaming_service.py" not in preview.stdout
