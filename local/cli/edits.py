"""Edited files of an application, served by the local AWS in place of the deployed ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from local.cli.terminal import LocalError
from local.local_aws import EDIT_PATH, USAGE_PATH, LocalAws

_LONGEST_START_SECONDS: Final = 1000.0
"""Above the longest timeout of a function, which is the longest that Lambda lets it start."""


def usage(instance: LocalAws) -> list[dict[str, Any]]:
    """Return what each deployed version uses (``VersionUsage``); nothing when the instance ends."""
    try:
        answer = httpx.get(f"{instance.endpoint_url}{USAGE_PATH}", trust_env=False)
        return answer.raise_for_status().json()
    except httpx.HTTPError:
        return []


def serve(
    instance: LocalAws, function_name: str, version: str, files: Mapping[str, Path]
) -> dict[str, Any]:
    """Serve a version with these files, and return the ``EditResult`` when it does or has failed.

    They are all files of the application, by their paths in the zip.
    """
    texts = {place: str(path) for place, path in files.items()}
    return _post(instance, function_name, version, texts)


def undo(instance: LocalAws) -> None:
    """Serve every version as it was deployed."""
    for version in usage(instance):
        _post(instance, version["function_name"], version["version"], None)


def _post(
    instance: LocalAws, function_name: str, version: str, files: dict[str, str] | None
) -> dict[str, Any]:
    edit = {"function_name": function_name, "version": version, "files": files}
    try:
        answer = httpx.post(
            f"{instance.endpoint_url}{EDIT_PATH}",
            json=edit,
            trust_env=False,
            timeout=_LONGEST_START_SECONDS,
        )
        return answer.raise_for_status().json()
    except httpx.HTTPError as error:
        raise LocalError(f"the local AWS no longer answers: {error}") from error
