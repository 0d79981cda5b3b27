"""``python -m testing.node``: install the packages, unless they are there."""

import os
import shutil
import subprocess
import sys

from testing.node import INSTALLED, LOCK, NPM, is_installed, run


def main() -> int:
    """Install; return the exit code, which is that of a failure only where CI must not skip."""
    if is_installed():
        return 0
    try:
        run(NPM, "ci", "--no-audit", "--no-fund")
    except subprocess.CalledProcessError as error:
        print(
            f"npm ci failed in testing/node:\n{error.stderr}Tests of the chat with the AI SDK and "
            "with a browser are skipped until `python -m testing.node` succeeds: it needs the "
            "registry that npm is configured for.",
            file=sys.stderr,
        )
        return 1 if os.environ.get("CI") else 0
    shutil.copy(LOCK, INSTALLED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
