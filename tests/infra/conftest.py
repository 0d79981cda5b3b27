"""The program's tests: it runs against mocks, and packages nothing unless a test asks for it."""

import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.package import Package, Target
from testing.wheel import build_wheel, importable
from tests.infra.declared import Program, declare


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stand in for the Lambda zip, which has tests of its own."""
    prepared = tmp_path_factory.mktemp("package") / "function.zip"
    zipfile.ZipFile(prepared, "w").close()
    return prepared


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Let examples import the wheel."""
    built = build_wheel(tmp_path_factory.mktemp("wheel"))
    with importable(built, tmp_path_factory.mktemp("unpacked")):
        yield


@pytest.fixture(scope="module", autouse=True)
def packaged(archive: Path) -> Generator[None]:
    with _packaged_as(archive):
        yield


@pytest.fixture(scope="session")
def default(archive: Path) -> Program:
    """Declare the program as it is without any setting. Tests only read it."""
    with _packaged_as(archive):
        return declare()


@contextmanager
def _packaged_as(archive: Path) -> Generator[None]:
    def build_parts(
        target: Target,
        app: Path | None = None,
        into: Path | None = None,
        *,
        for_bedrock: bool = False,
        with_layer: bool = False,
    ) -> Package:
        return Package(archive, archive if with_layer else None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.compose.build_parts", build_parts)
        yield
