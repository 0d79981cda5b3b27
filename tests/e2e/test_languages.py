"""The smallest programs that use ``StreamingService``, in the languages of docs/components.md.

The vendor's CLI brings a host for each language. Without it, the host of YAML is built by ``make
test-languages``, and ``languages/host.py`` starts programs in TypeScript and Go.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from testing.checkout import Checkout, Up
from testing.project import PROJECT
from testing.streams import MESSAGE, open_streams
from tests.e2e.test_examples import wait_until_it_answers
from tests.e2e.test_streaming_service import ARGS, Project

pytestmark = pytest.mark.languages

PROGRAMS = PROJECT / "docs/examples/streaming-service"
LANGUAGES = Path(__file__).with_name("languages")


def in_yaml(project: Project) -> None:
    program = yaml.safe_load((PROGRAMS / "Pulumi.yaml").read_text())
    program["resources"]["chat"]["properties"] = ARGS
    project.write(**program)


def in_typescript(project: Project) -> None:
    arguments = ('{ appFolder: "../../../app" }', json.dumps(ARGS))
    write(project, "nodejs", "index.ts", *arguments)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=project.folder, check=True)


def in_go(project: Project) -> None:
    written = (
        f"{json.dumps(name)}: pulumi.{'Int' if isinstance(value, int) else 'String'}"
        f"({json.dumps(value)})"
        for name, value in ARGS.items()
    )
    here = 'pulumi.Map{"appFolder": pulumi.String("../../../app")}'
    write(project, "go", "main.go", here, f"pulumi.Map{{{', '.join(written)}}}")


def write(project: Project, runtime: str, name: str, smallest: str, arguments: str) -> None:
    """Write a program with the arguments that the local AWS needs, and what it depends on."""
    shutil.copytree(LANGUAGES / runtime, project.folder, dirs_exist_ok=True)
    program = (PROGRAMS / name).read_text()
    assert smallest in program
    (project.folder / name).write_text(program.replace(smallest, arguments))
    project.write(runtime=runtime)


@pytest.fixture(scope="module")
def checkout_with_hosts(
    own_checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> Checkout:
    """Return a checkout whose PATH has a host of each language."""
    folder = tmp_path_factory.mktemp("hosts")
    for language in ("nodejs", "go"):
        host = folder / f"pulumi-language-{language}"
        if not shutil.which(host.name):
            start = shlex.join([sys.executable, str(LANGUAGES / "host.py"), language])
            host.write_text(f'#!/bin/sh\nexec {start} "$@"\n')
            host.chmod(0o755)
    own_checkout.environment["PATH"] += f"{os.pathsep}{folder}"
    return own_checkout


@pytest.mark.parametrize(
    ("program", "needed"),
    [(in_yaml, "pulumi-language-yaml"), (in_typescript, "npm"), (in_go, "go")],
)
def test_the_smallest_program_streams(
    checkout_with_hosts: Checkout,
    tmp_path: Path,
    program: Callable[[Project], None],
    needed: str,
) -> None:
    if not shutil.which(needed):
        pytest.skip(f"{needed} is not on the PATH")
    project = Project(tmp_path, checkout_with_hosts)
    program(project)
    project.pulumi("stack", "select", "--create")

    address = Up(project.pulumi("up", "--yes", "--policy-pack", "lmi-streaming/policies")).url

    wait_until_it_answers(address)
    (stream,) = open_streams(address, 1)
    assert stream.text.endswith(MESSAGE)
    project.pulumi("destroy", "--yes")
