"""``make up``: brings up the local AWS and the local stack, and repairs what a crash left."""

from local.cli import session
from local.cli.daemon import exclusive
from local.cli.local_stack import LocalStack
from local.cli.readiness import wait_until_serving
from local.cli.stack_state import StackState
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Update the local stack, wait until it serves, and print its URL."""
    with exclusive(workspace):
        stack = LocalStack(workspace)
        instance = session.ready(workspace, stack)
        stack.up()
        outputs = StackState(workspace).outputs()
        wait_until_serving(instance.endpoint_url, outputs["alias_arn"], outputs["url"])
    print(f"\nThe service: {outputs['url']}")
    print(f"Call it:     curl -N {outputs['url']}")
    print("Take down:   make down")
