"""The policy pack that watches the local stack, and what the stack says about its rules."""

import subprocess
import sys
from typing import Final

from local.cli.errors import LocalError
from local.cli.stack_state import STACK
from local.workspace import PROJECT

PACK: Final = PROJECT / "policies"
CONFIGURATION: Final = PROJECT / f"Pulumi.{STACK}.policies.json"


def options() -> list[str]:
    """Give the options under which `pulumi` loads the pack, once its configuration is right.

    Raises
    ------
    LocalError
        When the configuration has a mistake; the engine would let a misspelt rule pass.
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
