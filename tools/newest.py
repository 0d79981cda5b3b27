"""Runs the policy pack's engine tests with the newest SDK and engine: ``python -m tools.newest``.

Requirements pin one version of each; teams run others. The vendor's CLI comes from its site or,
where that is out of reach, the engine is built from its newest Go module, which takes minutes.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.setup.pins import GO_MODULE, PROJECT

_FOLDER: Final = PROJECT / ".build/newest"
_SDK: Final = _FOLDER / "sdk"
_BUILT: Final = _FOLDER / "built"
_HOST: Final = "pulumi-language-python"
_INSTALL: Final = (
    "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(sys.argv[1])"
)
_MODULES: Final = (
    "github.com/pulumi/pulumi/pkg/v3@latest",
    "github.com/pulumi/pulumi/sdk/v3@latest",
)
_COMMAND: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_TESTS: Final = ("pack", "linked", "levels", "configuration", "remedies", "report", "wire")


def main() -> int:
    """Install what is newest, run the tests with it, and return their exit code."""
    _run(sys.executable, "-m", "pip", "install", "--upgrade", "--target", _SDK, *_packages())
    environment = {**os.environ, "PYTHONPATH": str(_SDK), "GOWORK": "off", "CGO_ENABLED": "0"}
    vendors = subprocess.run(
        [sys.executable, "-c", _INSTALL, _FOLDER], env=environment, check=False
    )
    engine = _FOLDER / "bin" if vendors.returncode == 0 else _build(environment)
    _run(engine / "pulumi", "version")
    environment["PULUMI_ENGINE_FOLDER"] = str(engine)
    files = [f"tests/policies/test_{name}.py" for name in _TESTS]
    command = [sys.executable, "-m", "pytest", "-n", "0", *files]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


def _packages() -> list[str]:
    """Return what the pack requires, in any version."""
    lines = (PROJECT / "policies/requirements.in").read_text().splitlines()
    return [line.partition("==")[0] for line in lines if "==" in line]


def _build(environment: dict[str, str]) -> Path:
    """Build the newest engine, beside the project's own language host; return their folder."""
    _BUILT.mkdir(parents=True, exist_ok=True)
    for name in ("go.mod", "go.sum"):
        shutil.copy(GO_MODULE / name, _BUILT)
    for command in (
        ["get", *_MODULES],
        ["build", "-mod=mod", "-trimpath", "-o", "pulumi", _COMMAND],
    ):
        subprocess.run(["go", *command], cwd=_BUILT, env=environment, check=True)
    shutil.copy(PROJECT / ".tools/bin" / _HOST, _BUILT)
    return _BUILT


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
