"""``.venv/``: the virtual environment of the program, the pack, the local AWS and the checks."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.wheels import uv_variables
from tools.setup.cache import Tool, ToolCache, require_space
from tools.setup.errors import SetupError
from tools.setup.interpreters import find_interpreter
from tools.setup.pins import REQUIREMENTS, requirement, requirement_version, version_numbers
from tools.setup.progress import Progress, output, run

_NEEDED_MB = 1000
_UNREACHABLE = "pip config set global.index-url URL_OF_AN_INDEX_THAT_YOU_REACH"
_PIP_INSTALL = (
    *("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2"),
    *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
)
_NO_PIP = ("apt install python3-pip", "python3 -m ensurepip", "uv self update")


@dataclass(frozen=True)
class Stamp:
    """The mark of a complete virtual environment, which set-up writes last."""

    pins: str  # digest of the requirement files
    python: str  # the interpreter's version
    folder: str  # the folder of the environment, whose scripts contain this path
    entries: list[str]  # the executables and the top level of site-packages

    @classmethod
    def describe(cls, folder: Path) -> "Stamp":
        """Return the stamp of a complete virtual environment."""
        return cls(_digest_of_pins(), _python_version(folder), str(folder), _entries(folder))

    @classmethod
    def read(cls, folder: Path) -> "Stamp | None":
        """Return the stamp of a virtual environment; None if it is missing or malformed."""
        try:
            return cls(**json.loads(_stamp_file(folder).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Mark a virtual environment as complete."""
        _stamp_file(folder).write_text(json.dumps(asdict(self)))

    def is_undamaged(self, folder: Path) -> bool:
        """Return whether everything still exists and can start."""
        return (
            self.folder == str(folder)
            and self.python == _python_version(folder)
            and os.access(folder / "bin" / "python", os.X_OK)
            and set(self.entries) <= set(_entries(folder))
        )


def provide_virtualenv(
    folder: Path, cache: ToolCache, environment: Mapping[str, str], progress: Progress
) -> str:
    """Create or repair the virtual environment if needed; return its Python's version."""
    folder = folder.resolve()
    stamp = Stamp.read(folder)
    whole = stamp is not None and stamp.is_undamaged(folder)
    if not (stamp and whole and stamp.pins == _digest_of_pins()):
        _install(folder, cache, environment, progress, keep=whole)
        stamp = Stamp.describe(folder)
        stamp.write(folder)
    return stamp.python


def link_to_pack(folder: Path, pack: Path) -> None:
    """Make the policy pack use the project's environment as its ``virtualenv: .venv``."""
    link, target = pack / ".venv", Path(os.path.relpath(folder, pack))
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _install(
    folder: Path,
    cache: ToolCache,
    environment: Mapping[str, str],
    progress: Progress,
    *,
    keep: bool,
) -> None:
    python = find_interpreter(environment)
    uv = _provide_uv(cache, python, environment, progress)
    variables = {
        **environment,
        **uv_variables(python, environment),
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(folder),
    }
    if not keep:
        require_space(folder, _NEEDED_MB, "making .venv")
        with progress.activity(f".venv: making it with {python}"):
            shutil.rmtree(folder, ignore_errors=True)
            run([uv, "venv", "--no-project", "--python", python, folder], env=variables)
    with progress.activity(".venv: installing the pinned requirements, a minute the first time"):
        _stamp_file(folder).unlink(missing_ok=True)
        _sync(uv, variables)


def _provide_uv(
    cache: ToolCache, python: Path, environment: Mapping[str, str], progress: Progress
) -> Path:
    """Return uv: from PATH if new enough, from the cache, or installed by pip.

    It creates the virtual environment in seconds; pip would take a minute.
    """
    pinned = requirement_version("uv")
    if on_path := shutil.which("uv", path=environment.get("PATH")):
        present = version_numbers(output([on_path, "--version"], environment))
        if present >= version_numbers(pinned):
            return Path(on_path)

    def install(folder: Path) -> None:
        if output([python, "-c", "import pip; print(pip)"], environment) == "":
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
                remedies=[_UNREACHABLE],
            )

    return cache.provide(Tool("uv", pinned, executable="bin/uv"), install, progress)


def _sync(uv: Path, variables: Mapping[str, str]) -> None:
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", *REQUIREMENTS]
    try:
        # Files in uv's own cache need no network.
        run([*sync, "--offline"], env=variables)
    except SetupError:
        run(sync, env=variables, remedies=[_UNREACHABLE])


def _stamp_file(folder: Path) -> Path:
    return folder / "set-up.json"


def _digest_of_pins() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in REQUIREMENTS)).hexdigest()


def _python_version(folder: Path) -> str:
    """Return the version that uv recorded; empty if ``python -m venv`` has overwritten it."""
    settings = folder / "pyvenv.cfg"
    lines = settings.read_text().splitlines() if settings.is_file() else []
    return dict(line.split(" = ", 1) for line in lines if " = " in line).get("version_info", "")


def _entries(folder: Path) -> list[str]:
    places = ("bin/*", "lib/python3*/site-packages/*")
    found = (entry for place in places for entry in folder.glob(place))
    return sorted(str(entry.relative_to(folder)) for entry in found)
