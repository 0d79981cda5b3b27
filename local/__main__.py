"""``python -m local COMMAND``: what the Makefile's targets call."""

import argparse
import sys

from local.cli.errors import LocalError
from local.cli.set_up import require_set_up
from local.workspace import Workspace

INTERRUPTED = "error: interrupted; run the same command again to continue"

try:
    from local.cli import dev, down, env, logs, preview, status, up
except ModuleNotFoundError as missing:
    sys.exit(f"error: {missing} in {sys.executable}; use `make`, or .venv/bin/python")
except KeyboardInterrupt:
    # Imports take most of a second; a traceback out of one says nothing to its reader.
    print(f"\n{INTERRUPTED}", file=sys.stderr)
    sys.exit(130)

COMMANDS = {
    "up": (up.run, "start the local AWS and bring the local stack up"),
    "dev": (dev.run, "bring the local stack up, and serve changes as they are saved"),
    "down": (down.run, "destroy the local stack and stop the local AWS"),
    "preview": (preview.run, "preview the local stack with the policy pack"),
    "status": (status.run, "show what runs, what it uses, and where its logs are"),
    "logs": (logs.run, "follow the log of the function, until Ctrl-C"),
    "env": (env.run, "print the variables for plain `pulumi` commands on the local stack"),
}


def main() -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description="Run the local AWS.")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for name, (_, purpose) in COMMANDS.items():
        commands.add_parser(name, help=purpose)
    run, _ = COMMANDS[parser.parse_args().command]
    try:
        require_set_up()
        run(Workspace.from_environment())
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error}; {_remedy(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{INTERRUPTED}", file=sys.stderr)
        return 130
    return 0


def _remedy(error: OSError) -> str:
    """Say what to do about a file that cannot be used, or a disk that is full."""
    again = "run the same command again"
    if isinstance(error, PermissionError):
        return f'make it yours (`sudo chown "$USER" FILE`) or delete it, and {again}'
    return f"mend that, and {again}"


if __name__ == "__main__":
    sys.exit(main())
