"""What the pack needs to run under the real engine, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from testing.project import PACK
from tests.policies.linked.references import planned
from tests.policies.planning_provider import serving

if TYPE_CHECKING:
    from testing.policies.support import Json, Res
    from tests.policies.networks import Stack

ROOT = Path(__file__).parents[2]

PROVIDER_ID = "1a2b3c4d-0000-0000-0000-000000000000"
"""What a state gives the Pulumi provider as its id."""

Analyze = Callable[..., subprocess.CompletedProcess[str]]
Preview = Callable[["Stack", "dict[str, Json]"], subprocess.CompletedProcess[str]]


@pytest.fixture
def analyze(tmp_path: Path) -> Analyze:
    """Return ``analysis`` in a folder of the test's own."""
    return partial(analysis, tmp_path)


def analysis(
    folder: Path,
    *resources: Res,
    pack: Path = PACK,
    config: Json | None = None,
    as_json: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run ``pulumi policy analyze`` over resources as a stack's state."""
    state = folder / "state.json"
    state.write_text(json.dumps(_deployment(resources)))
    command = [find_pulumi(), "policy", "analyze", "--color", "never"]
    command += ["--file", str(state), "--policy-pack", str(pack)]
    if as_json:
        command.append("--json")
    if config is not None:
        settings = folder / "policy-config.json"
        settings.write_text(json.dumps(config))
        command += ["--policy-pack-config", str(settings)]
    return _run(command, folder, engine_environment(folder))


def _path() -> str:
    engine = os.environ.get("PULUMI_ENGINE_FOLDER", str(ROOT / ".tools" / "bin"))
    return os.pathsep.join([engine, os.environ["PATH"]])


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
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),  # the SDK of `make test-newest`
        "HOME": os.environ["HOME"],
        "PULUMI_HOME": str(home / "pulumi"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
    }


def _deployment(resources: tuple[Res, ...]) -> Json:
    urns = {resource.name: resource.urn for resource in resources}
    providers = {resource.made_by: _provider(resource.made_by) for resource in resources}
    states = [_state(resource, urns) for resource in resources]
    return {"version": 3, "deployment": {"resources": [*providers.values(), *states]}}


def _provider(urn: str) -> Json:
    return {"urn": urn, "type": urn.split("::")[2], "custom": True, "id": PROVIDER_ID}


def _state(resource: Res, urns: dict[str, str]) -> dict[str, Any]:
    made_from = {key: [urns[name] for name in names] for key, names in resource.made_from.items()}
    awaited = {urns[name] for name in resource.depends_on}
    return {
        "urn": resource.urn,
        "type": resource.type,
        "custom": True,
        "id": resource.name,
        "provider": f"{resource.made_by}::{PROVIDER_ID}",
        "inputs": resource.checked_inputs,
        "outputs": resource.inputs if resource.outputs is None else resource.outputs,
        "dependencies": sorted(awaited.union(*made_from.values())),
        "propertyDependencies": made_from,
    }


PROJECT = """
name: shop
runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: {virtualenv}
backend:
  url: file://{backend}
config:
  aws:region: eu-west-1
"""


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    """Return a function that previews a stack against a provider that only plans."""
    backend = tmp_path / "backend"
    backend.mkdir()
    (tmp_path / "Pulumi.yaml").write_text(
        PROJECT.format(virtualenv=ROOT / ".venv", backend=backend)
    )
    shutil.copy(Path(__file__).parent / "linked" / "program.py", tmp_path / "__main__.py")
    pulumi = find_pulumi()
    environment = {
        **engine_environment(tmp_path),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
    }

    def run(stack: Stack, config: dict[str, Json]) -> subprocess.CompletedProcess[str]:
        (tmp_path / "stack.json").write_text(json.dumps(planned(stack)))
        (tmp_path / "config.json").write_text(json.dumps(config))
        command = [pulumi, "preview", "--stack", "dev", "--json", "--non-interactive"]
        command += ["--policy-pack", str(PACK), "--policy-pack-config", "config.json"]
        with serving() as port:
            environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{port},aws-native:{port}"
            _run([pulumi, "stack", "init", "dev"], tmp_path, environment)
            return _run(command, tmp_path, environment)

    return run


def _run(
    command: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
