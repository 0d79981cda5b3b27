"""uv, which makes the virtual environment in seconds where pip needs a minute."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.setup.cache import Tool, ToolCache
from tools.setup.pins import requirement, requirement_version
from tools.setup.progress import Progress, run

_PIP_INSTALL = (
    *("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2"),
    *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
)
_NO_PIP_OR_NO_INDEX = (
    "pip config set global.index-url URL_OF_AN_INDEX_YOU_REACH",
    "apt install python3-pip",
    "uv self update",
)


def provide_uv(
    cache: ToolCache, python: Path, environment: Mapping[str, str], progress: Progress
) -> Path:
    """Return uv: on PATH if new enough, else cached, else the pinned one, installed by pip."""
    pinned = requirement_version("uv")
    on_path = shutil.which("uv", path=environment.get("PATH"))
    if on_path and _is_at_least(pinned, on_path, environment):
        return Path(on_path)

    def install(folder: Path) -> None:
        with progress.activity(f"uv {pinned}: installing it with pip"):
            pin = folder / "requirements.txt"
            pin.write_text(requirement("uv") + "\n")
            run(
                [python, *_PIP_INSTALL, "--target", folder, "-r", pin],
                # Settings for ordinary installs that contradict --target.
                env={**environment, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
                remedies=_NO_PIP_OR_NO_INDEX,
            )

    return cache.provide(Tool("uv", pinned, executable="bin/uv"), install, progress)


def _is_at_least(version: str, uv: str, environment: Mapping[str, str]) -> bool:
    answer = subprocess.run(
        [uv, "--version"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    ).stdout
    return _numbers(answer) >= _numbers(version)


def _numbers(text: str) -> tuple[int, ...]:
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(map(int, match.groups())) if match else ()
