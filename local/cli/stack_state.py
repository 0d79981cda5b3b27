"""The local stack's state in Pulumi's file backend: which local AWS it belongs to, its locks.

Any of these files may be damaged, for example by a full disk. A damaged file counts as empty: the
state is then incomplete, and a lock has no owner.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import psutil
import yaml

from local.local_aws import LocalAws
from local.workspace import PROJECT, Workspace

STACK = "local"
_STACK_TYPE = "pulumi:pulumi:Stack"
_FUNCTION_TYPE = "aws:lambda/function:Function"
_ATTRIBUTES = ".attrs"
"""Suffix of the file of attributes that the backend keeps beside each of its files."""


class StackState:
    """State of the local stack of the program in a folder.

    Other programs may have stacks in the same workspace.
    """

    def __init__(self, workspace: Workspace, project: Path = PROJECT) -> None:
        self._folder = workspace.backend
        self._owner = workspace.backend / "instance"
        self._meta = self._folder / ".pulumi/meta.yaml"
        self._checkpoint = self._folder / f".pulumi/stacks/{_name_of(project)}/{STACK}.json"

    @property
    def exists(self) -> bool:
        """Whether the stack has been initialized."""
        return self._checkpoint.exists()

    @property
    def others(self) -> list[str]:
        """The other stacks of this backend, as ``project/stack``."""
        stacks = sorted(self._folder.glob(".pulumi/stacks/*/*.json"))
        return [f"{path.parent.name}/{path.stem}" for path in stacks if path != self._checkpoint]

    def belongs_to(self, instance: LocalAws) -> bool:
        """Return whether the resources in the state are resources of this local AWS."""
        try:
            return self._owner.read_bytes() == instance.id.encode()
        except OSError:
            return False

    def reset(self, instance: LocalAws) -> None:
        """Replace the backend by an empty one that belongs to this local AWS."""
        self.discard()
        self._folder.mkdir(parents=True)
        self._owner.write_text(instance.id)

    def discard(self) -> None:
        """Delete the backend with all its stacks."""
        if self._folder.is_dir() and not self._folder.is_symlink():
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            self._folder.unlink(missing_ok=True)

    def was_interrupted(self) -> bool:
        """Return whether an update was interrupted: resources may exist that the state lacks."""
        return self.exists and self._resources() is None

    def outputs(self) -> dict[str, Any]:
        """Return the stack outputs, read from the state, which is faster than a command."""
        stacks = self._outputs_of(_STACK_TYPE)
        return stacks[0] if stacks else {}

    def log_groups(self) -> dict[str, str]:
        """Return the log group of each function, by the function's name."""
        groups: dict[str, str] = {}
        for function in self._outputs_of(_FUNCTION_TYPE):
            name = str(function.get("name"))
            logging = _object(function.get("loggingConfig"))
            groups[name] = str(logging.get("logGroup") or f"/aws/lambda/{name}")
        return groups

    def _outputs_of(self, resource_type: str) -> list[dict[str, Any]]:
        """Return the outputs of all resources of a type."""
        resources = self._resources() or []
        return [_object(one.get("outputs")) for one in resources if one["type"] == resource_type]

    def _resources(self) -> list[dict[str, Any]] | None:
        """Return the resources of the last update; ``None`` when that left no whole state."""
        checkpoint = _read(self._checkpoint).get("checkpoint")
        deployment = _object(_object(checkpoint).get("latest"))  # none before the first update
        resources: object = deployment.get("resources") or []
        is_whole = (
            isinstance(checkpoint, dict)
            and not deployment.get("pending_operations")
            and isinstance(resources, list)
            and all("type" in _object(one) for one in cast("list[object]", resources))
            and self._has_version()
        )
        return cast("list[dict[str, Any]]", resources) if is_whole else None

    def remove_damaged_files(self) -> None:
        """Remove the locks of engines that have ended, and what a full disk left of other files.

        The engine reads every file of the folder of locks, and the attributes of each file that it
        reads, so a partial one would fail each command. It does without attributes.
        """
        for attributes in self._folder.glob(f".pulumi/**/*{_ATTRIBUTES}"):
            if attributes.is_dir():
                shutil.rmtree(attributes)
            elif not _read(attributes):
                attributes.unlink(missing_ok=True)
        for lock in self._locks():
            if _holder(lock) is None:
                lock.unlink(missing_ok=True)
                lock.with_name(f"{lock.name}{_ATTRIBUTES}").unlink(missing_ok=True)

    def lock_holder(self) -> int | None:
        """Return the process id of the engine that has locked the stack, if one has."""
        return next(filter(None, map(_holder, self._locks())), None)

    def _has_version(self) -> bool:
        """Return whether the backend says what version it has, as the engine asks first of all."""
        try:
            return isinstance(yaml.safe_load(self._meta.read_text())["version"], int)
        except (OSError, ValueError, TypeError, LookupError, yaml.YAMLError):
            return False

    def _locks(self) -> Iterator[Path]:
        files = self._folder.glob(".pulumi/locks/**/*")
        return (path for path in files if path.is_file() and path.suffix != _ATTRIBUTES)


def _name_of(project: Path) -> str:
    match = re.search(r"^name:\s*[\"']?([\w.-]+)", (project / "Pulumi.yaml").read_text(), re.M)
    return match.group(1) if match else project.name


def _read(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one when the file is damaged."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return _object(content)


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _holder(lock: Path) -> int | None:
    """Return the process id of the engine that holds a lock, ``None`` when it has ended.

    Another program may have its process id by then; wrappers add to the engine's own name.
    """
    try:
        process = psutil.Process(_read(lock)["pid"])
        return process.pid if "pulumi" in process.name() else None
    except (KeyError, TypeError, ValueError, OverflowError, psutil.Error):
        return None
