"""Python compiles a source once, whatever versions and task roots it is in."""

import asyncio
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from local.dataplane.task_root import Bytecode, TaskRoots

SOURCES = {"same.py": "import changed\nplace = (lambda: 0).__code__.co_filename", "changed.py": ""}
CHANGED = SOURCES | {"changed.py": "value = 1"}
SHOW = ("-v", "-c", "import same; print('place:', same.place)")


def taken(folder: Path, sources: Mapping[str, str]) -> set[str]:
    """Deploy sources and import them; return the modules that Python did not have to compile."""
    archive = folder / "function.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for name, source in sources.items():
            written.writestr(zipfile.ZipInfo(name), source)

    async def deploy() -> str:
        roots = TaskRoots(folder / "roots", Bytecode(folder / "kept"))
        async with roots.of(archive) as root:
            done = await asyncio.to_thread(
                subprocess.run,
                [f"{sys.base_exec_prefix}/bin/python3", *SHOW],
                cwd=root,
                env={},
                check=True,
                capture_output=True,
                text=True,
            )
        assert done.stdout == f"place: {root}/same.py\n"
        return done.stderr

    found = re.findall(r"(\w+)\.cpython-\d+\.pyc matches ", asyncio.run(deploy()))
    return set(found) & {"same", "changed"}


def test_a_new_version_compiles_what_has_changed(tmp_path: Path) -> None:
    assert taken(tmp_path, SOURCES) == set()
    assert taken(tmp_path, CHANGED) == {"same"}
    assert taken(tmp_path, SOURCES) == {"same", "changed"}


def test_damaged_bytecode_is_not_taken(tmp_path: Path) -> None:
    taken(tmp_path, SOURCES)
    for kept in (tmp_path / "kept").iterdir():
        os.truncate(kept, kept.stat().st_size // 2)

    assert taken(tmp_path, SOURCES) == set()


def test_without_a_folder_python_compiles_everything(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()

    assert taken(tmp_path, SOURCES) == taken(tmp_path, CHANGED) == set()


def test_what_nobody_has_used_for_long_is_deleted(tmp_path: Path) -> None:
    taken(tmp_path, SOURCES)
    before = set((tmp_path / "kept").iterdir())
    for kept in before:
        os.utime(kept, (0, 0))

    taken(tmp_path, {"same.py": "place = __file__"})

    assert not before & set((tmp_path / "kept").iterdir())
