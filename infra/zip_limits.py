"""The sizes of the Lambda zip that AWS refuses, noticed before anything is uploaded."""

import zipfile
from collections import Counter
from pathlib import Path
from typing import Final

from .limits import MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES
from .settings.mistakes import Lock, refuse
from .zip_layout import REQUIREMENTS

_MIB: Final = 1024 * 1024
_NAMED: Final = 5
"""How many packages the message names."""


def refuse_oversize(app: Path, *archives: Path) -> None:
    """Refuse zips of an application's folder that Lambda would not take together."""
    sizes: dict[str, int] = {}
    for archive in archives:
        with zipfile.ZipFile(archive) as built:
            sizes |= {entry.filename: entry.file_size for entry in built.infolist()}
    zipped = max(archive.stat().st_size for archive in archives)
    unzipped = sum(sizes.values())
    if zipped <= MAX_ZIP_BYTES and unzipped <= MAX_UNZIPPED_BYTES:
        return
    packages: Counter[str] = Counter()
    for name, size in sizes.items():
        packages[_package(name)] += size
    largest = ", ".join(f"{name} {_mib(size)}" for name, size in packages.most_common(_NAMED))
    refuse(
        f"the Lambda zip has {_mib(zipped)}, and {_mib(unzipped)} unzipped; the largest packages "
        f"are {largest}",
        allowed=f"{_mib(MAX_ZIP_BYTES)}, and {_mib(MAX_UNZIPPED_BYTES)} unzipped",
        fix=(
            f"remove what the function does not need from {app}",
            Lock("shorten its requirements.in", app, REQUIREMENTS),
        ),
    )


def _package(name: str) -> str:
    """Return the package that a file belongs to; one of Node.js begins with ``node_modules``."""
    before, folder, after = name.removeprefix("python/").partition("node_modules/")
    return f"{folder}{after.split('/')[0]}" if folder else before.split("/")[0]


def _mib(size: int) -> str:
    return f"{size / _MIB:.1f} MB"
