"""The instance of the local AWS that serves a workspace: its process, and whether it still runs.

A local AWS keeps all resources in memory, so the stack's state is valid only while the process runs
that created them. Each start is an instance with an id, which is stored beside the state.
"""

import json
import socket
from dataclasses import asdict, dataclass, fields
from uuid import uuid4

import psutil

from local.dataplane.ports import is_port
from local.workspace import PROJECT, Workspace

USAGE_PATH = "/_local/usage"
"""Path at the endpoint that is not AWS's: what each version uses now."""
EDIT_PATH = "/_local/edit"
"""Path at the endpoint that is not AWS's: replace files of a version, or undo that."""
ARCHIVES_PATH = "/_local/code/"
"""Path at the endpoint that is not AWS's: archives of deployed code, by file name."""

_HIGHEST_PID = 2**31


@dataclass(frozen=True)
class LocalAws:
    """One running local AWS, as its process recorded itself when it was ready.

    Each start has another id. The start time, in seconds since 1970, tells two processes with the
    same process id apart. The last is when the code that it runs had last been changed.
    """

    id: str
    pid: int
    started: float
    endpoint_url: str
    provider_port: int
    code_changed: float = 0.0

    @classmethod
    def of_this_process(cls, endpoint_url: str, provider_port: int) -> "LocalAws":
        """Describe the current process as a new instance."""
        process = psutil.Process()
        named = uuid4().hex, process.pid, process.create_time()
        return cls(*named, endpoint_url, provider_port, _code_changed())

    def write(self, workspace: Workspace) -> None:
        """Record this instance in the workspace, atomically."""
        fresh = workspace.instance.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n")
        fresh.replace(workspace.instance)

    def is_valid(self) -> bool:
        """Return whether each attribute has its type: a damaged file may hold anything."""
        typed = all(type(getattr(self, each.name)) is each.type for each in fields(self))
        return typed and 0 < self.pid < _HIGHEST_PID and is_port(self.provider_port)

    def outdated(self) -> str:
        """Return what a user should know of an instance whose code has changed; else nothing."""
        if self.code_changed == _code_changed():
            return ""
        told = "The code of the local AWS has changed since its start, for example by `git pull`."
        return f"{told} `make down` and `make up` start the new code, without the data of the old."

    def process(self) -> psutil.Process | None:
        """Return the process of this instance, ``None`` when it has ended."""
        try:
            process = psutil.Process(self.pid)
            # Within a second, because platforms round the start time differently on each read.
            same = abs(process.create_time() - self.started) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def answers(self) -> bool:
        """Return whether the provider's port can be reached."""
        try:
            with socket.create_connection(("127.0.0.1", self.provider_port), timeout=2):
                return True
        except OSError:
            return False


def _code_changed() -> float:
    sources = (path for kind in ("py", "yaml") for path in (PROJECT / "local").rglob(f"*.{kind}"))
    return max(path.lstat().st_mtime for path in sources)


def recorded(workspace: Workspace) -> LocalAws | None:
    """Return the instance that is recorded in the workspace, running or not.

    A damaged record counts as none.
    """
    try:
        instance = LocalAws(**json.loads(workspace.instance.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return instance if instance.is_valid() else None


def running(workspace: Workspace) -> LocalAws | None:
    """Return the instance that runs in this workspace and answers, if there is one."""
    instance = recorded(workspace)
    return instance if instance and instance.process() and instance.answers() else None
