"""What has to hold before a command: that ``make setup`` has run, and that the disk has room."""

import os
import shutil
from pathlib import Path
from typing import Final

from local.cli.terminal import LocalError
from local.workspace import PROJECT, TOOLS, Workspace

NEEDED = ("pulumi", "pulumi-language-python", "lambda-adapter")


def require_set_up(tools: Path = TOOLS) -> None:
    """Raise when a tool is missing in the folder that set-up puts them in."""
    missing = [name for name in NEEDED if not os.access(tools / name, os.X_OK)]
    if missing:
        raise LocalError(f"{tools} lacks {', '.join(missing)}; run `make setup`")


_MB: Final = 1024 * 1024
NEEDED_BYTES: Final = 200 * _MB
"""Room for the zip and its dependencies, the unpacked execution environments, state and logs."""


def require_space(workspace: Workspace) -> None:
    """Raise when a disk that is written to is nearly full; the engine would notice it late."""
    for folder in dict.fromkeys((workspace.folder, PROJECT)):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(existing).free
        if free < NEEDED_BYTES:
            raise LocalError(
                f"the disk of {folder} has {free // _MB} MB free. "
                f"Allowed: {NEEDED_BYTES // _MB} MB or more. "
                "Fix: free space, or set LMI_LOCAL_DIR to a folder on another disk"
            )
