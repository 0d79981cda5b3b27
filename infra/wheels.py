"""Installation of pinned wheels into a folder, by uv with the user's pip configuration."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .pip_settings import uv_variables


class InstallError(Exception):
    """The wheels could not be installed; the message is uv's, on one line."""


@dataclass(frozen=True)
class Platform:
    """The Python version and the platform of wheels."""

    # In uv's format, such as ``3.13`` and ``x86_64-manylinux_2_28``.
    python_version: str
    name: str


def install(
    requirements: Path,
    target: Path,
    platform: Platform | None,
    interpreter: Path = Path(sys.executable),
) -> None:
    """Install hashed, pinned wheels into a folder.

    The first attempt uses uv's cache only, which takes a second and needs no network.

    Parameters
    ----------
    requirements
        A requirements file in which every line is pinned and hashed.
    target
        Folder for the wheels.
    platform
        Platform of the wheels; ``None`` is that of the interpreter.
    interpreter
        The Python that the wheels are for, where no platform is given.

    Raises
    ------
    InstallError
        When uv fails.
    """
    command = _command(requirements, target, platform, interpreter)
    if _run([*command, "--offline"], os.environ).returncode == 0:
        return
    settings = uv_variables(Path(sys.executable), os.environ)
    done = _run(command, {**os.environ, **settings})
    if done.returncode != 0:
        raise InstallError("; ".join(line.strip() for line in done.stderr.split("\n") if line))


def _command(
    requirements: Path, target: Path, platform: Platform | None, interpreter: Path
) -> list[str]:
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet"]
    command += ["--python", str(interpreter), "--no-python-downloads"]
    command += ["--require-hashes", "--only-binary", ":all:", "--no-compile-bytecode"]
    # Links to uv's cache would let damage of one spread to the other.
    command += ["--link-mode", "copy"]
    command += ["--requirement", str(requirements), "--target", str(target)]
    if platform:
        command += ["--python-version", platform.python_version]
        command += ["--python-platform", platform.name]
    return command


def _run(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
