"""The tool cache: tools that were downloaded or built, shared by all checkouts of a user."""

import fcntl
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.setup.errors import SetupError
from tools.setup.progress import Progress

_CHECKSUM = "executables.sha256"


@dataclass(frozen=True)
class Tool:
    """A version of a tool, for this machine."""

    # With the operating system and the architecture, the name of its folder in the cache.
    name: str
    version: str
    executable: str  # path of the executable in that folder; a folder without it is incomplete
    # Free space that making it takes, caches of a compiler included, in units of 2**20 bytes.
    needed_mb: int = 200

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def folder_name(self) -> str:
        """``<tool>-<version>-<os>-<arch>``."""
        machine = f"{platform.system()}-{platform.machine()}".lower()
        return f"{self.name}-{self.version}-{machine}"


@dataclass(frozen=True)
class ToolCache:
    """A folder of tools.

    A tool is built in a temporary folder and renamed into place, so that an interrupted run leaves
    no incomplete tool. A lock prevents two checkouts from building it at the same time. The
    checksum noted at build tells a damaged tool, which is built again.
    """

    folder: Path

    @classmethod
    def of_user(cls, environment: Mapping[str, str]) -> "ToolCache":
        """``${XDG_CACHE_HOME:-~/.cache}/lmi-streaming``."""
        base = Path(environment.get("XDG_CACHE_HOME", ""))
        if not base.is_absolute():  # The XDG specification: ignore relative paths.
            base = Path.home() / ".cache"
        return cls(base / "lmi-streaming")

    def find(self, tool: Tool) -> Path | None:
        """Return a tool's executable if it is in the cache and undamaged."""
        folder = self.folder / tool.folder_name
        executable = folder / tool.executable
        return executable if _is_undamaged(folder, executable) else None

    def provide(self, tool: Tool, make: Callable[[Path], None], progress: Progress) -> Path:
        """Return a tool's executable, and build it first if needed.

        ``make`` is called with an empty folder, in which it has to create ``tool.executable``.
        """
        if found := self.find(tool):
            return found
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"The tool cache {self.folder} cannot be made: {error.strerror}.",
                "XDG_CACHE_HOME=/a/writable/folder make setup",
            ) from error
        with exclusive(self.folder / f".{tool.folder_name}.lock", f"make {tool}", progress):
            return self.find(tool) or self._make(tool, make)

    def _make(self, tool: Tool, make: Callable[[Path], None]) -> Path:
        final = self.folder / tool.folder_name
        prefix = f".{tool.folder_name}."
        # With the lock held, the leftovers of interrupted runs can be removed.
        for leftover in [final, *self.folder.glob(f"{prefix}*.partial")]:
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink(missing_ok=True)
        require_space(self.folder, tool.needed_mb, f"making {tool}")
        partial = Path(tempfile.mkdtemp(prefix=prefix, suffix=".partial", dir=self.folder))
        try:
            make(partial)
            if not os.access(partial / tool.executable, os.X_OK):
                raise SetupError(f"{tool} was made without its executable, {tool.executable}.")
            (partial / _CHECKSUM).write_text(_checksum(partial / tool.executable))
            partial.rename(final)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        return final / tool.executable


def _is_undamaged(folder: Path, executable: Path) -> bool:
    """Return whether an executable is the one that was built."""
    try:
        noted = (folder / _CHECKSUM).read_text()
        return os.access(executable, os.X_OK) and noted == _checksum(executable)
    except (OSError, UnicodeDecodeError):
        return False


def _checksum(executable: Path) -> str:
    """Return one checksum of an executable and of those beside it, which it may start."""
    files = [path for path in executable.parent.iterdir() if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.name != _CHECKSUM):
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


@contextmanager
def exclusive(lock: Path, purpose: str, progress: Progress) -> Generator[None]:
    """Hold a lock file, which the system releases when this process ends."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.activity(f"Waiting for another set-up to {purpose}"):
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
