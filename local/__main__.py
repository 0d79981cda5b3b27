"""``python -m local COMMAND``: what the Makefile's targets call."""

import argparse
import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

from local.cli.terminal import LocalError
from local.workspace import TOOLS, Workspace

COMMANDS = {
    "up": "start the local AWS and bring the local stack up",
    "dev": "bring the local stack up, and serve changes as they are saved",
    "down": "destroy the local stack and stop the local AWS",
    "preview": "preview the local stack with the policy pack",
    "status": "show what runs, what it uses, and where its logs are",
    "logs": "follow the logs of the functions, until Ctrl-C",
    "env": "print the variables for plain `pulumi` commands on the local stack",
}
"""What each command is for; the module of its name in ``local/cli/`` runs it."""
NEEDED = ("pulumi", "pulumi-language-python", "lambda-adapter")
"""What set-up provides."""


def main() -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description="Run the local AWS.")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        commands.add_parser(name, help=purpose)
    command = parser.parse_args().command
    # Commands take back on their way out what nobody could use, such as a temporary local AWS.
    for ending in (signal.SIGTERM, signal.SIGHUP):  # the latter where the terminal is closed
        if signal.getsignal(ending) != signal.SIG_IGN:  # as under nohup
            signal.signal(ending, lambda number, _: sys.exit(128 + number))
    try:
        # Only this one: together they import for a second, which every command would wait for.
        run = import_module(f"local.cli.{command}").run
        require_set_up()
        run(Workspace.from_environment())
        sys.stdout.flush()
    except ModuleNotFoundError as missing:
        print(
            f"error: {missing} in {sys.executable}; use `make`, or .venv/bin/python",
            file=sys.stderr,
        )
        return 1
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # as in `make logs | head`: nobody reads what is left
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for output in (sys.stdout, sys.stderr):
            os.dup2(nowhere, output.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        remedy = "mend that"
        if isinstance(error, PermissionError):
            remedy = 'make it yours (`sudo chown "$USER" FILE`) or delete it'
        print(f"error: {error}; {remedy}, and run the same command again", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nerror: interrupted; run the same command again to continue", file=sys.stderr)
        return 130
    return 0


def require_set_up(tools: Path = TOOLS) -> None:
    """Raise when a tool is missing in the folder that set-up puts them in."""
    missing = [name for name in NEEDED if not os.access(tools / name, os.X_OK)]
    if missing:
        raise LocalError(f"{tools} lacks {', '.join(missing)}; run `make setup`")


def _interrupt_again(ignored: "sys.UnraisableHookArgs") -> None:
    """Repeat a Ctrl-C that came while an object was being deleted, which Python ignores."""
    if issubclass(ignored.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, 0.05)
    else:
        sys.__unraisablehook__(ignored)


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    sys.unraisablehook = _interrupt_again
    exit_code = main()
    # What was imported is in use to the end, and no garbage to be looked for.
    gc.freeze()
    sys.exit(exit_code)
