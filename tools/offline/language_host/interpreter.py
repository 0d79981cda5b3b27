"""The Python of a program or a pack: its variables, its packages, and the plugins they need."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.json_format import ParseDict

from tools.offline.language_host.protocol import plugin_pb2

_PRINT_SYS_PATH = "import sys; print(*sys.path, sep='\\n')"


class ProjectError(Exception):
    """What users can mend in a project or its requirements; the message is shown to them."""


@dataclass(frozen=True)
class Interpreter:
    """A project's Python, chosen by its ``runtime`` options as the vendor's pip toolchain does."""

    # The virtual environment's folder, or None for the Python on PATH (``PULUMI_PYTHON_CMD``, else
    # ``python3``).
    virtualenv: Path | None

    @classmethod
    def from_options(cls, root: Path, options: Mapping[str, object]) -> "Interpreter":
        """Read the options ``toolchain`` and ``virtualenv``, the latter relative to ``root``."""
        toolchain = options.get("toolchain", "pip")
        if toolchain != "pip":
            raise ProjectError(
                f"The option 'toolchain' is {toolchain!r}; this language host knows only 'pip'. "
                "Set `toolchain: pip` and let `virtualenv` name the environment, or install the "
                "Pulumi CLI from its vendor, with its own Python language host."
            )
        virtualenv = options.get("virtualenv")
        return cls(root / str(virtualenv) if virtualenv else None)

    @property
    def is_missing(self) -> bool:
        """Whether the virtual environment does not exist yet."""
        folder = self.virtualenv
        return bool(folder) and not (folder.exists() and any(folder.iterdir()))

    @property
    def executable(self) -> Path:
        """Path of the interpreter."""
        if not self.virtualenv:
            return _ambient_python()
        python = self.virtualenv / "bin" / "python"
        if not python.exists():
            raise ProjectError(
                f"The option 'virtualenv' names {self.virtualenv}, which is not a virtual "
                "environment. Remove it and it is made again, or make it yourself: "
                f"python3 -m venv {self.virtualenv} && {python} -m pip install -r requirements.txt"
            )
        return python

    def activate(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return a copy of ``environment`` with the virtual environment first on PATH."""
        variables = dict(environment)
        if self.virtualenv:
            variables.pop("PYTHONHOME", None)
            variables["VIRTUAL_ENV"] = str(self.virtualenv)
            folders = [str(self.virtualenv / "bin"), variables.get("PATH", "")]
            variables["PATH"] = os.pathsep.join(filter(None, folders))
        return variables

    def install(self, project: Path) -> Iterator[bytes]:
        """Install the project's requirements.txt, and create a missing virtual environment first.

        Output for the user is yielded as it is written; what fails is a ``ProjectError``.
        """
        if self.virtualenv and self.is_missing:
            yield f"Creating virtual environment {self.virtualenv}...\n".encode()
            yield from self._run(_ambient_python(), "-m", "venv", self.virtualenv, cwd=project)
        if (project / "requirements.txt").exists():
            yield b"Installing requirements.txt...\n"
            pip = ("-m", "pip", "install", "--disable-pip-version-check")
            yield from self._run(self.executable, *pip, "-r", "requirements.txt", cwd=project)

    def required_packages(self, cwd: Path) -> list[plugin_pb2.PackageDependency]:
        """List the plugins named by the ``pulumi-plugin.json`` of every installed package."""
        printed = b"".join(self._run(self.executable, "-c", _PRINT_SYS_PATH, cwd=cwd)).decode()
        folders = {Path(line) for line in printed.splitlines() if line}
        paths = sorted(path for folder in folders for path in folder.glob("*/pulumi-plugin.json"))
        manifests = {path: json.loads(path.read_text("utf-8")) for path in paths}
        return [
            ParseDict(
                {"name": path.parent.name.removeprefix("pulumi_"), **manifest},
                plugin_pb2.PackageDependency(kind="resource"),
                ignore_unknown_fields=True,
            )
            for path, manifest in manifests.items()
            if manifest.get("resource")
        ]

    def _run(self, *command: str | Path, cwd: Path) -> Iterator[bytes]:
        """Run a command, and yield what it prints, a line at a time."""
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=self.activate(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            yield from process.stdout or ()
        if process.returncode:
            raise ProjectError(f"`{shlex.join(map(str, command))}` ended with {process.returncode}")


def _ambient_python() -> Path:
    name = os.environ.get("PULUMI_PYTHON_CMD") or "python3"
    if found := shutil.which(name):
        return Path(found)
    raise ProjectError(
        f"{name} is not on PATH, and the option 'virtualenv' is not set. PULUMI_PYTHON_CMD can "
        "name another Python."
    )
