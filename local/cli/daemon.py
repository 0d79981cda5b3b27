"""The one background process that is the local AWS, with the state of the stack that it owns."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock

import psutil

from local import local_aws
from local.cli.local_stack import LocalStack
from local.cli.stack_state import STACK, StackState
from local.cli.terminal import LocalError, progress, say
from local.dataplane.processes import kill_all
from local.local_aws import LocalAws
from local.workspace import PROJECT, Workspace

READY_SECONDS = 60
GRACE_SECONDS = 10

# How glibc allocates memory: of many threads and large uploads it would keep what they have freed
# (https://man7.org/linux/man-pages/man3/mallopt.3.html).
_MALLOC = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}


@contextmanager
def exclusive(workspace: Workspace) -> Generator[None]:
    """Hold the lock of the workspace: one command at a time may run the engine there, or start or
    stop a local AWS.
    """
    try:
        workspace.folder.mkdir(parents=True, exist_ok=True)
        workspace.delete_what_has_the_wrong_type()
        lock = workspace.lock.open("w")
    except OSError as error:
        raise LocalError(
            f"the workspace {workspace.folder} cannot be written to: {error.strerror}; "
            "set LMI_LOCAL_DIR to a folder that can"
        ) from error
    with lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            message = f"another command uses {workspace.folder}; try again when it has ended"
            raise LocalError(message) from error
        yield


def start(workspace: Workspace) -> LocalAws:
    """Start a local AWS in the background and wait until it serves, at most a minute."""
    workspace.logs.mkdir(parents=True, exist_ok=True)
    workspace.instance.unlink(missing_ok=True)
    with workspace.aws_log.open("ab") as log:
        begin = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "local.serve"],
            cwd=PROJECT,
            env=_clean_environment(workspace),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + READY_SECONDS
    try:
        while time.monotonic() < deadline and process.poll() is None:
            if instance := local_aws.running(workspace):
                return instance
            time.sleep(0.05)
        log_end = _tail(workspace, begin)
        raise LocalError(f"the local AWS did not start; {workspace.aws_log} ends:\n{log_end}")
    except BaseException:  # Ctrl-C too: `make down` would not know of one that is not recorded yet
        process.kill()
        process.wait()
        raise


def stop(workspace: Workspace) -> None:
    """End the local AWS that the workspace names, and every process that it started.

    It may have been killed, and with it what then ends the functions.
    """
    instance = local_aws.recorded(workspace)
    process = instance.process() if instance else None
    if process:
        process.terminate()
        _, alive = psutil.wait_procs([process], timeout=GRACE_SECONDS)
        for survivor in alive:
            survivor.kill()
        psutil.wait_procs(alive, timeout=GRACE_SECONDS)
    # A function may set the first two itself.
    kill_all(f"{workspace.environments}/", "HOME", "TMPDIR", "LAMBDA_TASK_ROOT")
    workspace.instance.unlink(missing_ok=True)


def _clean_environment(workspace: Workspace) -> dict[str, str]:
    """Omit AWS's variables and files of the user: the local AWS has keys of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    files = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    return {**kept, **files, **_MALLOC, "LMI_LOCAL_DIR": str(workspace.folder)}


def _tail(workspace: Workspace, begin: int) -> str:
    """Return the last lines of the log after byte ``begin``, which are those of this start."""
    lines = workspace.aws_log.read_bytes()[begin:].decode(errors="replace").splitlines()
    return "\n".join(lines[-15:])


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
    elif told := instance.outdated():
        say(told)
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
    stop(workspace)
    with progress("Starting the local AWS") as duration:
        instance = start(workspace)
    state.reset(instance)
    say(f"The local AWS serves ({duration()}).")
    return instance
