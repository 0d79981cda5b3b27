"""``make setup`` as a person runs it, in a copy of the project."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.conftest import NOWHERE, Machine
from tools.setup.virtualenv import is_undamaged

PROJECT = Path(__file__).resolve().parents[2]
NEEDED = ("Makefile", "requirements.txt", "requirements-dev.txt", "tools", "infra", "policies")
TOOLS = ("pulumi", "pulumi-language-python", "lambda-adapter")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy that has been set up from the caches of this machine's user."""
    folder = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns(".venv", "__pycache__")
    for name in NEEDED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=ignore)
        else:
            shutil.copy2(PROJECT / name, folder / name)
    done = set_up(folder)
    assert done.returncode == 0, done.stderr
    return folder


def set_up(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # As from a person's shell, not as a part of `make test`.
    shell = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "-s", "setup"],
        cwd=folder,
        env={**shell, **variables},
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def modified(folder: Path) -> dict[str, int]:
    """Tell when everything that set-up leaves was last changed."""
    left = [folder / ".venv", *(folder / ".tools").rglob("*"), *(folder / ".venv/bin").iterdir()]
    return {str(path): path.lstat().st_mtime_ns for path in left if path.suffix != ".lock"}


def test_a_second_checkout_is_complete(checkout: Path) -> None:
    assert {path.name for path in (checkout / ".tools/bin").iterdir()} == set(TOOLS)
    imported = "import pulumi, pulumi_aws, pulumi_policy, moto, pip"
    subprocess.run([checkout / "policies/.venv/bin/python", "-c", imported], check=True)


def test_a_second_set_up_changes_nothing_and_prints_one_line(checkout: Path) -> None:
    before = modified(checkout)
    again = set_up(checkout)
    assert again.stdout == ""
    assert again.stderr.startswith("Ready: Python 3.")
    assert len(again.stderr.splitlines()) == 1
    assert modified(checkout) == before


@pytest.mark.parametrize(
    "lost",
    ["bin/python", "bin/pytest", "pyvenv.cfg", "set-up.json", "lib/*/site-packages/pulumi"],
)
def test_an_incomplete_virtualenv_is_noticed(checkout: Path, lost: str) -> None:
    (part,) = (checkout / ".venv").glob(lost)
    kept = part.rename(checkout / "kept")
    noticed = not is_undamaged(checkout / ".venv")
    kept.rename(part)
    assert noticed


def test_lost_parts_are_repaired(checkout: Path) -> None:
    lost = [checkout / ".venv/bin/python", *(checkout / ".tools/bin").iterdir()]
    for path in lost:
        path.unlink()
    repaired = set_up(checkout)
    assert repaired.returncode == 0, repaired.stderr
    assert all(path.exists() for path in lost)
    subprocess.run([checkout / ".venv/bin/python", "-c", "import pulumi"], check=True)


def test_a_python_that_the_user_names_for_uv_stays_as_it_is(checkout: Path, tmp_path: Path) -> None:
    """As UV_SYSTEM_PYTHON, which many images of Python set, would name the machine's own."""
    other = tmp_path / "other"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", other], check=True)
    before = sorted(other.rglob("*"))
    (checkout / ".venv/set-up.json").unlink()

    done = set_up(checkout, UV_PYTHON=str(other / "bin/python"))

    assert done.returncode == 0, done.stderr
    assert sorted(other.rglob("*")) == before
    subprocess.run([checkout / ".venv/bin/python", "-c", "import pulumi"], check=True)


def test_a_virtualenv_that_was_moved_is_not_complete(checkout: Path, tmp_path: Path) -> None:
    """Its scripts name the folder that it was made in."""
    assert is_undamaged(checkout / ".venv")
    (tmp_path / ".venv").symlink_to(checkout / ".venv")
    assert not is_undamaged(tmp_path / ".venv")


def test_with_nothing_cached_and_no_network_one_message_says_what_would_help(
    checkout: Path, machine: Machine
) -> None:
    kept = (checkout / ".venv").rename(checkout / ".venv.kept")
    refused = set_up(
        checkout,
        HTTPS_PROXY=NOWHERE,
        XDG_CACHE_HOME=str(machine.folder),
        PATH=f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin",
    )
    kept.rename(checkout / ".venv")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert refused.stderr.count("error: ") == 1
    assert "$ pip config set global.index-url" in refused.stderr


def test_a_folder_that_path_cannot_hold_is_refused_before_anything_starts(tmp_path: Path) -> None:
    folder = tmp_path / "a:b"
    (folder / "infra").mkdir(parents=True)
    for name in ("Makefile", "requirements.txt"):
        shutil.copy2(PROJECT / name, folder / name)
    shutil.copytree(PROJECT / "tools", folder / "tools")
    shutil.copy2(PROJECT / "infra/wheels.py", folder / "infra/wheels.py")

    refused = set_up(folder)

    assert refused.returncode != 0
    (message, *_) = refused.stderr.splitlines()
    assert message.startswith(f"error: The path of the project's folder, {folder}, has a ':'")
    assert "Traceback" not in refused.stderr
    assert not (folder / ".tools").exists()


def test_an_interrupted_set_up_ends_with_one_line(checkout: Path, machine: Machine) -> None:
    """The build of a tool hangs; a person presses Ctrl-C."""
    machine.script(machine.path / "go", "exec /bin/sleep 60")
    with subprocess.Popen(
        [sys.executable, "-m", "tools.setup"],
        cwd=checkout,
        env=machine.environment,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as running:
        assert running.stderr
        for line in running.stderr:
            if "building it with Go" in line:
                break
        os.killpg(running.pid, signal.SIGINT)
        said = running.stderr.read()
    assert running.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
