"""``make env``: the environment variables with which ``pulumi`` works on the local stack."""

import os
import shlex

from local.cli import session
from local.cli.daemon import exclusive
from local.cli.local_stack import LocalStack, settings
from local.workspace import TOOLS, Workspace


def run(workspace: Workspace) -> None:
    """Start the local AWS if needed, and print ``export`` lines for a shell."""
    with exclusive(workspace):
        session.ready(workspace, LocalStack(workspace))
    for name, value in settings(workspace).items():
        print(f"export {name}={shlex.quote(value)}")
    print(f'export PATH={shlex.quote(str(TOOLS))}{os.pathsep}"$PATH"')
