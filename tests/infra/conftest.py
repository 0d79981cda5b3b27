"""The program's tests: it runs against mocks, and packages nothing unless a test asks for it."""

from pathlib import Path

import pytest

from infra.package import Target
from tests.infra.declared import Program, declare


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the Lambda zip, which has tests of its own."""
    prepared = tmp_path / "function.zip"
    prepared.write_bytes(b"")

    def build(target: Target) -> Path:
        return prepared

    monkeypatch.setattr("infra.package.build", build)
    return prepared


@pytest.fixture
def default(archive: Path) -> Program:
    """Declare the program as it is without any setting."""
    return declare()
