"""The process of an engine, and the folder of its program.

A provider that the engine starts itself runs in that folder, to which relative paths of archives
belong. The stand-in is attached instead, and the protocol does not name the folder. So it is found
by the engine's process, which listens on the address that the engine attaches with.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import psutil
import yaml

from local.provider.aws import ProviderError
from local.provider.values import Asset, Value

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
_MAPPED = "::ffff:"  # before an IPv4 address that a socket for IPv6 is bound to


@dataclass(frozen=True)
class Engine:
    """An engine by the address that it serves, such as ``127.0.0.1:50123``."""

    address: str = ""

    @cached_property
    def process(self) -> psutil.Process | None:
        """Its process, sought once: among many sockets that takes a second.

        It is ``None`` for a process that has ended or belongs to another user.
        """
        host, _, port = self.address.rpartition(":")
        listening: list[psutil.Process] = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):  # it has ended, or belongs to another user
                if (host, port) in _listened(process):
                    listening.append(process)
        # Until it runs its command, a child has copies of the engine's sockets.
        return min(listening, key=psutil.Process.create_time, default=None)


def _listened(process: psutil.Process) -> set[tuple[str, str]]:
    return {
        (end.laddr.ip.removeprefix(_MAPPED), str(end.laddr.port))
        for end in process.net_connections("tcp")
        if end.status == psutil.CONN_LISTEN
    }


def with_absolute_paths(values: Mapping[str, Value], engine: Engine) -> dict[str, Value]:
    """Return properties of the engine's program with relative paths of archives made absolute."""
    return {
        name: _absolute(value, engine) if isinstance(value, Asset) else value
        for name, value in values.items()
    }


def _absolute(archive: Asset, engine: Engine) -> Asset:
    if archive.path is None or Path(archive.path).is_absolute():
        return archive
    path = program_folder(_working_folder(archive.path, engine)) / archive.path
    return Asset({**archive.description, "path": str(path)})


def program_folder(working_folder: Path) -> Path:
    """Return the folder of the program that an engine runs from a working folder.

    It is the project's folder, or the one that ``main`` names in ``Pulumi.yaml``. Outside of a
    project it is the working folder.
    """
    for folder in (working_folder, *working_folder.parents):
        for name in _PROJECT_FILES:
            if (folder / name).is_file():
                return _main_folder(folder, folder / name)
    return working_folder


def _main_folder(folder: Path, project_file: Path) -> Path:
    project: Any = yaml.safe_load(project_file.read_text())
    main = folder / (cast("dict[str, Any]", project).get("main") or ".")
    return main if main.is_dir() else main.parent


def _working_folder(relative_path: str, engine: Engine) -> Path:
    if engine.process is not None:
        with suppress(psutil.Error):  # it has ended since
            return Path(engine.process.cwd())
    raise ProviderError(
        f"the folder of the program is not known, so the archive {relative_path} cannot be found; "
        "give an absolute path to FileArchive"
    )
