"""Taking down what does not run, without a word too many."""

from pathlib import Path

import pytest

from local.cli import down
from local.workspace import Workspace


def test_down_reports_that_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    down.run(Workspace(tmp_path))

    assert capsys.readouterr().err == (
        f"No local AWS runs in {tmp_path}; there is nothing to take down.\n"
    )
