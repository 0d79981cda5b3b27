"""``.venv/``: the virtual environment of the program, the pack, the local AWS and the checks."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from infra.wheels import uv_variables
from tools.setup.cache import Tool, remove, require_space
from tools.setup.errors import SetupError
from tools.setup.interpreters import find_interpreter
from tools.setup.pins import REQUIREMENTS, requirement, requirement_version, version_numbers
from tools.setup.progress import activity, run, version_of

_NEEDED_MB = 1000
_NOTE = "set-up.json"
_UNREACHABLE = "pip config set global.index-url URL_OF_AN_INDEX_THAT_YOU_REACH"
_PIP_INSTALL = (
    "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2",
    "--no-deps", "--only-binary", ":all:", "--require-hashes",
)  # fmt: skip
_NO_PIP = ("apt install python3-pip", "python3 -m ensurepip", "uv self update")


def provide_virtualenv(folder: Path) -> str:
    """Create or repair the virtual environment if needed; return its Python's version."""
    folder = folder.resolve()
    whole = is_undamaged(folder)
    if not whole or _noted(folder).get("pins") != _digest_of_pins():
        _install(folder, keep=whole)
        # Written last, it says that the environment is complete.
        (folder / _NOTE).write_text(json.dumps(_describe(folder)))
    return _python_version(folder)


def is_undamaged(folder: Path) -> bool:
    """Return whether set-up has completed the environment, and all of it still is there."""
    noted, found = _noted(folder), _describe(folder)
    return (
        all(noted.get(key) == found[key] for key in ("folder", "python"))
        and os.access(folder / "bin/python", os.X_OK)
        and set(noted.get("entries", ())) <= set(found["entries"])
    )


def link_to_pack(folder: Path, pack: Path) -> None:
    """Make the policy pack use the project's environment as its ``virtualenv: .venv``."""
    link, target = pack / ".venv", Path(os.path.relpath(folder, pack))
    if not link.is_symlink() or link.readlink() != target:
        remove(link)
        link.symlink_to(target)


def _noted(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / _NOTE).read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def _describe(folder: Path) -> dict[str, Any]:
    """Return what tells another environment, or one that was damaged."""
    places = ("bin/*", "lib/python3*/site-packages/*")
    found = (entry for place in places for entry in folder.glob(place))
    return {
        "pins": _digest_of_pins(),
        "python": _python_version(folder),
        "folder": str(folder),  # which its scripts contain
        "entries": sorted(str(entry.relative_to(folder)) for entry in found),
    }


def _install(folder: Path, *, keep: bool) -> None:
    python = find_interpreter()
    uv = _provide_uv(python)
    variables = {**os.environ, **uv_variables(python, os.environ), "UV_PYTHON_DOWNLOADS": "never"}
    if not keep:
        require_space(folder, _NEEDED_MB, "making .venv")
        with activity(f".venv: making it with {python}"):
            shutil.rmtree(folder, ignore_errors=True)
            run([uv, "venv", "--no-project", "--python", python, folder], env=variables)
    with activity(".venv: installing the pinned requirements, a minute the first time"):
        (folder / _NOTE).unlink(missing_ok=True)
        # Named, since UV_SYSTEM_PYTHON or UV_PYTHON of the user would lead to another Python, from
        # which `sync` takes away what it does not know.
        sync = [uv, "pip", "sync", "--quiet", "--python", folder / "bin/python"]
        sync += ["--require-hashes", *REQUIREMENTS]
        try:
            # Files in uv's own cache need no network.
            run([*sync, "--offline"], env=variables)
        except SetupError:
            run(sync, env=variables, remedies=[_UNREACHABLE])


def _provide_uv(python: Path) -> Path:
    """Return uv: from PATH if new enough, from the cache, or installed by pip.

    It creates the virtual environment in seconds; pip would take a minute.
    """
    pinned = requirement_version("uv")
    on_path = shutil.which("uv")
    if on_path and version_numbers(version_of(on_path, "--version")) >= version_numbers(pinned):
        return Path(on_path)

    def install(folder: Path) -> None:
        if not version_of(python, "-m", "pip", "--version"):
            lacks = f"There is no uv {pinned} or newer, and {python} has no pip."
            raise SetupError(lacks, *_NO_PIP)
        with activity(f"uv {pinned}: installing it with pip"):
            pin = folder / "requirements.txt"
            pin.write_text(requirement("uv") + "\n")
            run(
                [python, *_PIP_INSTALL, "--target", folder, "-r", pin],
                # User settings that contradict --target.
                env={**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
                remedies=[_UNREACHABLE],
            )

    return Tool("uv", pinned, executable="bin/uv").provide(install)


def _digest_of_pins() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in REQUIREMENTS)).hexdigest()


def _python_version(folder: Path) -> str:
    """Return the version that uv recorded; empty if ``python -m venv`` has overwritten it."""
    settings = folder / "pyvenv.cfg"
    lines = settings.read_text().splitlines() if settings.is_file() else []
    return dict(line.split(" = ", 1) for line in lines if " = " in line).get("version_info", "")
