"""Writes the findings of a run as files for CI: ``python -m lmi.report EVENTS --sarif FILE``."""

import argparse
import sys
from pathlib import Path

from .events import EventLogError, read_findings
from .forms import junit, markdown, sarif


def main(arguments: list[str]) -> int:
    """Write the files that the command line names; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m lmi.report", description=__doc__)
    parser.add_argument(
        "events",
        type=Path,
        help="what pulumi preview --event-log or pulumi policy analyze --json wrote",
    )
    for form in ("sarif", "junit", "markdown"):
        parser.add_argument(f"--{form}", type=Path, metavar="FILE", help=f"write {form} to FILE")
    parser.add_argument(
        "--program",
        default="__main__.py",
        help="file of the repository that code scanning shows findings at (default: %(default)s)",
    )
    parser.add_argument(
        "--category",
        default="stack",
        help="name of what was previewed, which tells stacks apart (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        findings = read_findings(options.events.read_text(encoding="utf-8").splitlines())
        if options.sarif:
            text = sarif(findings, options.program, options.category)
            options.sarif.write_text(text, encoding="utf-8")
        if options.junit:
            options.junit.write_text(junit(findings), encoding="utf-8")
        if options.markdown:
            options.markdown.write_text(markdown(findings, options.category), encoding="utf-8")
    except (EventLogError, OSError, UnicodeError) as error:
        print(f"python -m lmi.report: {options.events}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
