"""The policy pack of the local stack, and the stack's configuration of it."""

import subprocess
import sys
from typing import Final

from local.cli.errors import LocalError
from local.cli.stack_state import STACK
from local.workspace import PROJECT

PACK: Final = "policies"
CONFIGURATION: Final = f"Pulumi.{STACK}.policies.json"
"""Both from the project's folder: the engine splits a value at commas, which a path may have."""


def options() -> list[str]:
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
