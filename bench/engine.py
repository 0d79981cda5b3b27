"""Previews by the real engine, measured: of a copy of this project, and of others beside it."""

import resource
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from testing.checkout import Checkout
from testing.project import PROJECT

PYTHON: Final = f"""\
runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: {PROJECT / ".venv"}
"""
"""The part of a project's file, or of a pack's, that says which Python runs it."""


@dataclass(frozen=True)
class Cost:
    """Seconds that a preview took: by the clock, and of processors.

    ``engine`` is the engine with the language host, the program and the pack.
    """

    wall: float
    engine: float
    local_aws: float

    @property
    def cpu(self) -> float:
        """Seconds of processors in all."""
        return self.engine + self.local_aws


@contextmanager
def compiling_checkout() -> Generator[Checkout]:
    """Copy the project, for processes that keep what they compile, as a user's do.

    The copy is taken down and deleted afterwards, with what stands beside it.
    """
    with TemporaryDirectory(prefix="lmi-bench-") as name:
        checkout = Checkout.make(Path(name).resolve() / "checkout")
        checkout.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        try:
            yield checkout
        finally:
            checkout.local("down")


def new_project(checkout: Checkout, folder: Path, files: Mapping[str, str]) -> Path:
    """Write a project, with a stack for the local AWS that runs in a checkout."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    pulumi(checkout, "stack", "select", "--create", "local", "--cwd", str(folder))
    return folder


def pulumi(checkout: Checkout, *arguments: str) -> str:
    """Run a plain ``pulumi`` command; it has to succeed. Return what it prints."""
    done = checkout.pulumi(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def preview(checkout: Checkout, project: Path, pack: Path) -> Cost:
    """Preview the local stack of a project once; it has to succeed."""
    local_aws = psutil.Process(checkout.aws_pid())
    began, engine, aws = time.monotonic(), cpu_of_ended_children(), cpu_of(local_aws)
    on_project = ("--cwd", str(project), "--stack", "local")
    pulumi(checkout, "preview", *on_project, "--policy-pack", str(pack))
    return Cost(
        wall=time.monotonic() - began,
        engine=cpu_of_ended_children() - engine,
        local_aws=cpu_of(local_aws) - aws,
    )


def cpu_of_ended_children() -> float:
    """Return the seconds of processors that ended children of this process used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_of(process: psutil.Process) -> float:
    """Return the seconds of processors that a process has used so far."""
    return sum(process.cpu_times()[:2])
