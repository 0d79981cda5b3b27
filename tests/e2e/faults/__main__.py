"""Run the faults that are asked for, and exit with 1 when one of them lasts."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from testing.checkout import Checkout
from tests.e2e.faults import disk, files, kills
from tests.e2e.faults.outcome import LASTS, outcome

ROOMS = {
    "files": files.faults,
    "tools": files.faults_of_tools,
    "kills": kills.faults,
    "disk": disk.faults,
}


def main() -> None:
    """Try every fault of the rooms that are named; without names, of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.faults")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("-k", default="", metavar="TEXT", help="only faults that have it in a name")
    arguments = parser.parse_args()
    lasting = 0
    with TemporaryDirectory(prefix="lmi-faults-", ignore_cleanup_errors=True) as folder:
        checkout = Checkout.make(Path(folder) / "checkout")
        try:
            checkout.up()
            for room in arguments.rooms or ROOMS:
                for fault in ROOMS[room](checkout):
                    if arguments.k in fault.name:
                        found = outcome(checkout, fault)
                        if left := kills.left_running(checkout):
                            found = f"{LASTS}left running: {', '.join(left)}; {found}"
                        print(f"{fault.name:70} {found}", flush=True)
                        lasting += found.startswith(LASTS)
        finally:
            checkout.local("down")
    print(f"{lasting} faults last")
    sys.exit(bool(lasting))


if __name__ == "__main__":
    main()
