"""What the pack needs to run under the real engine, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.policies.support import Json, Res

ROOT = Path(__file__).parents[2]
PACK = ROOT / "policies"

Analyze = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def analyze(tmp_path: Path) -> Analyze:
    """Return a function that runs `pulumi policy analyze` over resources as a stack's state."""

    def run(
        *resources: Res, pack: Path = PACK, config: Json | None = None
    ) -> subprocess.CompletedProcess[str]:
        state = tmp_path / "state.json"
        state.write_text(json.dumps(_deployment(resources)))
        command = [find_pulumi(), "policy", "analyze", "--color", "never"]
        command += ["--file", str(state), "--policy-pack", str(pack)]
        if config is not None:
            settings = tmp_path / "policy-config.json"
            settings.write_text(json.dumps(config))
            command += ["--policy-pack-config", str(settings)]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=engine_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def _path() -> str:
    return os.pathsep.join([str(ROOT / ".tools" / "bin"), os.environ["PATH"]])


def find_pulumi() -> str:
    """Return the engine that set-up has put into place."""
    pulumi = shutil.which("pulumi", path=_path())
    if pulumi is None:
        pytest.fail("pulumi is missing: run `make setup`")
    return pulumi


def engine_environment(home: Path) -> dict[str, str]:
    """Return an environment in which the engine keeps to a folder and to this machine."""
    return {
        "PATH": _path(),
        "HOME": os.environ["HOME"],
        "PULUMI_HOME": str(home / "pulumi"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
    }


def _deployment(resources: tuple[Res, ...]) -> Json:
    urns = {resource.name: resource.urn for resource in resources}
    return {"version": 3, "deployment": {"resources": [_state(r, urns) for r in resources]}}


def _state(resource: Res, urns: dict[str, str]) -> dict[str, Any]:
    made_from = {key: [urns[name] for name in names] for key, names in resource.made_from.items()}
    return {
        "urn": resource.urn,
        "type": resource.type,
        "custom": True,
        "id": resource.name,
        "inputs": resource.inputs,
        "outputs": resource.inputs if resource.outputs is None else resource.outputs,
        "dependencies": sorted({urn for group in made_from.values() for urn in group}),
        "propertyDependencies": made_from,
    }
