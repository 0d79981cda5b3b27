"""The wheel, built and installed as a user of it has it."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from testing.project import PROJECT


def build_wheel(into: Path) -> Path:
    """Build the wheel as ``make wheel`` does, and return its path."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)],
        cwd=PROJECT / "packaging",
        check=True,
        capture_output=True,
    )
    (wheel,) = into.glob("*.whl")
    return wheel


@contextmanager
def importable(wheel: Path, folder: Path) -> Generator[None]:
    """Let this process import the modules of the wheel, unpacked in a folder, for a while."""
    with zipfile.ZipFile(wheel) as zipped:
        zipped.extractall(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "lmi_streaming"]:
            del sys.modules[name]


def fresh_environment(folder: Path, wheel: Path) -> Path:
    """Make a virtual environment with the wheel, and return its interpreter.

    It takes the packages that the wheel requires from this environment, which has them pinned, and
    nothing of this repository.
    """
    venv.create(folder, symlinks=True)
    packages = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    with zipfile.ZipFile(wheel) as zipped:
        zipped.extractall(packages)
    (packages / "required.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin/python"
