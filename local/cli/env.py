"""`make env`: the variables under which a plain `pulumi` command meets the local stack."""

import os
import shlex

from local.cli import session
from local.cli.daemon import exclusive
from local.cli.engine import Engine, settings
from local.workspace import TOOLS, Workspace


def run(workspace: Workspace) -> None:
    """Print `export` lines for a shell, with the local AWS running that they speak of."""
    with exclusive(workspace):
        session.ready(workspace, Engine(workspace))
    for name, value in settings(workspace).items():
        print(f"export {name}={shlex.quote(value)}")
    print(f'export PATH={shlex.quote(str(TOOLS))}{os.pathsep}"$PATH"')
