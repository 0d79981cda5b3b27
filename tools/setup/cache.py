"""The tool cache: tools that were downloaded or built, shared by all checkouts of a user."""

import fcntl
import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.setup.errors import SetupError
from tools.setup.progress import activity

_CHECKSUM = "executables.sha256"


def cache_folder() -> Path:
    """Return ``${XDG_CACHE_HOME:-~/.cache}/lmi-streaming``."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():  # The XDG specification: ignore relative paths.
        base = Path.home() / ".cache"
    return base / "lmi-streaming"


@dataclass(frozen=True)
class Tool:
    """A version of a tool, for this machine.

    It is made in a temporary folder and renamed into place, so that an interrupted run leaves no
    incomplete tool. A lock prevents two checkouts from making it at the same time. The checksum
    noted then tells a damaged tool, which is made again.
    """

    name: str
    version: str
    executable: str  # path of the executable in the tool's folder
    # Free space that making it takes, caches of a compiler included, in units of 2**20 bytes.
    needed_mb: int = 200

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def folder(self) -> Path:
        """``<tool>-<version>-<os>-<arch>`` in the cache."""
        machine = f"{platform.system()}-{platform.machine()}".lower()
        return cache_folder() / f"{self.name}-{self.version}-{machine}"

    def find(self) -> Path | None:
        """Return the executable if it is in the cache and undamaged."""
        executable = self.folder / self.executable
        try:
            noted = (self.folder / _CHECKSUM).read_text()
            whole = os.access(executable, os.X_OK) and noted == _checksum(executable)
        except (OSError, UnicodeDecodeError):
            return None
        return executable if whole else None

    def provide(self, make: Callable[[Path], None]) -> Path:
        """Return the executable, and make it first if needed.

        ``make`` is called with an empty folder, in which it has to create ``executable``.
        """
        if found := self.find():
            return found
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"The tool cache {self.folder.parent} cannot be made: {error.strerror}.",
                "XDG_CACHE_HOME=/a/writable/folder make setup",
            ) from error
        with exclusive(self.folder.with_name(f".{self.folder.name}.lock"), f"make {self}"):
            return self.find() or self._make(make)

    def _make(self, make: Callable[[Path], None]) -> Path:
        partial = self.folder.with_name(f".{self.folder.name}.partial")
        # With the lock held, the leftovers of interrupted runs can be removed.
        remove(partial)
        remove(self.folder)
        require_space(self.folder, self.needed_mb, f"making {self}")
        partial.mkdir()
        try:
            make(partial)
            if not os.access(partial / self.executable, os.X_OK):
                raise SetupError(f"{self} was made without its executable, {self.executable}.")
            (partial / _CHECKSUM).write_text(_checksum(partial / self.executable))
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        return partial.rename(self.folder) / self.executable


def _checksum(executable: Path) -> str:
    """Return one checksum of an executable and of those beside it, which it may start."""
    digest = hashlib.sha256()
    for path in sorted(executable.parent.iterdir()):
        if path.is_file() and path.name != _CHECKSUM:
            with path.open("rb") as file:
                digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def remove(path: Path) -> None:
    """Delete a file, a link, or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def exclusive(lock: Path, purpose: str) -> Generator[None]:
    """Hold a lock file, which the system releases when this process ends."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with activity(f"Waiting for another set-up to {purpose}"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def require_space(folder: Path, needed_mb: int, purpose: str) -> None:
    """Raise when the disk of a folder, which may be still to be made, has too little space.

    The purpose is what takes it, as in "making .venv", and a MB has 2**20 bytes.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free // 2**20
    if free_mb < needed_mb:
        raise SetupError(
            f"The disk of {folder} has {free_mb} MB free, and {purpose} takes up to {needed_mb} MB:"
            " free some space, and run `make setup` again."
        )
