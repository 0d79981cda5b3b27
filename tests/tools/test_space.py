"""A disk that is nearly full is noticed before set-up downloads or builds anything."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.tools.conftest import Machine
from tools.setup.bin_folder import BinFolder
from tools.setup.errors import SetupError
from tools.setup.pulumi import provide_pulumi
from tools.setup.virtualenv import provide_virtualenv
from tools.setup.web_adapter import provide_web_adapter


@pytest.fixture(autouse=True)
def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def disk_usage(folder: Path) -> SimpleNamespace:
        assert folder.exists()
        return SimpleNamespace(free=150 * 2**20)

    monkeypatch.setattr("shutil.disk_usage", disk_usage)


def make_pulumi(here: Machine) -> None:
    here.script(here.path / "go", "exit 9")
    provide_pulumi(BinFolder(here.folder / "bin"), here.path / "python")


def make_the_adapter(here: Machine) -> None:
    here.script(here.path / "cargo", "exit 9")
    provide_web_adapter(BinFolder(here.folder / "bin"))


def make_the_virtualenv(here: Machine) -> None:
    here.script(here.path / "python3.13", "echo 3.13")
    here.script(here.path / "uv", "[ $1 = --version ] && echo uv 99.0.0 || exit 9")
    provide_virtualenv(here.folder / "checkout/.venv")


@pytest.mark.parametrize("make", [make_pulumi, make_the_adapter, make_the_virtualenv])
def test_too_little_space_is_one_line(here: Machine, make: Callable[[Machine], None]) -> None:
    with pytest.raises(SetupError) as full:
        make(here)

    (line,) = str(full.value).splitlines()
    assert "has 150 MB free" in line
    assert line.endswith("free some space, and run `make setup` again.")
