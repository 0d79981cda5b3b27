"""The local stack: the real Pulumi CLI with the local backend and the local AWS."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from local import local_aws
from local.cli.engine_events import DONE, PLANNED, EngineRun
from local.cli.stack_config import pack_options
from local.cli.stack_state import STACK
from local.cli.terminal import LocalError, progress, say
from local.dataplane.ports import PortBook
from local.workspace import PROJECT, TOOLS, Workspace

_ERROR: Final = "error: "
"""How a line of ``pulumi`` begins that says why it ended."""


def settings(workspace: Workspace) -> dict[str, str]:
    """Return the environment variables with which any ``pulumi`` command works on the local stack.

    Sources: docs/facts/pulumi.md#network and docs/facts/pulumi.md#attaching-a-provider.
    """
    # The file with the ports may be lost while a local AWS runs.
    instance = local_aws.running(workspace)
    provider_port = instance.provider_port if instance else PortBook(workspace.ports)["provider"]
    return {
        "PULUMI_BACKEND_URL": workspace.backend.as_uri(),
        "PULUMI_HOME": str(workspace.pulumi_home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DEBUG_PROVIDERS": f"aws:{provider_port}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        # What packageFor host packages for.
        "LMI_LOCAL_PYTHON": sys.executable,
    }


class LocalStack:
    """Runs ``pulumi`` commands on the local stack of a workspace.

    Everything that a command prints goes to the log, by default the workspace's. A command that
    fails is a ``LocalError`` with the errors and the mandatory findings.
    """

    def __init__(self, workspace: Workspace, log: Path | None = None) -> None:
        self._workspace = workspace
        self._log = log or workspace.engine_log
        self._events = workspace.engine_events
        workspace.pulumi_home.mkdir(parents=True, exist_ok=True)

    def init(self) -> None:
        """Create the local stack, unless it exists."""
        command = ("pulumi", "stack", "select", "--create", STACK)
        done = subprocess.run(
            command, cwd=PROJECT, env=self._variables(), check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise LocalError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")

    def up(self) -> None:
        """Preview the stack, then update it, both with the policy pack."""
        self._summarized("Bringing the stack up", "up", "--yes", *pack_options())

    def preview(self) -> None:
        """Preview the stack with the policy pack."""
        self._summarized("Previewing the stack", "preview", *pack_options(), verbs=PLANNED)

    def destroy(self) -> None:
        """Delete every resource of the stack; nobody would look at a preview of that."""
        self._summarized("Destroying the stack", "destroy", "--yes", "--skip-preview")

    def _summarized(
        self, activity: str, command: str, *arguments: str, verbs: Mapping[str, str] = DONE
    ) -> None:
        """Run a command into the log, and print what it changed; everything under ``V=1``."""
        for earlier in (self._events, self._log):
            earlier.unlink(missing_ok=True)
        logged = (*arguments, "--event-log", str(self._events))
        with progress(activity) as duration:
            if os.environ.get("V") == "1":
                exit_code = self._run(command, *logged)
            else:
                with self._log.open("wb") as log:
                    exit_code = self._run(command, *logged, output=log)
        run = EngineRun(self._events, verbs)
        # A preview ends with exit code 0 though the stand-in provider lacks a resource type.
        if exit_code != 0 or run.errors:
            errors = "\n\n".join(run.errors) or self._logged_errors(command, exit_code)
            raise LocalError(f"{errors}\n\nThe whole output of pulumi {command}: {self._log}")
        for warning in run.warnings:
            say(f"warning: {warning}")
        for change in run.named_changes():
            say(f"  {change}")
        say(f"The stack: {run.summary()} ({duration()}).")
        if run.advisories:
            say(f"Advisory findings of the policy pack: {run.advisories}, in {self._log}")

    def _logged_errors(self, command: str, exit_code: int) -> str:
        """Return the errors of a command that ended before its first event."""
        try:
            lines = self._log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        errors = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        return "\n".join(errors) or f"pulumi {command} ended with exit code {exit_code}"

    def _run(self, command: str, *arguments: str, output: IO[bytes] | None = None) -> int:
        """Run a command on the stack to its end, and return its exit code."""
        with subprocess.Popen(
            ["pulumi", command, "--stack", STACK, "--suppress-permalink=true", *arguments],
            cwd=PROJECT,
            # The flag --event-log is one of those that the CLI keeps for tools.
            env=self._variables() | {"PULUMI_DEBUG_COMMANDS": "true"},
            stdin=None if output is None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
        ) as pulumi:
            return _wait_through_interrupts(pulumi)

    def _variables(self) -> dict[str, str]:
        """Return the variables of a command; the ports are those of the running local AWS."""
        # Not the user's own options, such as the stack of another project, or a policy pack, which
        # would load this one twice; nor a passphrase in place of the empty one.
        others = ("PULUMI_OPTION_", "PULUMI_CONFIG_PASSPHRASE_FILE")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(others)},
            **settings(self._workspace),
            "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}",
        }


def _wait_through_interrupts(process: subprocess.Popen[bytes]) -> int:
    """Wait for ``pulumi``, which gets every Ctrl-C too: it cancels and saves its state.

    Raise ``KeyboardInterrupt`` when it has ended, also where it had succeeded by then.
    """
    interrupted = False
    while True:
        try:
            exit_code = process.wait()
        except KeyboardInterrupt:
            interrupted = True
            say("Interrupted: waiting for pulumi to cancel and to save its state ...")
        else:
            if interrupted:
                raise KeyboardInterrupt
            return exit_code
