"""``make lock``: write an application's ``requirements*.txt`` from its ``requirements*.in``.

Every requirement gets its version and hashes, as packaging needs them, for every Python that a
stack may run: the function's on AWS, and this machine's on the local AWS.
"""

import os
import subprocess
import sys
from pathlib import Path

from infra.wheels import uv_variables

OLDEST_PYTHON = "3.11"
"""The oldest Python that the local AWS runs on."""


def main(folder: Path) -> int:
    """Run uv, which prints what is wrong; return its exit code."""
    source = folder / "requirements.in"
    if not source.is_file():
        print(
            f"{source} does not exist. Allowed: a file that lists what the application imports, a "
            "package a line. Fix: write it, or make lock FOLDER=THE_APPLICATION'S_FOLDER",
            file=sys.stderr,
        )
        return 1
    # Others, such as requirements-bedrock.in, include that one.
    others = sorted(folder.glob("requirements-*.in"))
    return max(map(_lock, (source, *others)))


def _lock(source: Path) -> int:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", str(source)]
    command += ["--output-file", str(source.with_suffix(".txt"))]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command += ["--no-annotate", "--no-header"]
    environment = {**os.environ, **uv_variables(Path(sys.executable), os.environ)}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
