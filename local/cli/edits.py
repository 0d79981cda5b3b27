"""Edited files of an application, served by the local AWS in place of the deployed ones."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from local.cli.terminal import LocalError
from local.local_aws import EDIT_PATH, USAGE_PATH, LocalAws
from local.loopback import UNANSWERED, answer

_PATIENCE_SECONDS: Final = 5.0
_LONGEST_START_SECONDS: Final = 1000.0
"""Above the longest timeout of a function, which is the longest that Lambda lets it start."""


def usage(instance: LocalAws) -> list[dict[str, Any]]:
    """Return what each deployed version uses (``VersionUsage``); nothing when the instance ends."""
    try:
        address = f"{instance.endpoint_url}{USAGE_PATH}"
        with answer("GET", address, timeout=_PATIENCE_SECONDS) as answered:
            return json.load(answered)
    except (*UNANSWERED, ValueError):
        return []


def serve(
    instance: LocalAws, function_name: str, version: str, files: Mapping[str, Path] | None
) -> dict[str, Any]:
    """Serve a version with these files, and return the ``EditResult`` when it does or has failed.

    They are all files of the application, by their paths in the zip; without any, the version is
    served as it was deployed.
    """
    edit = {"function_name": function_name, "version": version, "files": files}
    body = json.dumps(edit, default=str)
    try:
        address = f"{instance.endpoint_url}{EDIT_PATH}"
        with answer("POST", address, body, timeout=_LONGEST_START_SECONDS) as answered:
            return json.load(answered)
    except (*UNANSWERED, ValueError) as error:
        raise LocalError(f"the local AWS no longer answers: {error}") from error


def undo(instance: LocalAws) -> None:
    """Serve every version as it was deployed."""
    for version in usage(instance):
        serve(instance, version["function_name"], version["version"], None)
