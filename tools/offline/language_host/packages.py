"""The Pulumi packages that are installed for a program, and so its provider plugins."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.offline.language_host.interpreter import Interpreter
from tools.offline.language_host.protocol import plugin_pb2

_PRINT_SYS_PATH = "import sys; print(*sys.path, sep='\\n')"


def required_packages(python: Interpreter, cwd: Path) -> list[plugin_pb2.PackageDependency]:
    """List the plugins named by the ``pulumi-plugin.json`` of every installed package."""
    folders = dict.fromkeys(python.output_of("-c", _PRINT_SYS_PATH, cwd=cwd).splitlines())
    manifests = (_read_manifests(Path(folder)) for folder in folders if folder)
    return [_dependency(manifest) for found in manifests for manifest in found]


def _read_manifests(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*/pulumi-plugin.json")):
        manifest = json.loads(path.read_text("utf-8"))
        if manifest.get("resource"):
            yield {"name": path.parent.name.removeprefix("pulumi_"), **manifest}


def _dependency(manifest: dict[str, Any]) -> plugin_pb2.PackageDependency:
    parameterization = manifest.get("parameterization")
    return plugin_pb2.PackageDependency(
        name=manifest["name"],
        kind="resource",
        version=manifest.get("version", ""),
        server=manifest.get("server", ""),
        parameterization=_parameterization(parameterization) if parameterization else None,
    )


def _parameterization(manifest: dict[str, str]) -> plugin_pb2.PackageParameterization:
    return plugin_pb2.PackageParameterization(
        name=manifest["name"],
        version=manifest["version"],
        value=base64.b64decode(manifest["value"]),
    )
