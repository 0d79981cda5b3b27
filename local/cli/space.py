"""The check that the disk has room for what ``make up`` writes."""

import shutil
from pathlib import Path
from typing import Final

from local.cli.errors import LocalError
from local.workspace import PROJECT, Workspace

NEEDED_BYTES: Final = 200 * 1024 * 1024
"""Room for the zip and its dependencies, the unpacked execution environments, state and logs."""


def require_space(workspace: Workspace) -> None:
    """Raise when a disk that is written to is nearly full; the engine would notice it late."""
    for folder in dict.fromkeys((workspace.folder, PROJECT)):
        free = shutil.disk_usage(_existing(folder)).free
        if free < NEEDED_BYTES:
            raise LocalError(
                f"the disk of {folder} has {_mib(free)} MB free. Allowed: {_mib(NEEDED_BYTES)} MB "
                "or more. Fix: free space, or set LMI_LOCAL_DIR to a folder on another disk"
            )


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _mib(size: int) -> int:
    return size // (1024 * 1024)
