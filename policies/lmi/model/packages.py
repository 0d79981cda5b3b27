"""The package of a function, as far as it is a file or a folder of this machine."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pulumi


@dataclass(frozen=True, slots=True)
class Package:
    """The sizes of a package, in bytes."""

    zipped: int | None
    """Of the zip; None where the engine makes it of a folder."""
    unzipped: int
    """Of its files together."""


def package_of(code: object) -> Package | None:
    """Return the package that an archive stands for; None where nothing can be read here.

    A relative path is one from the program's folder, which the engine does not tell a pack.
    """
    if not isinstance(code, pulumi.FileArchive) or not Path(code.path).is_absolute():
        return None
    try:
        return _read(Path(code.path))
    except (OSError, BadZipFile, NotImplementedError):
        return None


@cache
def _read(path: Path) -> Package | None:
    if path.is_dir():
        files = (found for found in path.rglob("*") if found.is_file())
        return Package(None, sum(file.stat().st_size for file in files))
    if path.suffix.lower() != ".zip":
        return None
    with ZipFile(path) as archive:
        unzipped = sum(file.file_size for file in archive.infolist())
    return Package(path.stat().st_size, unzipped)
