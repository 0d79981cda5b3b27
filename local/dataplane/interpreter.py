"""The Python interpreter that ``python3`` means in a start script."""

import shutil
import sys
from pathlib import Path


def provide_interpreter(folder: Path) -> Path:
    """Link the base interpreter in a folder, under the names of ``/var/lang/bin`` on Lambda.

    The base interpreter is the one that this process's virtual environment was made from; its
    own folder may hold other versions under the name ``python3``.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    versioned = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_exec_prefix) / "bin" / versioned
    for name in ("python", "python3", versioned):
        (folder / name).symlink_to(base)
    return folder
