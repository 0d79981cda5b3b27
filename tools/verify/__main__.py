"""``python -m tools.verify STACK``: check a stack that is up by calling it, on AWS or locally.

The first deployment on AWS shows what no published test covers: that the alias can be invoked,
that the URL streams, that logs, metrics and traces arrive, and that the adapter serves requests
beside one another. It sends about a dozen requests, and with ``--saturate`` more than the stack can
serve.
"""

import argparse
import sys
import textwrap

from tools.stack import StackError, find
from tools.verify.verification import Verification


def main() -> int:
    """Check a stack, a line a check; return 1 if a check failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.verify", description=__doc__)
    parser.add_argument("stack", help="name of the stack, such as dev")
    parser.add_argument("--path", default="/", help="what the application streams; by default /")
    parser.add_argument(
        "--saturate", action="store_true", help="also send more requests than there are slots"
    )
    arguments = parser.parse_args()
    try:
        stack = find(arguments.stack)
        if arguments.saturate and stack.setting("protect", "false") == "true":
            raise StackError(
                f"The stack {arguments.stack} is protected, and to fill its slots takes them from "
                "its users. Fix: leave SATURATE out, or saturate another stack"
            )
        return _run(Verification(stack, arguments.path, saturates=arguments.saturate))
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(verification: Verification) -> int:
    """Make all checks, whatever the earlier ones found."""
    results: list[str] = []
    for name in verification.checks:
        print(f"{name:9}", end="", flush=True)  # tells what is waited for
        result, text = verification.make(name)
        print(f"{result:9}{textwrap.shorten(text, 500, placeholder=' ...')}")
        results.append(result)
    print(", ".join(f"{results.count(result)} {result}" for result in sorted(set(results))))
    return int("failed" in results)


if __name__ == "__main__":
    sys.exit(main())
