"""What is in the tool cache is whole, however the run that made it ended."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.setup.cache import Tool, cache_folder
from tools.setup.errors import SetupError

TOOL = Tool("hammer", "1.2.3", executable="bin/hammer")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the tools that the test makes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "lmi-streaming"


def forge(folder: Path) -> None:
    """Make a hammer, and an anvil beside it."""
    (folder / "bin").mkdir()
    for name in ("hammer", "anvil"):
        (folder / "bin" / name).write_text("#!/bin/sh\n")
        (folder / "bin" / name).chmod(0o755)


def must_not_make(_: Path) -> None:
    pytest.fail("it was there already")


def test_a_tool_is_built_once(cache: Path) -> None:
    made = TOOL.provide(forge)
    assert made.name == "hammer"
    assert TOOL.provide(must_not_make) == made


def test_its_folder_is_named_after_version_and_machine(cache: Path) -> None:
    made = TOOL.provide(forge)
    assert made.relative_to(cache).parts[0].startswith("hammer-1.2.3-")


@pytest.mark.parametrize("damage", ["bin/hammer", "bin"])
def test_a_damaged_tool_is_built_again(cache: Path, damage: str) -> None:
    made = TOOL.provide(forge)
    made.unlink()
    if damage == "bin":
        shutil.rmtree(made.parent)
    assert TOOL.provide(forge) == made


def empty(executable: Path) -> None:
    executable.write_bytes(b"")


def halve(executable: Path) -> None:
    executable.write_bytes(executable.read_bytes()[:5])


def alter(executable: Path) -> None:
    """Change one byte, and nothing that the file's attributes tell."""
    before = executable.stat()
    executable.write_bytes(executable.read_bytes().replace(b"/bin/sh", b"/bin/sj"))
    os.utime(executable, ns=(before.st_atime_ns, before.st_mtime_ns))


def become_a_folder(executable: Path) -> None:
    executable.unlink()
    executable.mkdir()


def halve_the_one_beside_it(executable: Path) -> None:
    halve(executable.with_name("anvil"))


def lose_its_checksum(executable: Path) -> None:
    (note,) = executable.parents[1].glob("*.sha256")
    note.write_text("")


def lose_its_folder(executable: Path) -> None:
    folder = executable.parents[1]
    shutil.rmtree(folder)
    folder.touch()


@pytest.mark.parametrize(
    "damage",
    [
        empty,
        halve,
        alter,
        become_a_folder,
        halve_the_one_beside_it,
        lose_its_checksum,
        lose_its_folder,
    ],
)
def test_a_tool_that_is_not_what_was_built_is_built_again(
    cache: Path, damage: Callable[[Path], None]
) -> None:
    made = TOOL.provide(forge)
    damage(made)

    assert TOOL.find() is None
    assert TOOL.provide(forge).read_text() == "#!/bin/sh\n"
    assert TOOL.provide(must_not_make) == made


def fail(folder: Path) -> None:
    forge(folder)
    raise SetupError("no network")


def forget(folder: Path) -> None:
    """Make nothing."""


@pytest.mark.parametrize("make", [fail, forget])
def test_a_failed_build_leaves_nothing(cache: Path, make: Callable[[Path], None]) -> None:
    with pytest.raises(SetupError):
        TOOL.provide(make)
    assert not [path for path in cache.iterdir() if path.is_dir()]


def test_the_leftovers_of_a_killed_build_are_removed(cache: Path) -> None:
    program = f"""
import time
from tools.setup.cache import Tool
def hang(folder):
    (folder / "half").touch()
    print("building", flush=True)
    time.sleep(60)
{TOOL!r}.provide(hang)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as building:
        assert building.stdout
        building.stdout.readline()
        building.send_signal(signal.SIGKILL)
    assert list(cache.glob(".*.partial/half"))

    TOOL.provide(forge)
    assert not list(cache.glob(".*.partial"))


def test_two_checkouts_build_a_tool_once(cache: Path) -> None:
    builds: list[Path] = []
    both_started = threading.Barrier(2)

    def build(folder: Path) -> None:
        builds.append(folder)
        forge(folder)

    def checkout() -> None:
        both_started.wait()
        TOOL.provide(build)

    checkouts = [threading.Thread(target=checkout) for _ in range(2)]
    for thread in checkouts:
        thread.start()
    for thread in checkouts:
        thread.join()
    assert len(builds) == 1


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ({"XDG_CACHE_HOME": "/var/cache/me"}, Path("/var/cache/me/lmi-streaming")),
        ({"XDG_CACHE_HOME": "relative"}, Path.home() / ".cache/lmi-streaming"),
        ({}, Path.home() / ".cache/lmi-streaming"),
    ],
)
def test_the_cache_is_where_the_xdg_specification_says(
    variable: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == folder
