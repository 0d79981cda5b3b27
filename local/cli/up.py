"""`make up`: from nothing, or from whatever is left, to a URL that serves."""

from local.cli import session
from local.cli.daemon import exclusive
from local.cli.engine import Engine
from local.cli.readiness import wait_until_serving
from local.cli.stack_state import StackState
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Update the local stack, wait until it serves, and say where."""
    with exclusive(workspace):
        engine = Engine(workspace)
        begun = session.ready(workspace, engine)
        engine.up()
        outputs = StackState(workspace).outputs()
        wait_until_serving(begun.endpoint_url, outputs["alias_arn"], outputs["url"])
    print(f"\nThe service: {outputs['url']}")
    print(f"Call it:     curl -N {outputs['url']}")
    print("Take down:   make down")
