"""The process of an engine, and the folder of its program.

A provider that the engine starts itself runs in that folder, to which relative paths of archives
belong. The stand-in is attached instead, and the protocol does not name the folder. So it is found
by the engine's process, which is the other end of its connection.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import psutil
import yaml

from local.provider.aws import ProviderError
from local.provider.values import Asset, Value


def engine_process(peer: str) -> psutil.Process | None:
    """Return the process of an engine by gRPC's address of it, such as ``ipv4:127.0.0.1:50123``.

    It is ``None`` for a process that has ended or belongs to another user.
    """
    port = int(peer.rpartition(":")[2])
    # Connections to different addresses may have the same port at their other end.
    here = {
        end.laddr.port
        for end in psutil.Process().net_connections("tcp")
        if end.raddr and end.raddr.port == port
    }
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has ended, or belongs to another user
            if any(
                end.laddr and end.laddr.port == port and end.raddr and end.raddr.port in here
                for end in process.net_connections("tcp")
            ):
                return process
    return None


_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


def with_absolute_paths(values: Mapping[str, Value], peer: str) -> dict[str, Value]:
    """Return properties with the relative paths of archives made absolute."""
    return {
        name: _absolute(value, peer) if isinstance(value, Asset) else value
        for name, value in values.items()
    }


def _absolute(archive: Asset, peer: str) -> Asset:
    if archive.path is None or Path(archive.path).is_absolute():
        return archive
    path = program_folder(_working_folder(archive.path, peer)) / archive.path
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


def _working_folder(relative_path: str, peer: str) -> Path:
    engine = engine_process(peer)
    if engine is not None:
        with suppress(psutil.Error):  # it has ended since
            return Path(engine.cwd())
    raise ProviderError(
        f"the folder of the program is not known, so the archive {relative_path} cannot be found; "
        "give an absolute path to FileArchive"
    )
