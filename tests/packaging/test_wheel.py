"""The wheel: what is in it, what it requires, and that equal sources give equal bytes."""

import email
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from testing.project import PROJECT
from testing.wheel import build_wheel, fresh_environment


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh_environment(tmp_path_factory.mktemp("fresh"), wheel)


def read(wheel: Path, name: str) -> bytes:
    with zipfile.ZipFile(wheel) as zipped:
        return zipped.read(name)


def test_it_has_the_version_of_the_project(wheel: Path) -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]

    assert wheel.name == f"lmi_streaming-{version}-py3-none-any.whl"


def test_a_rebuild_has_the_same_bytes_so_that_a_hash_pins_it(wheel: Path, tmp_path: Path) -> None:
    assert build_wheel(tmp_path).read_bytes() == wheel.read_bytes()


def test_it_has_every_module_under_its_new_name_and_its_types(wheel: Path) -> None:
    ours = {
        path.relative_to(PROJECT / "infra").as_posix() for path in (PROJECT / "infra").rglob("*.py")
    }
    with zipfile.ZipFile(wheel) as zipped:
        packed = {name.removeprefix("lmi_streaming/") for name in zipped.namelist()}

    assert ours | {"py.typed", "LICENSE"} <= packed
    assert not [name for name in packed if "__pycache__" in name]


def test_the_numbers_of_lmi_are_those_of_the_pack(wheel: Path) -> None:
    limits = PROJECT / "policies/lmi/facts/limits.py"

    assert read(wheel, "lmi_streaming/limits.py") == limits.read_bytes()


def test_what_it_requires_is_what_is_tested(wheel: Path) -> None:
    text = read(wheel, f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/METADATA").decode()
    required = [
        Requirement(it) for it in email.message_from_string(text).get_all("Requires-Dist", [])
    ]
    lock = (PROJECT / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))

    assert required
    for requirement in required:
        assert requirement.specifier.contains(pinned[requirement.name])


def test_every_module_imports_without_this_repository(python: Path, tmp_path: Path) -> None:
    program = """
import importlib, pkgutil, sys
import lmi_streaming
for module in pkgutil.walk_packages(lmi_streaming.__path__, "lmi_streaming."):
    importlib.import_module(module.name)
assert not {"infra", "policies"} & sys.modules.keys()
print(lmi_streaming.__file__)
"""
    done = subprocess.run(
        [python, "-c", program], cwd=tmp_path, check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(python.parents[1]))


@pytest.mark.examples
def test_the_examples_have_the_types_that_the_wheel_declares(python: Path, tmp_path: Path) -> None:
    programs = ("components.py", "two-services/__main__.py", "streaming-service/program.py")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    for name in programs:
        (tmp_path / name.replace("/", "_")).write_text(
            (PROJECT / "docs/examples" / name).read_text()
        )

    done = subprocess.run(
        [PROJECT / ".venv/bin/pyright", "--pythonpath", python],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout
