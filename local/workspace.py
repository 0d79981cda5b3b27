"""The run folder of a local AWS: where its state, its logs and its ports are kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = PROJECT / ".tools" / "bin"


@dataclass(frozen=True)
class Workspace:
    """Paths of one run folder. Two folders are two local AWSs that never meet.

    Attributes
    ----------
    folder
        `.local/` in the project, or what `LMI_LOCAL_DIR` names.
    """

    folder: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Workspace":
        """Take the folder that `LMI_LOCAL_DIR` names, else `.local/` in the project."""
        named = environment.get("LMI_LOCAL_DIR")
        return cls(Path(named).absolute() if named else PROJECT / ".local")

    @property
    def backend(self) -> Path:
        """Pulumi's file backend: the state of the local stack."""
        return self.folder / "state"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's own home, so that the user's is left alone."""
        return self.folder / "pulumi"

    @property
    def life(self) -> Path:
        """What the running local AWS wrote down about itself."""
        return self.folder / "aws.json"

    @property
    def ports(self) -> Path:
        """The ports to come back to after a restart."""
        return self.folder / "ports.json"

    @property
    def lock(self) -> Path:
        """Held by the one command that may start or stop the local AWS."""
        return self.folder / "lock"

    @property
    def code(self) -> Path:
        """Deployed archives, by their hash."""
        return self.folder / "code"

    @property
    def environments(self) -> Path:
        """Unpacked archives, and a folder for each execution environment."""
        return self.folder / "environments"

    @property
    def logs(self) -> Path:
        """Logs of the local AWS itself and of the functions it runs."""
        return self.folder / "logs"

    @property
    def aws_log(self) -> Path:
        """Log of the local AWS process."""
        return self.logs / "aws.log"
