"""The policy pack of the local stack, and the stack's configuration of it."""

import subprocess
import sys
from typing import Final

from local.cli.errors import LocalError
from local.cli.stack_state import STACK
from local.workspace import PROJECT

PACK: Final = PROJECT / "policies"
CONFIGURATION: Final = PROJECT / f"Pulumi.{STACK}.policies.json"


def options() -> list[str]:
    """Return the options with which ``pulumi`` loads the pack, after checking its configuration.

    Raises
    ------
    LocalError
        When the configuration has a mistake; the engine itself accepts names of unknown rules.
    """
    checked = subprocess.run(
        [sys.executable, "-m", "policies.lmi.check_config", str(CONFIGURATION)],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )
    if checked.returncode != 0:
        raise LocalError(checked.stderr.strip())
    return ["--policy-pack", str(PACK), "--policy-pack-config", str(CONFIGURATION)]
