"""A copy of the project to run commands in, as a person would, without touching the original."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Checkout:
    """A working copy with a run folder of its own.

    Attributes
    ----------
    folder
        The copy. Tools and virtual environment are the original's.
    environment
        Variables of every command run in it.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def make(cls, folder: Path) -> "Checkout":
        """Copy what git would: tracked files and new ones that it does not ignore."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=PROJECT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (PROJECT / name).is_file():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, target)
        for shared in (".venv", ".tools"):
            (folder / shared).symlink_to(PROJECT / shared)
        (folder / "policies/.venv").symlink_to(PROJECT / ".venv")
        if (PROJECT / ".build").is_dir():
            # Built packages are only ever replaced, so the copy can share their files.
            shutil.copytree(PROJECT / ".build", folder / ".build", copy_function=os.link)
        return cls(folder, environment_without_pulumi())

    def local(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m local COMMAND`, which is what `make COMMAND` does."""
        return self.run([sys.executable, "-m", "local", command])

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a plain `pulumi` command under the variables that `make env` prints."""
        return self.run(["pulumi", *arguments], self.exported())

    def exported(self) -> dict[str, str]:
        """Evaluate what `make env` prints, as a shell does."""
        printed = self.local("env").stdout
        shell = subprocess.run(
            ["bash", "-c", f"{printed}\nenv -0"],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return dict(line.split("=", 1) for line in shell.stdout.split("\0") if "=" in line)

    def configure(self, stack: str = "local", /, **knobs: object) -> None:
        """Set config keys of a stack, in its settings file."""
        path = self.folder / f"Pulumi.{stack}.yaml"
        kept = [
            line
            for line in path.read_text().splitlines()
            if not re.match(rf"\s+lmi-streaming:({'|'.join(knobs)}):", line)
        ]
        at = next(n for n, line in enumerate(kept) if line.startswith("config:")) + 1
        kept[at:at] = [f"  lmi-streaming:{key}: {json.dumps(knobs[key])}" for key in knobs]
        path.write_text("\n".join(kept) + "\n")

    def committed_files(self) -> dict[str, bytes]:
        """Read every file at the top, where Pulumi keeps what it rewrites."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def aws(self) -> dict[str, object]:
        """Read what the running local AWS wrote down about itself."""
        return json.loads((self.folder / ".local/aws.json").read_text())

    def run(
        self, command: list[str], environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the copy; its exit code is for the test to judge."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment or self.environment,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )


def environment_without_pulumi() -> dict[str, str]:
    """Give this process's variables without those that would lead to another stack or cloud."""
    dropped = re.compile(r"PULUMI_|AWS_|LMI_LOCAL_DIR")
    return {name: value for name, value in os.environ.items() if not dropped.match(name)}
