"""A disk that is nearly full is noticed before set-up downloads or builds anything."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.tools.conftest import NOWHERE, Machine
from tools.setup.bin_folder import BinFolder
from tools.setup.cache import ToolCache
from tools.setup.errors import SetupError
from tools.setup.progress import Progress
from tools.setup.pulumi import provide_pulumi
from tools.setup.virtualenv import provide_virtualenv
from tools.setup.web_adapter import provide_web_adapter


@pytest.fixture(autouse=True)
def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def disk_usage(folder: Path) -> SimpleNamespace:
        assert folder.exists()
        return SimpleNamespace(free=150 * 2**20)

    monkeypatch.setattr("shutil.disk_usage", disk_usage)


def make_pulumi(machine: Machine, cache: ToolCache) -> None:
    machine.script(machine.path / "go", "exit 9")
    bin_folder = BinFolder(machine.folder / "bin")
    provide_pulumi(bin_folder, machine.path / "python", cache, machine.environment, Progress())


def make_the_adapter(machine: Machine, cache: ToolCache) -> None:
    machine.script(machine.path / "cargo", "exit 9")
    provide_web_adapter(BinFolder(machine.folder / "bin"), cache, machine.environment, Progress())


def make_the_virtualenv(machine: Machine, cache: ToolCache) -> None:
    machine.script(machine.path / "python3.13", "echo 3.13")
    machine.script(machine.path / "uv", "[ $1 = --version ] && echo uv 99.0.0 || exit 9")
    folder = machine.folder / "checkout/.venv"
    provide_virtualenv(folder, cache, machine.environment, Progress())


@pytest.mark.parametrize("make", [make_pulumi, make_the_adapter, make_the_virtualenv])
def test_too_little_space_is_one_line(
    machine: Machine, make: Callable[[Machine, ToolCache], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", NOWHERE)

    with pytest.raises(SetupError) as full:
        make(machine, ToolCache.of_user(machine.environment))

    (line,) = str(full.value).splitlines()
    assert "has 150 MB free" in line
    assert line.endswith("free some space, and run `make setup` again.")
