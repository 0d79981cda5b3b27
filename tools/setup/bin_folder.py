"""``.tools/bin``: the executables that the project's commands put first on PATH."""

import filecmp
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.setup.cache import remove


@dataclass(frozen=True)
class BinFolder:
    """A folder of executables. A file is replaced atomically, and only if it differs."""

    path: Path

    def link(self, source: Path, name: str) -> None:
        """Create a symbolic link to an executable that set-up does not own."""
        target = self.path / name
        if not target.is_symlink() or target.readlink() != source:
            self._replace(target, lambda new: new.symlink_to(source))

    def place(self, source: Path, name: str) -> None:
        """Copy an executable from the tool cache.

        The engine looks for its language host beside its own resolved path, so a symbolic link into
        the cache would not work. With a hard link, damage to one file would be damage to both.
        """
        target = self.path / name
        is_copy = _is_executable(target) and not target.samefile(source)
        if not (is_copy and filecmp.cmp(source, target)):
            self._replace(target, lambda new: shutil.copy2(source, new))

    def write(self, text: str, name: str) -> None:
        """Write an executable script."""
        target = self.path / name
        if not (_is_executable(target) and target.read_bytes() == text.encode()):
            self._replace(target, lambda new: (new.write_text(text), new.chmod(0o755)))

    def _replace(self, target: Path, make: Callable[[Path], object]) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.new")
        new.unlink(missing_ok=True)
        make(new)
        if not target.is_file():
            remove(target)
        new.replace(target)


def _is_executable(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and os.access(path, os.X_OK)
