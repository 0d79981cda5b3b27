"""Task roots: deployed archives, unpacked once and shared by every environment of a version.

What Python compiled of the sources is kept for the next task roots. It belongs to a source's
content and time, so that a new version, or the next local AWS, compiles changed sources alone.
"""

import asyncio
import contextlib
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from importlib.util import cache_from_source
from pathlib import Path, PurePath
from typing import Final

_UNUSED_SECONDS: Final = 30 * 24 * 3600.0
_DIGEST_BYTES: Final = 32


class Bytecode:
    """A folder with the bytecode of sources, which several processes may use at once.

    Each file begins with a digest of the rest, which tells a damaged one. What nobody has used for
    a month is deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lend(self, root: Path) -> None:
        """Put the bytecode of the sources in a folder beside them, as far as it is known."""
        for source in root.rglob("*.py"):
            try:
                kept = self._kept(source)
                content = kept.read_bytes()
                os.utime(kept)
            except OSError:
                continue
            digest, compiled = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
            if hashlib.sha256(compiled).digest() == digest:
                beside = Path(cache_from_source(str(source)))
                beside.parent.mkdir(exist_ok=True)
                beside.write_bytes(compiled)

    def keep(self, root: Path) -> None:
        """Keep the bytecode that Python has written in a folder, as far as the disk has room."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for source in root.rglob("*.py"):
                compiled = Path(cache_from_source(str(source)))
                if compiled.is_file() and not (kept := self._kept(source)).exists():
                    content = compiled.read_bytes()
                    with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as unfinished:
                        unfinished.write(hashlib.sha256(content).digest() + content)
                    Path(unfinished.name).replace(kept)
            for kept in self._folder.iterdir():
                if time.time() - kept.stat().st_mtime > _UNUSED_SECONDS:
                    kept.unlink()

    def _kept(self, source: Path) -> Path:
        made_of = f"{sys.implementation.cache_tag} {int(source.stat().st_mtime)} ".encode()
        return self._folder / hashlib.sha256(made_of + source.read_bytes()).hexdigest()


class TaskRoots:
    """Unpacks archives into subfolders named by their content.

    The folder may contain those of an earlier instance. They lend each other their bytecode.
    """

    def __init__(self, folder: Path, bytecode: Bytecode) -> None:
        self.folder = folder
        self._bytecode = bytecode
        self._users: Counter[Path] = Counter()
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def of(self, zip_file: Path) -> AsyncGenerator[Path]:
        """Give the folder with an archive's content, which its last user deletes.

        An archive that cannot be read is an ``OSError`` or a ``zipfile.BadZipFile``.
        """
        async with self._lock:
            root = await asyncio.to_thread(self._unpack, zip_file)
            self._users[root] += 1
        try:
            yield root
        finally:
            async with self._lock:
                self._users[root] -= 1
                if not self._users[root]:
                    del self._users[root]
                    await asyncio.to_thread(self._bytecode.keep, root)
                    await asyncio.to_thread(shutil.rmtree, root, ignore_errors=True)

    @asynccontextmanager
    async def edited(self, root: Path, edits: Mapping[str, Path]) -> AsyncGenerator[Path]:
        """Give a folder with an archive's content, but for the edits of a ``Deployment``."""
        edited = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            await asyncio.to_thread(_edit, root, edits, edited)
            yield edited
        finally:
            await asyncio.to_thread(shutil.rmtree, edited, ignore_errors=True)

    def _unpack(self, zip_file: Path) -> Path:
        with zip_file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        root = self.folder / digest[:16]
        if root.exists():
            return root
        self.folder.mkdir(parents=True, exist_ok=True)
        # A folder with its final name is complete, even if an earlier attempt was interrupted.
        unfinished = Path(tempfile.mkdtemp(dir=self.folder))
        with zipfile.ZipFile(zip_file) as archive:
            for member in archive.infolist():
                _extract(archive, member, unfinished)
        unfinished.chmod(0o755)
        for used in self._users:
            self._bytecode.keep(used)
        self._bytecode.lend(unfinished)
        return unfinished.rename(root)


def _edit(root: Path, edits: Mapping[str, Path], edited: Path) -> None:
    replaced = {PurePath(place).parts[0] for place in edits}

    def ignored(folder: str, names: list[str]) -> set[str]:
        return replaced & set(names) if Path(folder) == root else set()

    shutil.copytree(root, edited, copy_function=os.link, ignore=ignored, dirs_exist_ok=True)
    for place, source in edits.items():
        target = edited / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        deployed = root / place
        target.chmod(stat.S_IMODE(deployed.stat().st_mode) if deployed.exists() else 0o444)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, root: Path) -> None:
    path = Path(archive.extract(member, root))
    mode = stat.S_IMODE(member.external_attr >> 16)
    if member.is_dir():
        return
    # What Python compiles of it depends on its time.
    written = time.mktime((*member.date_time, 0, 0, -1))
    os.utime(path, (written, written))
    if mode:
        # Lambda's task root is read-only; folders stay writable so that anyone may delete them.
        path.chmod(mode & ~0o222)
