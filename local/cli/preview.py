"""`make preview`: what `make up` would do, judged by the policy pack, with nothing changed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from local import life
from local.cli import daemon, session
from local.cli.engine import Engine
from local.cli.stack_state import StackState
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Preview against the running local AWS, or against a passing one where none runs."""
    begun = life.running(workspace)
    if begun and StackState(workspace).belongs_to(begun):
        Engine(workspace).preview()
        return
    with TemporaryDirectory(prefix="lmi-preview-") as folder:
        passing = Workspace(Path(folder))
        try:
            engine = Engine(passing)
            session.ready(passing, engine)
            engine.preview()
        finally:
            daemon.stop(passing)
