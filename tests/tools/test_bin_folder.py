"""``.tools/bin``: damage in a checkout stays there, and set-up mends it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.setup.bin_folder import BinFolder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "cache/hammer"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bin_folder(tmp_path: Path) -> BinFolder:
    return BinFolder(tmp_path / ".tools/bin")


def place(bin_folder: BinFolder, source: Path) -> None:
    bin_folder.place(source, "hammer")


def link(bin_folder: BinFolder, source: Path) -> None:
    bin_folder.link(source, "hammer")


def write(bin_folder: BinFolder, source: Path) -> None:
    bin_folder.write(source.read_text(), "hammer")


def empty(target: Path) -> None:
    target.unlink()
    target.touch()


def halve(target: Path) -> None:
    text = target.read_text()
    target.unlink()
    target.write_text(text[:5])


def lose_its_mode(target: Path) -> None:
    text = target.read_text()
    target.unlink()
    target.write_text(text)


def become_a_folder(target: Path) -> None:
    target.unlink()
    target.mkdir()


def hold_no_text(target: Path) -> None:
    target.unlink()
    target.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize("provide", [place, link, write])
@pytest.mark.parametrize("damage", [empty, halve, lose_its_mode, become_a_folder, hold_no_text])
def test_a_damaged_executable_is_replaced(
    bin_folder: BinFolder,
    source: Path,
    provide: Callable[[BinFolder, Path], None],
    damage: Callable[[Path], None],
) -> None:
    provide(bin_folder, source)
    target = bin_folder.path / "hammer"
    damage(target)

    provide(bin_folder, source)

    assert target.read_text() == source.read_text()
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in bin_folder.path.iterdir()] == ["hammer"]


def test_damage_in_a_checkout_does_not_reach_the_cache(bin_folder: BinFolder, source: Path) -> None:
    place(bin_folder, source)
    (bin_folder.path / "hammer").write_text("")

    assert source.read_text() == "#!/bin/sh\n"


def test_a_hard_link_of_an_earlier_set_up_becomes_a_copy(
    bin_folder: BinFolder, source: Path
) -> None:
    bin_folder.path.mkdir(parents=True)
    target = bin_folder.path / "hammer"
    target.hardlink_to(source)

    place(bin_folder, source)

    assert not target.samefile(source)
    assert target.read_text() == source.read_text()


def test_an_undamaged_executable_is_left_alone(bin_folder: BinFolder, source: Path) -> None:
    place(bin_folder, source)
    before = (bin_folder.path / "hammer").stat()

    place(bin_folder, source)

    assert (bin_folder.path / "hammer").stat().st_ino == before.st_ino
