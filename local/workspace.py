"""The workspace of a local AWS: the folder with its state, its logs and its ports."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = PROJECT / ".tools" / "bin"


@dataclass(frozen=True)
class Workspace:
    """Paths of one workspace. Two workspaces are two independent local AWSs.

    Attributes
    ----------
    folder
        ``.local/`` in the project, or what ``LMI_LOCAL_DIR`` names.
    """

    folder: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Workspace":
        """Return the workspace in the folder ``LMI_LOCAL_DIR``, by default ``.local/``."""
        named = environment.get("LMI_LOCAL_DIR")
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

    @property
    def backend(self) -> Path:
        """Pulumi's file backend: the state of the local stack."""
        return self.folder / "state"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's home folder; the user's own stays untouched."""
        return self.folder / "pulumi"

    @property
    def instance(self) -> Path:
        """File in which the running instance is recorded."""
        return self.folder / "aws.json"

    @property
    def ports(self) -> Path:
        """File with the ports that are used again after a restart."""
        return self.folder / "ports.json"

    @property
    def engine_log(self) -> Path:
        """Everything that the last ``pulumi`` command printed."""
        return self.folder / "pulumi.log"

    @property
    def engine_events(self) -> Path:
        """The events of the last engine run, one JSON object a line."""
        return self.folder / "pulumi-events.jsonl"

    @property
    def lock(self) -> Path:
        """Lock of the command that starts or stops the local AWS."""
        return self.folder / "lock"

    @property
    def code(self) -> Path:
        """Deployed archives, by their hash."""
        return self.folder / "code"

    @property
    def environments(self) -> Path:
        """Unpacked archives and execution environments, in a folder for each local AWS."""
        return self.folder / "environments"

    @property
    def logs(self) -> Path:
        """Logs of the local AWS itself and of the functions it runs."""
        return self.folder / "logs"

    @property
    def aws_log(self) -> Path:
        """Log of the local AWS process."""
        return self.logs / "aws.log"
