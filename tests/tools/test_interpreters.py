"""Set-up takes Python 3.13 wherever the machine has one, else the next best."""

import ast
import os
import subprocess
from pathlib import Path

import pytest

from tests.tools.conftest import Machine
from tools.setup.errors import SetupError
from tools.setup.interpreters import find_interpreter

PYENV = "home/.pyenv/versions"
UV = "home/.local/share/uv/python"


OWN_PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
"""Before a test takes another machine's."""


def has(here: Machine, *places: str) -> None:
    """Put interpreters on the machine; each says the version in its place's name."""
    for place in places:
        version = place.split("python")[-1] if place[-1].isdigit() else "3.9"
        here.script(here.folder / place, f"echo {version.rpartition('-')[-1]}")


@pytest.mark.parametrize(
    ("places", "best"),
    [
        (["path/python3.13", "path/python3.12"], "path/python3.13"),
        ([f"{PYENV}/3.13.0/bin/python3.13", "path/python3.12"], f"{PYENV}/3.13.0/bin/python3.13"),
        (
            [f"{UV}/cpython-3.13.5-linux-x86_64-gnu/bin/python3.13", "path/python3.11"],
            f"{UV}/cpython-3.13.5-linux-x86_64-gnu/bin/python3.13",
        ),
        (
            [f"{PYENV}/3.13.9/bin/python3.13", f"{PYENV}/3.13.10/bin/python3.13"],
            f"{PYENV}/3.13.10/bin/python3.13",
        ),
        (["path/python3.11", f"{PYENV}/3.12.1/bin/python3.12"], f"{PYENV}/3.12.1/bin/python3.12"),
        (["path/python3.11", "path/python3.14"], "path/python3.11"),
    ],
    ids=["PATH", "pyenv before an older one on PATH", "uv", "newest patch", "3.12", "3.11"],
)
def test_the_best_interpreter_of_the_machine(here: Machine, places: list[str], best: str) -> None:
    has(here, *places)
    assert find_interpreter() == here.folder / best


def test_plain_python3_counts_when_its_version_does(here: Machine) -> None:
    python3 = here.script(here.path / "python3", "echo 3.12")
    assert find_interpreter() == python3


def test_a_pyenv_shim_of_a_version_not_in_use_is_passed_over(here: Machine) -> None:
    here.script(here.path / "python3.13", "echo 'command not found' >&2", "exit 127")
    has(here, f"{PYENV}/3.13.0/bin/python3.13")
    found = find_interpreter()
    assert found == here.folder / PYENV / "3.13.0/bin/python3.13"


def test_pyenv_and_uv_may_have_other_folders(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    has(here, "elsewhere/versions/3.13.0/bin/python3.13")
    monkeypatch.setenv("PYENV_ROOT", str(here.folder / "elsewhere"))
    assert "elsewhere" in str(find_interpreter())


def test_without_an_interpreter_set_up_says_what_would_help(here: Machine) -> None:
    has(here, "path/python3.9", "path/python3.14")
    with pytest.raises(SetupError, match="uv python install"):
        find_interpreter()


@pytest.mark.parametrize("name", ["__init__", "__main__", "errors", "interpreters"])
def test_an_old_python3_can_start_the_search(name: str) -> None:
    tree = ast.parse(Path(f"tools/setup/{name}.py").read_text(), feature_version=(3, 6))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    annotations = [
        *(function.returns for function in functions),
        *(argument.annotation for function in functions for argument in function.args.args),
    ]

    # Neither `list[Path]` nor `str | None`, which these Pythons cannot evaluate.
    assert {type(annotation) for annotation in annotations} <= {ast.Name, ast.Constant, type(None)}


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8", "3.9", "3.10"])
def test_set_up_goes_on_in_a_newer_python(version: str, here: Machine) -> None:
    """With the old Pythons that pyenv has on this machine."""
    old = next(OWN_PYENV.glob(f"versions/{version}.*/bin/python{version}"), None)
    if old is None:
        pytest.skip(f"pyenv has no Python {version}")
    here.script(here.path / "python3.13", '[ "$1" = -c ] && echo 3.13 || echo went on: "$@"')

    done = subprocess.run([old, "-m", "tools.setup"], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, "went on: -m tools.setup\n", "")
