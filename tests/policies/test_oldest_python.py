"""A copied pack starts under the oldest Python that the project supports, as README has it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from testing.project import PACK

pytestmark = pytest.mark.examples

OLDEST = "python3.11"


def runs(python: str) -> bool:
    """Return whether there is such a Python: a version manager's own command may lack it."""
    if shutil.which(python) is None:
        return False
    return subprocess.run([python, "--version"], check=False, capture_output=True).returncode == 0


def test_a_copied_pack_starts_under_the_oldest_python(tmp_path: Path) -> None:
    if not runs(OLDEST):
        pytest.skip(f"there is no {OLDEST} on the PATH")
    folder = tmp_path / "policies"
    shutil.copytree(PACK, folder, ignore=shutil.ignore_patterns(".venv"))
    python = folder / ".venv/bin/python"
    subprocess.run([OLDEST, "-m", "venv", folder / ".venv"], check=True)
    install = ("-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt")
    subprocess.run([python, *install], cwd=folder, check=True)

    # As the engine starts it; a pack that is ready prints its port.
    with subprocess.Popen(
        [python, "-u", "-m", "pulumi.policy", "127.0.0.1:1", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as pack:
        assert pack.stdout is not None
        printed = pack.stdout.readline()
        pack.terminate()
        _, errors = pack.communicate()

    assert printed.strip().isdecimal(), errors
