"""Relative paths of archives belong to the folder of the engine's program."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from local.provider.engine_process import program_folder
from local.provider.values import Asset
from tests.local.provider.engine import CheckError, FakeEngine
from tests.local.provider.samples import FUNCTION, code

Inputs = dict[str, dict[str, Any]]


@pytest.fixture
def project(tmp_path: Path, zip_file: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project with a zip; the engine of these tests is this process."""
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    shutil.copy(zip_file, tmp_path / "f.zip")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked_code(engine: FakeEngine, inputs: Inputs, path: str) -> Any:
    return engine.check(FUNCTION, {**inputs[FUNCTION], "code": code(path)})["code"]


def test_a_relative_path_is_found_in_the_project(
    project: Path, engine: FakeEngine, inputs: Inputs
) -> None:
    found = checked_code(engine, inputs, "f.zip")
    assert isinstance(found, Asset)
    assert found.path == str(project / "f.zip")
    assert found.hash == "one"
    deployed = engine.deploy(FUNCTION, {**inputs[FUNCTION], "code": code("f.zip")})
    assert engine.diff(deployed, {**inputs[FUNCTION], "code": code("./f.zip")}).diffs == []


def test_the_folder_is_sought_once_for_an_engine(
    project: Path, engine: FakeEngine, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checked_code(engine, inputs, "f.zip").path == str(project / "f.zip")
    monkeypatch.setattr("psutil.process_iter", list[Any])
    assert checked_code(engine, inputs, "./f.zip").path == str(project / "f.zip")


@pytest.mark.parametrize("main", ["program", "program/__main__.py"])
def test_the_folder_of_main_is_the_programs(project: Path, main: str) -> None:
    (project / "program").mkdir()
    (project / "program/__main__.py").touch()
    (project / "Pulumi.yaml").write_text(f"name: demo\nruntime: python\nmain: {main}\n")
    assert program_folder(project) == project / "program"
    assert program_folder(project / "program") == project / "program"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing.zip", "there is no file {project}/missing.zip"),
        ("Pulumi.yaml", "{project}/Pulumi.yaml is no zip file"),
        (".", "{project} is a folder"),
    ],
)
def test_a_path_without_a_zip_is_named(
    project: Path, engine: FakeEngine, inputs: Inputs, path: str, words: str
) -> None:
    with pytest.raises(CheckError) as refused:
        checked_code(engine, inputs, path)
    assert words.format(project=project) in str(refused.value)
