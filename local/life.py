"""The life of a local AWS: who it is, whether it still runs, and the state that belongs to it.

A local AWS keeps everything in memory, so the stack's state is worth as much as the process that
created the resources. Each start gets an id; the id lies beside the state that it serves.
"""

import json
import socket
from dataclasses import asdict, dataclass
from uuid import uuid4

import psutil

from local.workspace import Workspace


@dataclass(frozen=True)
class Life:
    """A local AWS, as its process wrote it down when it was ready.

    Attributes
    ----------
    id
        Different at each start.
    pid, started
        The process, and when it started (seconds since the epoch): a pid alone is reused.
    endpoint_url
        Address of every AWS service API.
    provider_port
        Port of the stand-in `aws` provider.
    """

    id: str
    pid: int
    started: float
    endpoint_url: str
    provider_port: int

    @classmethod
    def begin(cls, endpoint_url: str, provider_port: int) -> "Life":
        """Describe this very process as a new local AWS."""
        me = psutil.Process()
        return cls(uuid4().hex, me.pid, me.create_time(), endpoint_url, provider_port)

    def write(self, workspace: Workspace) -> None:
        """Announce this life in the run folder, all at once."""
        fresh = workspace.life.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n")
        fresh.replace(workspace.life)

    def process(self) -> psutil.Process | None:
        """Give the process of this life, `None` when it has ended."""
        try:
            process = psutil.Process(self.pid)
            # Within a second: platforms round the start time differently from read to read.
            same = abs(process.create_time() - self.started) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def answers(self) -> bool:
        """Tell whether the provider's port can be reached."""
        try:
            with socket.create_connection(("127.0.0.1", self.provider_port), timeout=2):
                return True
        except OSError:
            return False


def recorded(workspace: Workspace) -> Life | None:
    """Read the life that the run folder speaks of, running or not."""
    try:
        return Life(**json.loads(workspace.life.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def running(workspace: Workspace) -> Life | None:
    """Give the local AWS that runs in this folder and answers, if there is one."""
    life = recorded(workspace)
    return life if life and life.process() and life.answers() else None
