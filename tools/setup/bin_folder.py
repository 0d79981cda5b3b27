"""``.tools/bin``: the executables that the project's commands put first on PATH."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


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
        """Create a hard link to an executable in the tool cache, or a copy if linking fails.

        The engine looks for its language host beside its own resolved path, so a symbolic link into
        the cache would not work.
        """
        target = self.path / name
        if target.is_symlink() or not target.exists() or _differ(source, target):
            self._replace(target, lambda new: _link_or_copy(source, new))

    def write(self, text: str, name: str) -> None:
        """Write an executable script."""
        target = self.path / name
        if target.is_symlink() or not target.exists() or target.read_text() != text:
            self._replace(target, lambda new: _write_script(text, new))

    def _replace(self, target: Path, make: Callable[[Path], None]) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.new")
        new.unlink(missing_ok=True)
        make(new)
        new.replace(target)
        # rename(2) does nothing when both names are links to the same file.
        new.unlink(missing_ok=True)


def _differ(source: Path, target: Path) -> bool:
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) != (other.st_size, other.st_mtime_ns)


def _link_or_copy(source: Path, new: Path) -> None:
    try:
        os.link(source, new)
    except OSError:
        shutil.copy2(source, new)


def _write_script(text: str, new: Path) -> None:
    new.write_text(text)
    new.chmod(0o755)
