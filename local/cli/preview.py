"""``make preview``: what ``make up`` would do, checked by the policy pack, with nothing changed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from local import local_aws
from local.cli import daemon
from local.cli.local_stack import LocalStack
from local.cli.stack_state import StackState
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Preview against the running local AWS, or against a temporary one if none runs."""
    with daemon.exclusive(workspace):  # the log and the events are those of one command
        instance = local_aws.running(workspace)
        if instance and StackState(workspace).belongs_to(instance):
            LocalStack(workspace).preview()
            return
        with TemporaryDirectory(prefix="lmi-preview-") as folder:
            temporary = Workspace(Path(folder))
            try:
                stack = LocalStack(temporary, log=workspace.engine_log)
                daemon.ready(temporary, stack)
                stack.preview()
            finally:
                daemon.stop(temporary)
