"""What Python compiled of the sources in task roots, kept for the next ones.

It belongs to a source's content and time. So Python gets what it would write itself, and a new
version, or the next local AWS, compiles changed sources alone.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from importlib.util import cache_from_source
from pathlib import Path
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
