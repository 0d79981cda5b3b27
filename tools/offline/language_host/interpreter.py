"""The Python of a program or a pack: its variables, its processes, and its Pulumi packages."""

import base64
import json
import os
import selectors
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.offline.language_host.protocol import plugin_pb2

_PRINT_SYS_PATH = "import sys; print(*sys.path, sep='\\n')"


class UnusableInterpreterError(Exception):
    """The project's ``runtime`` options name no Python that this host can start."""


class CommandError(Exception):
    """A command failed. Its output has been passed on."""

    def __init__(self, command: Sequence[str | Path], exit_code: int) -> None:
        super().__init__(f"`{shlex.join(map(str, command))}` ended with {exit_code}")


@dataclass(frozen=True)
class Output:
    """A part of a process's output; the last one has its exit code."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int | None = None


@dataclass(frozen=True)
class Interpreter:
    """A project's Python, chosen by its ``runtime`` options as the vendor's pip toolchain does."""

    # The virtual environment's folder, or None for the Python on PATH (``PULUMI_PYTHON_CMD``, else
    # ``python3``, else ``python``).
    virtualenv: Path | None

    @classmethod
    def from_options(cls, root: Path, options: Mapping[str, object]) -> "Interpreter":
        """Read the options ``toolchain`` and ``virtualenv``, the latter relative to ``root``."""
        toolchain = options.get("toolchain", "pip")
        if toolchain != "pip":
            raise UnusableInterpreterError(
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
            raise UnusableInterpreterError(
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

    def output_of(self, *arguments: str, cwd: Path) -> str:
        """Run the interpreter and return its standard output; pass its standard error on."""
        return subprocess.run(
            [self.executable, *arguments],
            cwd=cwd,
            env=self.activate(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def install(self, project: Path) -> Iterator[bytes]:
        """Install the project's requirements.txt, and create a missing virtual environment first.

        Output for the user is yielded as it is written; what fails is a ``CommandError``.
        """
        if self.virtualenv and self.is_missing:
            yield f"Creating virtual environment {self.virtualenv}...\n".encode()
            yield from self._run(_ambient_python(), "-m", "venv", self.virtualenv, cwd=project)
        if (project / "requirements.txt").exists():
            yield b"Installing requirements.txt...\n"
            pip = ("-m", "pip", "install", "--disable-pip-version-check")
            yield from self._run(self.executable, *pip, "-r", "requirements.txt", cwd=project)

    def _run(self, *command: str | Path, cwd: Path) -> Iterator[bytes]:
        for output in stream(command, cwd=cwd, env=self.activate(os.environ)):
            if output.exit_code:
                raise CommandError(command, output.exit_code)
            yield output.stdout + output.stderr


def _ambient_python() -> Path:
    named = os.environ.get("PULUMI_PYTHON_CMD")
    for name in [named] if named else ["python3", "python"]:
        if found := shutil.which(name):
            return Path(found)
    raise UnusableInterpreterError(
        f"PULUMI_PYTHON_CMD is {named!r}, which is not on PATH."
        if named
        else "Neither python3 nor python is on PATH, and the option 'virtualenv' is not set."
    )


def stream(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    started: Callable[[subprocess.Popen[bytes]], object] = lambda _: None,
) -> Iterator[Output]:
    """Run a command and yield its output while it runs, and its exit code last.

    ``started`` is called with the process, so that the caller can end it.
    """
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        started(process)
        yield from _pieces(process)
    yield Output(exit_code=process.returncode)


def _pieces(process: subprocess.Popen[bytes]) -> Iterator[Output]:
    with selectors.DefaultSelector() as pipes:
        for pipe in filter(None, (process.stdout, process.stderr)):
            pipes.register(pipe, selectors.EVENT_READ)
        while pipes.get_map():
            for key, _ in pipes.select():
                piece = os.read(key.fd, 65536)
                if not piece:
                    pipes.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    yield Output(stdout=piece)
                else:
                    yield Output(stderr=piece)


def required_packages(python: Interpreter, cwd: Path) -> list[plugin_pb2.PackageDependency]:
    """List the plugins named by the ``pulumi-plugin.json`` of every installed package."""
    folders = dict.fromkeys(python.output_of("-c", _PRINT_SYS_PATH, cwd=cwd).splitlines())
    named = (Path(folder).glob("*/pulumi-plugin.json") for folder in folders if folder)
    manifests = ((path, json.loads(path.read_text("utf-8"))) for it in named for path in sorted(it))
    return [_dependency(path, manifest) for path, manifest in manifests if manifest.get("resource")]


def _dependency(path: Path, manifest: dict[str, Any]) -> plugin_pb2.PackageDependency:
    parameterization = None
    if found := manifest.get("parameterization"):
        parameterization = plugin_pb2.PackageParameterization(
            name=found["name"], version=found["version"], value=base64.b64decode(found["value"])
        )
    return plugin_pb2.PackageDependency(
        name=manifest.get("name", path.parent.name.removeprefix("pulumi_")),
        kind="resource",
        version=manifest.get("version", ""),
        server=manifest.get("server", ""),
        parameterization=parameterization,
    )
