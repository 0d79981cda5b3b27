"""A program in YAML under Pulumi's own YAML host, which reads the provider's schema."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.provider import ProviderServer
from tests.local.provider.engine import REGION
from tests.local.provider.test_package_schema import PROGRAM
from tests.local.provider.test_real_engine import configure, succeed
from tests.tools.engine import Engine

pytestmark = pytest.mark.examples

HOST = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml@v1.25.0"


@pytest.fixture
def stack(tmp_path: Path, served: ProviderServer) -> Engine:
    """Return a stack whose project is the program in YAML."""
    engine = Engine(tmp_path)
    place_host(engine.folder / "bin")
    engine.environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{served.port}"
    (engine.project / "Pulumi.yaml").write_text(PROGRAM)
    configure(engine, f'  aws:region: {REGION}\n  aws:allowedAccountIds: ["{ACCOUNT_ID}"]\n')
    return engine


def place_host(folder: Path) -> None:
    """Build the YAML host into a folder; skip where the Go modules cannot be had."""
    environment = {**os.environ, "GOBIN": str(folder)}
    try:
        subprocess.run(["go", "install", HOST], env=environment, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"Pulumi's YAML host cannot be built: {getattr(error, 'stderr', error)}")


def test_a_program_in_yaml_is_created_checked_and_destroyed(stack: Engine) -> None:
    assert "6 created" in succeed(stack, "up", "--yes", "--skip-preview")
    outputs: dict[str, Any] = json.loads(succeed(stack, "stack", "output", "--json"))
    assert outputs["table"].startswith(f"arn:aws:dynamodb:eu-west-1:{ACCOUNT_ID}:table/")
    assert outputs["queue"].startswith("http")
    succeed(stack, "preview", "--refresh", "--expect-no-changes")

    (stack.project / "Pulumi.yaml").write_text(PROGRAM.replace("hashKey", "hashkey"))
    refused = stack.preview()
    assert refused.returncode != 0
    assert "Property hashkey does not exist" in refused.stdout
    assert "Existing properties are: hashKey, name, rangeKey" in refused.stdout

    (stack.project / "Pulumi.yaml").write_text(PROGRAM)
    assert "6 deleted" in succeed(stack, "destroy", "--yes", "--skip-preview")
