"""`.tools/bin`: the executables that the project's commands put first on PATH."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class BinFolder:
    """A folder of executables. A file is replaced whole, and left alone where it is right."""

    path: Path

    def link(self, source: Path, name: str) -> None:
        """Symlink to an executable that somebody else looks after."""
        target = self.path / name
        if not target.is_symlink() or target.readlink() != source:
            self._replace(target, lambda new: new.symlink_to(source))

    def place(self, source: Path, name: str) -> None:
        """Hard link to, or where that cannot be a copy of, an executable in the tool cache.

        The engine looks for its language host beside its own resolved path, so a symlink into the
        cache would not do.
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
        # rename(2) leaves both names behind when they are links to one file.
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
