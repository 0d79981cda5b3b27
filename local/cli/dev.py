"""``make dev``: bring the stack up, and serve each change while the files are edited."""

import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from watchfiles import watch

from infra.zip_layout import REQUIREMENTS, application_files
from local import local_aws
from local.aws_client import AwsClients
from local.cli import edits, up
from local.cli.errors import LocalError
from local.cli.stack_config import CONFIG_FILE, configured
from local.cli.stack_state import StackState
from local.cli.terminal import say
from local.workspace import PROJECT, Workspace

_PROGRAM: Final = (CONFIG_FILE, PROJECT / "Pulumi.yaml", PROJECT / "__main__.py")
_PROGRAM_FOLDERS: Final = (PROJECT / "infra", PROJECT / "policies")
_QUIET_MS: Final = 50
"""Editors write several files to save one: what changes within so short a time is one change."""
_LOOK_MS: Final = 1000
"""How often the files of the program are looked at, which editors replace by new ones."""


def run(workspace: Workspace) -> None:
    """Bring the stack up, then serve changes until Ctrl-C.

    Changed code of the application is served without an engine run, by new execution environments
    beside the old ones. Everything else is deployed as ``make up`` does.

    Raises
    ------
    LocalError
        When the application's folder does not exist.
    """
    try:
        while True:
            _follow(workspace, _application_folder())
    except KeyboardInterrupt:
        say("\nWhat is served goes on; `make up` deploys the files as they are.")


def _application_folder() -> Path:
    folder = (PROJECT / configured("lmi-streaming:appFolder", "app")).resolve()
    if not folder.is_dir():
        raise LocalError(f"the application's folder {folder} does not exist; mend {CONFIG_FILE}")
    return folder


def _follow(workspace: Workspace, app: Path) -> None:
    """Deploy, and serve changes until the application is in another folder."""
    application = _deploy(workspace, app)
    say(f"\nWatching {app} and the program. Ctrl-C ends that.")
    for changed in _changes(app):
        if application and all(_is_edit(path, app) for path in changed):
            application.serve()
            continue
        say(f"\nChanged: {', '.join(sorted({path.name for path in changed}))}")
        if app != _application_folder():
            return
        application = _deploy(workspace, app)


def _deploy(workspace: Workspace, app: Path) -> "_Application | None":
    """Run ``make up``; ``None`` when it fails, so that the next change is to run it again."""
    application = _Application(workspace, app)
    try:
        up.run(workspace)
        application.find()
    except LocalError as error:
        say(f"error: {error}")
        return None
    return application


def _is_edit(path: Path, app: Path) -> bool:
    """Return whether a change needs no engine run."""
    return path.is_relative_to(app) and path != app / REQUIREMENTS


def _changes(app: Path) -> Iterator[set[Path]]:
    """Yield the files that have changed since the last time."""
    known = _states()
    for found in watch(
        app, *_PROGRAM_FOLDERS, step=_QUIET_MS, rust_timeout=_LOOK_MS, yield_on_timeout=True
    ):
        states = _states()
        changed = {path for path in _PROGRAM if states[path] != known[path]}
        changed |= {Path(path) for _, path in found}
        known = states
        if changed:
            yield changed


def _states() -> dict[Path, bytes | None]:
    """Return the content of the program's own files, ``None`` while an editor replaces one."""
    return {path: path.read_bytes() if path.exists() else None for path in _PROGRAM}


class _Application:
    """The deployed application, and the files that it is served from."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace = workspace
        self._folder = folder
        self._served = _digest(application_files(folder))
        self._function_name = self._version = ""

    def find(self) -> None:
        """Find the deployed version."""
        arn: str = StackState(self._workspace).outputs()["alias_arn"]
        client = AwsClients(self._instance().endpoint_url).get("lambda", region=arn.split(":")[3])
        configuration = client.get_function_configuration(FunctionName=arn)
        self._function_name = configuration["FunctionName"]
        self._version = configuration["Version"]

    def serve(self) -> None:
        """Serve the files as they are now, in place of an edit that does not serve yet."""
        files = application_files(self._folder)
        digest = _digest(files)
        if digest != self._served:
            self._served = digest
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


def _digest(files: dict[str, Path]) -> str:
    digest = sha256()
    for place, path in files.items():
        try:
            changed = path.stat()
        except FileNotFoundError:  # an editor is replacing it; then another change follows
            continue
        digest.update(f"{place} {changed.st_mtime_ns} {changed.st_size}\n".encode())
    return digest.hexdigest()
