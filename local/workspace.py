"""The workspace of a local AWS: the folder with its state, its logs and its ports."""

import os
import shutil
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = PROJECT / ".tools" / "bin"


class Workspace:
    """Paths of one workspace. Two workspaces are two independent local AWSs.

    Attributes
    ----------
    folder
        ``.local/`` in the project, or what ``LMI_LOCAL_DIR`` names.
    backend
        Pulumi's file backend: the state of the local stack.
    pulumi_home
        Pulumi's home folder; the user's own stays untouched.
    instance
        File in which the running instance is recorded.
    ports
        File with the ports that are used again after a restart.
    engine_log
        Everything that the last ``pulumi`` command printed.
    engine_events
        The events of the last engine run, one JSON object a line.
    lock
        Lock of the command that starts or stops the local AWS.
    code
        Deployed archives, by their hash.
    environments
        Unpacked archives and execution environments, in a folder for each local AWS.
    logs
        Logs of the local AWS itself and of the functions it runs.
    aws_log
        Log of the local AWS process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backend = folder / "state"
        self.pulumi_home = folder / "pulumi"
        self.instance = folder / "aws.json"
        self.ports = folder / "ports.json"
        self.engine_log = folder / "pulumi.log"
        self.engine_events = folder / "pulumi-events.jsonl"
        self.lock = folder / "lock"
        self.code = folder / "code"
        self.environments = folder / "environments"
        self.logs = folder / "logs"
        self.aws_log = self.logs / "aws.log"

    @classmethod
    def from_environment(cls) -> "Workspace":
        """Return the workspace in the folder ``LMI_LOCAL_DIR``, by default ``.local/``."""
        named = os.environ.get("LMI_LOCAL_DIR")
        return cls(Path(named).absolute() if named else PROJECT / ".local")

    def delete_what_has_the_wrong_type(self) -> None:
        """Delete files where folders of the workspace belong, such as a restored one, and folders
        where files belong.
        """
        for folder in (self.backend, self.pulumi_home, self.logs, self.code, self.environments):
            if not folder.is_dir():
                folder.unlink(missing_ok=True)
        own = (self.instance, self.ports, self.lock, self.engine_log, self.engine_events)
        for file in (*own, *self.logs.glob("*")):
            if file.is_dir():
                shutil.rmtree(file)
