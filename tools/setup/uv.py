"""uv, which creates the virtual environment in seconds; pip would take a minute."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.setup.cache import Tool, ToolCache
from tools.setup.errors import SetupError
from tools.setup.pins import requirement, requirement_version
from tools.setup.progress import Progress, run

_PIP_INSTALL = (
    *("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2"),
    *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
)
_NO_PIP = ("apt install python3-pip", "python3 -m ensurepip", "uv self update")
_NO_INDEX = ("pip config set global.index-url URL_OF_AN_INDEX_THAT_YOU_REACH",)


def provide_uv(
    cache: ToolCache, python: Path, environment: Mapping[str, str], progress: Progress
) -> Path:
    """Return uv: from PATH if new enough, from the cache, or installed by pip."""
    pinned = requirement_version("uv")
    on_path = shutil.which("uv", path=environment.get("PATH"))
    if on_path and _numbers(_output([on_path, "--version"], environment)) >= _numbers(pinned):
        return Path(on_path)

    def install(folder: Path) -> None:
        if _output([python, "-c", "import pip; print(pip)"], environment) == "":
            raise SetupError(
                f"There is no uv {pinned} or newer, and {python} has no pip.", *_NO_PIP
            )
        with progress.activity(f"uv {pinned}: installing it with pip"):
            pin = folder / "requirements.txt"
            pin.write_text(requirement("uv") + "\n")
            run(
                [python, *_PIP_INSTALL, "--target", folder, "-r", pin],
                # User settings that contradict --target.
                env={**environment, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
                remedies=_NO_INDEX,
            )

    return cache.provide(Tool("uv", pinned, executable="bin/uv"), install, progress)


def _output(command: Sequence[str | Path], environment: Mapping[str, str]) -> str:
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    ).stdout


def _numbers(text: str) -> tuple[int, ...]:
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(map(int, match.groups())) if match else ()
