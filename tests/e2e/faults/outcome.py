"""Make a fault, and say how the command that should mend it goes on."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from local.cli.stack_state import StackState
from local.workspace import Workspace
from testing.checkout import Checkout, Up, answers

SKIP = "skip: "
LASTS = "LASTS: "
_DONE = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Fault:
    """One thing that breaks.

    Attributes
    ----------
    name
        What the table shows.
    make
        Makes the fault; returns the outcome where that is certain already, else an empty text.
    remedy
        Does what the message of the failed command says, as far as that is more than to run
        ``make up`` again.
    prefix
        Of the command that comes after the fault, such as one that takes rights from it.
    is_of_the_stack
        Whether ``make up`` is what comes after the fault.
    """

    name: str
    make: Callable[[], str | None]
    remedy: Callable[[], object] = lambda: None
    prefix: tuple[str, ...] = ()
    is_of_the_stack: bool = True


def outcome(checkout: Checkout, fault: Fault) -> str:
    """Make a fault, and return the outcome: one that begins with ``LASTS`` is to be mended."""
    certain = fault.make() or ""
    if certain.startswith(SKIP) or not fault.is_of_the_stack:
        return certain
    done = checkout.run([*fault.prefix, sys.executable, "-m", "local", "up"])
    if done.returncode == 0:
        if not _serves(done):
            return f"{LASTS}it does not serve"
        return certain or ("serves anew" if "starting over" in done.stderr else "serves")
    fault.remedy()
    wait_until_free(checkout)
    again = checkout.local("up")
    if "Traceback" in done.stderr or again.returncode != 0 or not _serves(again):
        start_from_nothing(checkout)
        return f"{LASTS}{_last_line(done)}; then {_last_line(again)}"
    return certain or f"serves at the second time: {_last_line(done)}"


def wait_until_free(checkout: Checkout) -> None:
    """Do what the message of a busy stack asks for: wait until its engine has ended."""
    state = StackState(Workspace(checkout.folder / ".local"), checkout.folder)
    while state.lock_holder():
        time.sleep(0.5)


def start_from_nothing(checkout: Checkout) -> None:
    """Take the stack down, and delete its folder."""
    checkout.local("down")
    shutil.rmtree(checkout.folder / ".local", ignore_errors=True)


def _serves(done: _DONE) -> bool:
    return answers(Up(done.stdout + done.stderr).url)


def _last_line(done: _DONE) -> str:
    return (done.stderr.strip().splitlines() or [""])[-1]
