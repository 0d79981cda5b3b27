"""``make down``: destroys the local stack and stops everything that ``make up`` started."""

from local import local_aws
from local.cli import daemon
from local.cli.local_stack import LocalStack
from local.cli.stack_state import StackState
from local.cli.terminal import say
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Delete the resources where they still exist, then the processes and the state."""
    with daemon.exclusive(workspace):
        state = StackState(workspace)
        if not state.exists and local_aws.recorded(workspace) is None:
            say(f"No local AWS runs in {workspace.folder}; there is nothing to take down.")
            return
        daemon.refuse_while_busy(state)
        if state.others:
            say(
                f"The stacks {', '.join(state.others)} are deleted too: "
                "their resources exist in this local AWS only."
            )
        instance = local_aws.running(workspace)
        try:
            if instance and state.belongs_to(instance) and state.exists:
                LocalStack(workspace).destroy()
        finally:
            daemon.stop(workspace)
            state.discard()
    say(
        "The local AWS is down; nothing is left running. Pulumi.local.yaml keeps the settings; "
        "`pulumi stack rm local`, which pulumi suggests in its log, would delete them."
    )
