"""The workspace of a local AWS: the folder with its state, its logs and its ports."""

import os
import shutil
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = PROJECT / ".tools" / "bin"


class Workspace:
    """Paths of one workspace. Two workspaces are two independent local AWSs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backend = folder / "state"  # Pulumi's file backend: the state of the local stack
        self.pulumi_home = folder / "pulumi"  # the user's own stays untouched
        self.instance = folder / "aws.json"  # the running instance
        self.ports = folder / "ports.json"  # the ports, for the next local AWS
        self.engine_log = folder / "pulumi.log"  # all that the last `pulumi` command printed
        self.engine_events = folder / "pulumi-events.jsonl"  # events of that command
        self.lock = folder / "lock"  # held by the command that starts or stops the local AWS
        self.code = folder / "code"  # deployed archives, by their hash
        self.environments = folder / "environments"  # of each local AWS, in a folder of its own
        self.logs = folder / "logs"  # logs of the local AWS and of its functions
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
