"""`make down`: destroys the local stack and stops everything that `make up` started."""

from local import life
from local.cli import daemon, session
from local.cli.engine import Engine
from local.cli.stack_state import StackState
from local.cli.terminal import say
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Delete the resources where they still exist, then the processes and the state."""
    with daemon.exclusive(workspace):
        state = StackState(workspace)
        if not state.exists and life.recorded(workspace) is None:
            say(f"No local AWS runs in {workspace.folder}; there is nothing to take down.")
            return
        session.refuse_while_busy(state)
        begun = life.running(workspace)
        try:
            if begun and state.belongs_to(begun) and state.exists:
                Engine(workspace).destroy()
        finally:
            daemon.stop(workspace)
            state.discard()
    say("The local AWS is down; nothing is left running.")
