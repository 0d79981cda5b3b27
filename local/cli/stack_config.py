"""The configuration of the local stack and of its policy pack, as far as commands need it."""

import hashlib
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml

from local.cli.stack_state import STACK
from local.cli.terminal import LocalError
from local.people_yaml import read_yaml
from local.workspace import PROJECT, TOOLS

CONFIG_FILE: Final = PROJECT / f"Pulumi.{STACK}.yaml"


_KEYS: Final = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
"""The keys of a stack's file that the engine reads; it passes over all others."""


def configured(key: str, default: str) -> str:
    """Return a text of the configuration, such as that of ``aws:region`` or of ``appFolder``.

    The engine takes a setting of the program with and without the project's name before it.
    """
    try:
        content: dict[str, Any] = read_yaml(CONFIG_FILE)
        unknown = ", ".join(sorted(content.keys() - _KEYS))
        config: dict[str, Any] = {} if unknown else content["config"]
        values = [value for name, value in config.items() if f":{name}".endswith(f":{key}")]
    except (yaml.YAMLError, AttributeError, LookupError, TypeError) as error:
        raise LocalError(f"{CONFIG_FILE} is no configuration of a stack: {error}") from error
    if unknown:
        raise LocalError(
            f"{CONFIG_FILE} has {unknown} at its margin, which the engine would pass over. Allowed "
            f"there: {', '.join(_KEYS)}. Fix: indent settings by two spaces, below `config:`"
        )
    return next((value for value in values if isinstance(value, str)), default)


PACK: Final = "policies"
CONFIGURATION: Final = f"Pulumi.{STACK}.policies.json"
"""Both from the project's folder: the engine splits a value at commas, which a path may have."""

_PASSED: Final = TOOLS.with_name("checked-configuration")


def pack_options() -> list[str]:
    """Return the options with which ``pulumi`` loads the pack, after checking what is configured.

    The engine itself accepts names of unknown rules. What has passed is not checked again.
    """
    configured("aws:region", "")  # whose errors name the file, which the engine's do not
    options = ["--policy-pack", PACK, "--policy-pack-config", CONFIGURATION]
    digest = _digest_of_pack()
    with suppress(OSError):
        if _PASSED.read_bytes() == digest.encode():
            return options
    command = [sys.executable, "-m", "policies.lmi.check_config", CONFIGURATION]
    checked = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
    if checked.returncode != 0:
        raise LocalError(checked.stderr.strip())
    with suppress(OSError):  # then the next command checks again
        _PASSED.write_text(digest)
    return options


def _digest_of_pack() -> str:
    """Return a digest of the configuration and of the pack's code."""
    digest = hashlib.sha256()
    files = (PROJECT / CONFIGURATION, *sorted((PROJECT / PACK / "lmi").rglob("*.py")))
    for file in filter(Path.is_file, files):
        digest.update(file.read_bytes())
    return digest.hexdigest()
