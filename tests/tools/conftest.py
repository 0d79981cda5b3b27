"""Machines that lack things, made of empty folders and small scripts."""

from dataclasses import dataclass
from pathlib import Path

import pytest

# Nothing listens there, so everything behind it is refused at once.
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Machine:
    """A home, a PATH and a cache of its own.

    Attributes
    ----------
    folder
        Everything of this machine lies in it.
    """

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def path(self) -> Path:
        return self.folder / "path"

    @property
    def environment(self) -> dict[str, str]:
        """Variables of a shell on this machine; the network is out of reach."""
        return {
            "HOME": str(self.home),
            "PATH": str(self.path),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "https_proxy": NOWHERE,
            "http_proxy": NOWHERE,
        }

    def script(self, path: Path, *lines: str) -> Path:
        """Write an executable."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(0o755)
        return path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine with nothing on it."""
    machine = Machine(tmp_path)
    machine.home.mkdir()
    machine.path.mkdir()
    return machine


@pytest.fixture
def here(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return such a machine, on which the test runs."""
    for name in ("PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR", "LMI_LAMBDA_ADAPTER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in machine.environment.items():
        monkeypatch.setenv(name, value)
    # urllib keeps the proxies of its first request in this process for all others.
    monkeypatch.setattr("urllib.request._opener", None)
    return machine
