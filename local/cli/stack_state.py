"""The local stack's state in Pulumi's file backend: which local AWS it belongs to, its locks."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from local.local_aws import LocalAws
from local.workspace import Workspace

STACK = "local"
_STACK_TYPE = "pulumi:pulumi:Stack"


class StackState:
    """State of the local stack.

    Parameters
    ----------
    workspace
        The workspace that holds it.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.backend
        self._owner = workspace.backend / "life"

    @property
    def exists(self) -> bool:
        """Whether the stack has been initialized."""
        return any(self._checkpoints())

    def belongs_to(self, instance: LocalAws) -> bool:
        """Return whether the resources in the state are resources of this local AWS."""
        return self._owner.is_file() and self._owner.read_text() == instance.id

    def reset(self, instance: LocalAws) -> None:
        """Replace the backend by an empty one that belongs to this local AWS."""
        self.discard()
        self._folder.mkdir(parents=True)
        self._owner.write_text(instance.id)

    def discard(self) -> None:
        """Delete the backend with all its stacks."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def was_interrupted(self) -> bool:
        """Return whether an update was interrupted: resources may exist that the state lacks."""
        return not all(_is_whole(self._read(path)) for path in self._checkpoints())

    def outputs(self) -> dict[str, Any]:
        """Return the stack outputs, read from the state, which is faster than a command."""
        for path in self._checkpoints():
            resources: list[dict[str, Any]] = _deployment(self._read(path)).get("resources") or []
            for resource in resources:
                if resource["type"] == _STACK_TYPE:
                    return resource.get("outputs") or {}
        return {}

    def remove_stale_locks(self) -> None:
        """Remove the locks of engines that have ended."""
        for lock in self._locks():
            if not psutil.pid_exists(self._holder(lock)):
                lock.unlink(missing_ok=True)

    def lock_holder(self) -> int | None:
        """Return the process id of the engine that has locked the stack, if one has."""
        return next((self._holder(lock) for lock in self._locks()), None)

    def _locks(self) -> Iterator[Path]:
        return self._folder.glob(".pulumi/locks/**/*.json")

    def _holder(self, lock: Path) -> int:
        return int(self._read(lock).get("pid", 0))

    def _checkpoints(self) -> Iterator[Path]:
        return self._folder.glob(f".pulumi/stacks/*/{STACK}.json")

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError):
            return {}


def _is_whole(checkpoint: dict[str, Any]) -> bool:
    return "checkpoint" in checkpoint and not _deployment(checkpoint).get("pending_operations")


def _deployment(checkpoint: dict[str, Any]) -> dict[str, Any]:
    return checkpoint.get("checkpoint", {}).get("latest") or {}
