"""``python -m testing.coverage_floors``: print the line coverage of each part, and refuse a fall.

It reads what ``pytest --cov`` has measured of the lines that run in the processes of the tests.
"""

import sys
from io import StringIO

from coverage import Coverage
from coverage.exceptions import CoverageException

FLOORS = {"app": 88, "infra": 99, "local": 93, "policies": 99, "tools": 69}
"""Percent of its lines that the tests have to run, for each part.

They are what the tests run, rounded down; of ``tools`` some lines run on some machines only.
"""


def main() -> int:
    """Print a line for each part, and a line for each fall; return the exit code."""
    measured = Coverage()
    falls: list[str] = []
    try:
        measured.load()
        for part, floor in FLOORS.items():
            covered = measured.report(include=f"{part}/*", file=StringIO())
            print(f"coverage of {part}: {covered:.1f} % of the lines, at least {floor}")
            if covered < floor:
                falls.append(
                    f"error: tests run {covered:.1f} % of the lines of {part}, less than {floor} %."
                    " Fix: test what was added; it is listed by"
                    f" python -m coverage report --show-missing --include='{part}/*'"
                )
    except CoverageException as error:
        falls.append(f"error: {str(error).rstrip('.')}. Fix: run the tests with --cov")
    print(*falls, sep="\n", end="\n" if falls else "", file=sys.stderr)
    return bool(falls)


if __name__ == "__main__":
    sys.exit(main())
