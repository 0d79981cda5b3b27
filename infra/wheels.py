"""Installation of pinned wheels into a folder, by uv with the user's pip configuration.

Indexes, certificates and proxies of a company are usually configured for pip alone, and uv reads no
pip.conf. Packaging and set-up share the translation: it stands here because ``infra`` can be used
without ``tools``. Set-up imports it before anything is installed, so this module imports the
standard library only.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
# In ascending order of precedence for `pip install`.
_SECTIONS = ("global", "install", ":env:")


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
    """Install the wheels of requirements that are all pinned and hashed into a folder.

    They are for a platform, or else for an interpreter. The first attempt uses uv's cache only,
    which takes a second and needs no network.

    Raises
    ------
    InstallError
        When uv fails.
    """
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet"]
    command += ["--python", str(interpreter), "--no-python-downloads"]
    command += ["--require-hashes", "--only-binary", ":all:", "--no-compile-bytecode"]
    # Links to uv's cache would let damage of one spread to the other.
    command += ["--link-mode", "copy"]
    command += ["--requirement", str(requirements), "--target", str(target)]
    if platform:
        command += ["--python-version", platform.python_version]
        command += ["--python-platform", platform.name]
    if _run([*command, "--offline"], os.environ).returncode == 0:
        return
    settings = uv_variables(Path(sys.executable), os.environ)
    done = _run(command, {**os.environ, **settings})
    if done.returncode != 0:
        raise InstallError("; ".join(line.strip() for line in done.stderr.split("\n") if line))


def _run(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def uv_variables(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make uv use the indexes, proxy and certificates that pip uses.

    Variables that the user has set for uv itself are kept.
    """
    settings = _read_settings(python, environment)
    variables = {_UV_NAMES[name]: _for_uv(name, value) for name, value in settings.items() if value}
    if "extra-index-url" in settings:
        # Like pip, take a version from any index that has it; hashes protect every file.
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in variables.items() if name not in environment}


def _read_settings(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    listing = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "config", "list"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,  # without pip there is no configuration of it
    ).stdout
    found = dict(line.split("=", 1) for line in listing.splitlines() if "=" in line)
    return {
        name: str(ast.literal_eval(found[key]))
        for section in _SECTIONS
        for name in _UV_NAMES
        if (key := f"{section}.{name}") in found
    }


def _for_uv(name: str, value: str) -> str:
    if name == "find-links":
        # uv refuses a folder that does not exist, pip passes over it.
        places = (place for place in value.split() if "://" in place or Path(place).is_dir())
        return ",".join(places)
    if name == "proxy" and "://" not in value:
        return f"http://{value}"
    return " ".join(value.split())
