"""``make up``: brings up the local AWS and the local stack, and repairs what a crash left."""

from local.cli import daemon, edits
from local.cli.local_stack import LocalStack
from local.cli.preconditions import require_space
from local.cli.readiness import answers, publish_again_if_failed, wait_until_serving
from local.cli.stack_state import StackState
from local.cli.terminal import LocalError
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Update the local stack, wait until it serves, and print its URL."""
    with daemon.exclusive(workspace):
        require_space(workspace)
        stack = LocalStack(workspace)
        instance = daemon.ready(workspace, stack)
        deployed = StackState(workspace).outputs()
        before = deployed.get("url")
        if "alias_arn" in deployed:
            publish_again_if_failed(instance.endpoint_url, deployed["alias_arn"])
        try:
            stack.up()
            edits.undo(instance)
            outputs = StackState(workspace).outputs()
            wait_until_serving(instance.endpoint_url, outputs["alias_arn"], outputs["url"])
        except LocalError as error:
            if before and answers(before):
                raise LocalError(
                    f"{error}\n\nWhat was deployed before still serves: {before}\n"
                    "Undo the change, or mend it, and run `make up` again."
                ) from error
            raise
    print(f"\nThe service: {outputs['url']}")
    print(f"Call it:     curl -N {outputs['url']}")
    # Where standard output is a file, `make dev` goes on for hours before its end.
    print("Take down:   make down", flush=True)
