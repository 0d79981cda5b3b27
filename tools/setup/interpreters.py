"""The Python of the virtual environment: preferably 3.13, the function's runtime.

This file, ``errors.py`` and ``__main__.py`` run on Python 3.6 too, hence the quotes: a machine's
``python3`` may be older than the project supports, and this search finds a newer one.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.setup.errors import SetupError

SUPPORTED = ("3.13", "3.12", "3.11")

_PRINT_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def find_interpreter() -> Path:
    """Return the best interpreter on PATH, under pyenv or under uv."""
    versions: dict[Path, str | None] = {}
    for version in SUPPORTED:
        for candidate in _candidates(version):
            if candidate not in versions:
                versions[candidate] = _version_of(candidate)
            if versions[candidate] == version:
                return candidate
    best, *others = SUPPORTED
    raise SetupError(
        f"Python {best}, or else {' or '.join(others)}, is not on PATH, nor under pyenv or uv.",
        f"uv python install {best}",
        f"pyenv install {best}",
        f"brew install python@{best}",
        "apt install python3",
    )


def _candidates(version: str) -> "Iterator[Path]":
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    for name in (f"python{version}", "python3"):
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                yield folder / name
    home = Path(os.environ.get("HOME", "~")).expanduser()
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    yield from _newest_first(pyenv / "versions", version + "*", version)
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    yield from _newest_first(uv, f"cpython-{version}.*", version)


def _newest_first(folder: Path, pattern: str, version: str) -> "list[Path]":
    found = folder.glob(f"{pattern}/bin/python{version}")
    return sorted(found, key=lambda path: (len(str(path)), path), reverse=True)


def _version_of(candidate: Path) -> "str | None":
    """Return an interpreter's version; pyenv's shims of versions that are not in use fail."""
    try:
        answer = subprocess.run(
            [str(candidate), "-c", _PRINT_VERSION],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode().strip() if answer.returncode == 0 else None
