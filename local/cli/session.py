"""Brings a local AWS and the state of the local stack together, mending what a crash left."""

import time

from local import life
from local.cli import daemon
from local.cli.engine import Engine
from local.cli.errors import LocalError
from local.cli.stack_state import STACK, StackState
from local.cli.terminal import say
from local.life import Life
from local.workspace import Workspace


def ready(workspace: Workspace, engine: Engine) -> Life:
    """Give a local AWS that serves, with an initialised stack whose state belongs to it.

    The two share one life: where either is gone, belongs to another life, or was cut off in the
    middle of an update, both start over.

    Raises
    ------
    LocalError
        When another `pulumi` command is at work on the stack, or the local AWS does not start.
    """
    state = StackState(workspace)
    refuse_while_busy(state)
    begun = life.running(workspace)
    if begun is None or not state.belongs_to(begun) or state.was_interrupted():
        begun = _start_over(workspace, state)
    if not state.exists:
        engine.init()
    return begun


def refuse_while_busy(state: StackState) -> None:
    """Release the locks of dead engines, and refuse to work beside a live one."""
    state.release_dead_locks()
    if holder := state.lock_holder():
        raise LocalError(
            f"`pulumi` (process {holder}) is at work on the stack {STACK}; try again later"
        )


def _start_over(workspace: Workspace, state: StackState) -> Life:
    if state.exists:
        say("The resources of the last run are gone or incomplete: starting over.")
    daemon.stop(workspace)
    say("Starting the local AWS ...")
    since = time.monotonic()
    begun = daemon.start(workspace)
    state.begin(begun)
    say(f"The local AWS serves ({time.monotonic() - since:.1f} s).")
    return begun
