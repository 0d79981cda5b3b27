"""The configuration of the local stack and of its policy pack, as far as commands need it."""

import subprocess
import sys
from typing import Any, Final

import yaml

from local.cli.stack_state import STACK
from local.cli.terminal import LocalError
from local.workspace import PROJECT

CONFIG_FILE: Final = PROJECT / f"Pulumi.{STACK}.yaml"


def configured(key: str, default: str) -> str:
    """Return a text of the configuration, such as that of ``aws:region`` or of ``appFolder``.

    The engine takes a setting of the program with and without the project's name before it.
    """
    try:
        content: dict[str, Any] = yaml.safe_load(CONFIG_FILE.read_text())
        values = [it for name, it in content["config"].items() if f":{name}".endswith(f":{key}")]
    except (yaml.YAMLError, AttributeError, LookupError, TypeError) as error:
        raise LocalError(f"{CONFIG_FILE} is no configuration of a stack: {error}") from error
    return next((value for value in values if isinstance(value, str)), default)


PACK: Final = "policies"
CONFIGURATION: Final = f"Pulumi.{STACK}.policies.json"
"""Both from the project's folder: the engine splits a value at commas, which a path may have."""


def pack_options() -> list[str]:
    """Return the options with which ``pulumi`` loads the pack, after checking its configuration.

    The engine itself accepts names of unknown rules.
    """
    checked = subprocess.run(
        [sys.executable, "-m", "policies.lmi.check_config", CONFIGURATION],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )
    if checked.returncode != 0:
        raise LocalError(checked.stderr.strip())
    return ["--policy-pack", PACK, "--policy-pack-config", CONFIGURATION]
