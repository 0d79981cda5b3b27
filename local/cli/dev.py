"""``make dev``: bring the stack up, and serve each change while the files are edited."""

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from infra.zip_layout import BEDROCK_REQUIREMENTS, REQUIREMENTS, application_files
from local import local_aws
from local.cli import edits, up
from local.cli.stack_config import CONFIG_FILE, configured
from local.cli.stack_state import StackState
from local.cli.terminal import LocalError, say
from local.workspace import PROJECT, Workspace

_PROGRAM: Final = (
    CONFIG_FILE,
    CONFIG_FILE.with_suffix(".policies.json"),
    PROJECT / "Pulumi.yaml",
    PROJECT / "__main__.py",
)
_PROGRAM_FOLDERS: Final = (PROJECT / "infra", PROJECT / "policies")
_LOOK_SECONDS: Final = 0.2
"""How long to wait before the files are looked at again, which takes some milliseconds."""
_QUIET_SECONDS: Final = 0.05
"""Editors write several files to save one: what changes within so short a time is one change."""

_States = dict[Path, tuple[int, int]]
"""When files last changed, in nanoseconds, and their sizes."""


def run(workspace: Workspace) -> None:
    """Bring the stack up, then serve changes until Ctrl-C.

    Changed code of the application is served without an engine run, by new execution environments
    beside the old ones. Everything else is deployed as ``make up`` does.
    """
    app = _application_folder()
    try:
        while True:
            changed = _follow(workspace, app)
            say(f"\nChanged: {', '.join(sorted({path.name for path in changed})) or app.name}")
            with suppress(LocalError):  # which the deployment tells
                app = _application_folder()
    except KeyboardInterrupt:
        say("\nWhat is served goes on; `make up` deploys the files as they are.")


def _application_folder() -> Path:
    folder = (PROJECT / configured("appFolder", "app")).resolve()
    if not folder.is_dir():
        raise LocalError(f"the application's folder {folder} does not exist; mend {CONFIG_FILE}")
    return folder


def _follow(workspace: Workspace, app: Path) -> set[Path]:
    """Deploy, and serve changes until one has to be deployed; return what else has changed."""
    program = _program(app)
    application = _Application(workspace, app)
    application.deploy()
    say(f"\nWatching {app} and the program. Ctrl-C ends that.")
    pause = _LOOK_SECONDS
    while True:
        time.sleep(pause)
        began = time.monotonic()
        is_as_before = program == _program(app) and not application.has_changed()
        # A folder with tens of thousands of files takes a fifth of a processor, and not all of it.
        pause = max(_LOOK_SECONDS, 4 * (time.monotonic() - began))
        if is_as_before:
            continue
        time.sleep(_QUIET_SECONDS)
        changed = {path for path, _ in program.items() ^ _program(app).items()}
        if changed or not application.is_up:
            return changed
        application.serve()


def _program(app: Path) -> _States:
    """Return the states of the files that only the engine deploys."""
    folders = (path for folder in _PROGRAM_FOLDERS for path in folder.rglob("*.*"))
    requirements = (app / REQUIREMENTS, app / BEDROCK_REQUIREMENTS)
    files = (*_PROGRAM, *requirements, *folders)
    return _states(path for path in files if not {"__pycache__", ".venv"}.intersection(path.parts))


def _states(paths: Iterable[Path]) -> _States:
    states: _States = {}
    for path in paths:
        # An editor that is replacing a file changes it again.
        with suppress(FileNotFoundError):
            found = path.stat()
            states[path] = (found.st_mtime_ns, found.st_size)
    return states


class _Application:
    """The deployed application, and the files that it is served from."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace = workspace
        self._folder = folder
        self._served = _states(application_files(folder).values())
        self._function_name = self._version = ""

    @property
    def is_up(self) -> bool:
        """Whether it is deployed."""
        return bool(self._version)

    def deploy(self) -> None:
        """Run ``make up``; what fails is shown, and the next change runs it again."""
        try:
            up.run(self._workspace)
            arn: str = StackState(self._workspace).outputs()["alias_arn"]
            client = up.lambda_client(self._instance().endpoint_url, arn)
            configuration = client.get_function_configuration(FunctionName=arn)
        except LocalError as error:
            say(f"error: {error}")
        else:
            self._function_name = configuration["FunctionName"]
            self._version = configuration["Version"]

    def has_changed(self) -> bool:
        """Return whether its files have changed since they were served."""
        return self._served != _states(application_files(self._folder).values())

    def serve(self) -> None:
        """Serve changed files, in place of an edit that does not serve yet."""
        files = application_files(self._folder)
        self._served = _states(files.values())
        threading.Thread(target=self._edit, args=[files], daemon=True).start()

    def _edit(self, files: dict[str, Path]) -> None:
        began = time.monotonic()
        try:
            result = edits.serve(self._instance(), self._function_name, self._version, files)
        except LocalError as error:
            say(f"error: {error}")
            return
        match result["outcome"]:
            case "served":
                seconds = time.monotonic() - began
                say(f"{time.strftime('%H:%M:%S')} the change is served ({seconds:.1f} s)")
            case "failed":
                say(f"error: the change does not start: {result['reason']}\n")
                say("What was served before it still is.")
            case _:  # superseded by the next change
                return

    def _instance(self) -> local_aws.LocalAws:
        if instance := local_aws.running(self._workspace):
            return instance
        raise LocalError("the local AWS has ended; `make dev` starts it again")
