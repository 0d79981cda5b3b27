"""The check that ``make setup`` has run."""

import os
from pathlib import Path

from local.cli.errors import LocalError
from local.workspace import TOOLS

NEEDED = ("pulumi", "pulumi-language-python", "lambda-adapter")


def require_set_up(tools: Path = TOOLS) -> None:
    """Raise when a tool is missing in the folder that set-up puts them in."""
    missing = [name for name in NEEDED if not os.access(tools / name, os.X_OK)]
    if missing:
        raise LocalError(f"{tools} lacks {', '.join(missing)}; run `make setup`")
