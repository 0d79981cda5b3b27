"""A disk that is nearly full is noticed before anything starts."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from local.cli.terminal import LocalError
from local.cli.up import NEEDED_BYTES, require_space
from local.workspace import Workspace


def free_bytes(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    def disk_usage(folder: Path) -> SimpleNamespace:
        assert folder.exists()
        return SimpleNamespace(free=free)

    monkeypatch.setattr("shutil.disk_usage", disk_usage)


@pytest.mark.parametrize("folder", [".", "new", "new/workspace"])
def test_too_little_space_is_one_line(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free_bytes(monkeypatch, NEEDED_BYTES - 1)

    with pytest.raises(LocalError) as full:
        require_space(Workspace(tmp_path / folder))

    assert str(full.value) == (
        f"the disk of {tmp_path / folder} has 199 MB free. Allowed: 200 MB or more. "
        "Fix: free space, or set LMI_LOCAL_DIR to a folder on another disk"
    )


def test_enough_space_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free_bytes(monkeypatch, NEEDED_BYTES)

    require_space(Workspace(tmp_path))
