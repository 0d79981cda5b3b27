"""Installation of pinned wheels into a folder, by uv with the user's pip configuration."""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOR_UV: Final = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
}
"""What uv, which does not read pip's configuration, calls pip's settings, and how it separates
several values of one."""

_PIP_SECTIONS: Final = ("global", "install", ":env:")
"""Where pip finds a setting; the last one that has it wins."""


class InstallError(Exception):
    """The wheels could not be installed; the message is uv's, on one line."""


@dataclass(frozen=True)
class Platform:
    """The Python version and the platform of wheels.

    Attributes
    ----------
    python_version, name
        In uv's format, such as ``3.13`` and ``x86_64-manylinux_2_28``.
    """

    python_version: str
    name: str


def install(requirements: Path, target: Path, platform: Platform | None) -> None:
    """Install hashed, pinned wheels into a folder.

    The first attempt uses uv's cache only, which takes a second and needs no network.

    Parameters
    ----------
    requirements
        A requirements file in which every line is pinned and hashed.
    target
        Folder for the wheels.
    platform
        Platform of the wheels; ``None`` is the running interpreter.

    Raises
    ------
    InstallError
        When uv fails.
    """
    command = _command(requirements, target, platform)
    if _run([*command, "--offline"], os.environ).returncode == 0:
        return
    done = _run(command, {**_pip_settings(), **os.environ})
    if done.returncode != 0:
        raise InstallError("; ".join(line.strip() for line in done.stderr.split("\n") if line))


def _command(requirements: Path, target: Path, platform: Platform | None) -> list[str]:
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet"]
    command += ["--python", sys.executable, "--no-python-downloads"]
    command += ["--require-hashes", "--only-binary", ":all:", "--no-compile-bytecode"]
    command += ["--requirement", str(requirements), "--target", str(target)]
    if platform:
        command += ["--python-version", platform.python_version]
        command += ["--python-platform", platform.name]
    return command


def _run(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _pip_settings() -> dict[str, str]:
    """Return pip's settings for finding wheels as variables of uv."""
    listed = _run([sys.executable, "-m", "pip", "config", "list"], os.environ).stdout
    values: dict[tuple[str, str], str] = {}
    for line in listed.splitlines():
        name, _, quoted = line.partition("=")
        section, _, setting = name.rpartition(".")
        if setting in _FOR_UV:
            values[section, setting] = str(ast.literal_eval(quoted))
    return {
        variable: separator.join(values[section, setting].split())
        for section in _PIP_SECTIONS
        for setting, (variable, separator) in _FOR_UV.items()
        if (section, setting) in values
    }
