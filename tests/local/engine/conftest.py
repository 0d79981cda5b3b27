"""A stack of one resource of every type, before an account of its own."""

import sys
from collections.abc import Generator
from pathlib import Path
from textwrap import dedent

import pytest

from local.account import ACCOUNT_ID
from tests.local.engine.harness import Stack
from tests.local.engine.world_program import write_world
from tests.local.provider.engine import REGION

PROJECT = f"""
    name: world
    runtime:
      name: python
      options:
        virtualenv: {sys.prefix}
"""
SETTINGS = f"""
    config:
      aws:region: {REGION}
      aws:allowedAccountIds: ["{ACCOUNT_ID}"]
"""


@pytest.fixture
def stack(tmp_path: Path, zip_file: str) -> Generator[Stack]:
    """Return a stack whose program declares one resource of every type."""
    project = tmp_path / "project"
    project.mkdir()
    write_world(project, zip_file)
    (project / "Pulumi.yaml").write_text(dedent(PROJECT))
    (project / "Pulumi.local.yaml").write_text(dedent(SETTINGS))
    made = Stack(tmp_path / "local", project)
    yield made
    made.close()
