"""Make sure that a local AWS runs, and that the state of the local stack belongs to it."""

from local import local_aws
from local.cli import daemon
from local.cli.errors import LocalError
from local.cli.local_stack import LocalStack
from local.cli.stack_state import STACK, StackState
from local.cli.terminal import progress, say
from local.local_aws import LocalAws
from local.workspace import Workspace


def ready(workspace: Workspace, stack: LocalStack) -> LocalAws:
    """Return a running local AWS with an initialized stack whose state belongs to it.

    Both start anew when the local AWS has ended, when the state belongs to an earlier instance,
    or when an update was interrupted. A stack that another ``pulumi`` command uses is refused.
    """
    state = StackState(workspace)
    refuse_while_busy(state)
    instance = local_aws.running(workspace)
    if instance is None or not state.belongs_to(instance) or state.was_interrupted():
        instance = _start_over(workspace, state)
    if not state.exists:
        stack.init()
    return instance


def refuse_while_busy(state: StackState) -> None:
    """Remove the locks of engines that have ended, and raise when one is running."""
    state.remove_damaged_files()
    if holder := state.lock_holder():
        raise LocalError(
            f"`pulumi` (process {holder}) is at work on the stack {STACK}; try again when it has "
            f"ended, or end it with `kill {holder}`"
        )


def _start_over(workspace: Workspace, state: StackState) -> LocalAws:
    if state.exists:
        say("The resources of the last run are gone or incomplete: starting over.")
    daemon.stop(workspace)
    with progress("Starting the local AWS") as duration:
        instance = daemon.start(workspace)
    state.reset(instance)
    say(f"The local AWS serves ({duration()}).")
    return instance
