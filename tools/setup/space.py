"""The check that a disk has room, before a download or a build fills it."""

import shutil
from pathlib import Path

from tools.setup.errors import SetupError


def require_space(folder: Path, needed_mb: int, purpose: str) -> None:
    """Raise when the disk of a folder, which may be still to be made, has too little space.

    Parameters
    ----------
    folder
        The folder that is written to.
    needed_mb
        What has to be free, in units of 2**20 bytes.
    purpose
        What takes it, as in "making .venv".
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free // 2**20
    if free_mb < needed_mb:
        raise SetupError(
            f"The disk of {folder} has {free_mb} MB free, and {purpose} takes up to {needed_mb} MB:"
            " free some space, and run `make setup` again."
        )
