"""``python3 -m tools.setup``: starts itself again with a newer Python where necessary."""

import os
import sys

from tools.setup.errors import SetupError
from tools.setup.interpreters import find_interpreter


def main() -> int:
    """Run set-up here, or in a newer interpreter if this one is too old."""
    if sys.version_info >= (3, 11):  # noqa: UP036
        from tools.setup.steps import set_up  # noqa: PLC0415 - does not parse in an older one

        return set_up()
    try:
        newer = str(find_interpreter())
    except SetupError as error:
        print("error:", error, file=sys.stderr)
        return 1
    # In place of this process, so that nothing is left here for a Ctrl-C to end.
    return os.execv(newer, [newer, "-m", "tools.setup"])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
