"""A copy of the project to run commands in, as a person would, without touching the original."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

import httpx
import yaml

from testing.project import PROJECT


@dataclass(frozen=True)
class Up:
    """What a ``make up`` printed."""

    output: str

    @property
    def url(self) -> str:
        """The one ``http://`` address in it: the function URL."""
        addresses = set(re.findall(r"http://\S+?/(?=[\s\"]|$)", self.output))
        assert len(addresses) == 1, addresses
        return addresses.pop()

    @property
    def changes(self) -> dict[str, int]:
        """How many resources the update created, updated and so on, by the words of Pulumi."""
        _, _, summary = self.output.rpartition("The stack: ")
        changes = summary.partition(" (")[0]
        return {verb: int(count) for count, verb in re.findall(r"(\d+) (\w+)", changes)}


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
        sources = [path for name in listed.split("\0") if (path := PROJECT / name).is_file()]
        # Python takes their bytecode in the copy too, whose sources have the same times.
        kept = f"__pycache__/*.{sys.implementation.cache_tag}.pyc"
        folders = {path.parent for path in sources}
        compiled = [path for parent in folders for path in parent.glob(kept)]
        for path in (*sources, *compiled):
            target = folder / path.relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        for shared in (".venv", ".tools"):
            (folder / shared).symlink_to(PROJECT / shared)
        (folder / "policies/.venv").symlink_to(PROJECT / ".venv")
        if (PROJECT / ".build").is_dir():
            # Built packages are only ever replaced, so the copy can share their files.
            shutil.copytree(PROJECT / ".build", folder / ".build", copy_function=os.link)
        copy = cls(folder, environment_without_pulumi())
        copy._choose_the_sample()
        return copy

    def _choose_the_sample(self) -> None:
        """Deploy the application in ``app``, even where the original deploys another one."""
        path = self.folder / "Pulumi.local.yaml"
        content = yaml.safe_load(path.read_text())
        for key in ("appFolder", "healthPath", "serviceName", "runtime"):
            content["config"].pop(key, None)
            content["config"].pop(f"lmi-streaming:{key}", None)
        path.write_text(yaml.safe_dump(content))

    def up(self, **settings: object) -> Up:
        """Run ``make up`` with these settings changed; it has to succeed."""
        self.configure(**settings)
        done = self.local("up")
        assert done.returncode == 0, done.stdout + done.stderr
        return Up(done.stdout + done.stderr)

    def update(self, **settings: object) -> str:
        """Run a plain ``pulumi up`` with these settings changed, without the pack; return the URL.

        It costs half as much as ``make up``, and does not wait until the function serves.
        """
        self.configure(**settings)
        done = self.pulumi("up", "--stack", "local", "--yes", "--skip-preview")
        assert done.returncode == 0, done.stdout + done.stderr
        return Up(done.stdout).url

    def local(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m local COMMAND``, which is what ``make COMMAND`` does."""
        return self.run([sys.executable, "-m", "local", command])

    def start(
        self, command: str, output: IO[bytes] | int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start ``python -m local COMMAND``, and let it print to a file, or to nobody.

        ``SIGABRT`` makes it print where it stands, and end.
        """
        return subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "local", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a plain ``pulumi`` command under the variables that ``make env`` prints."""
        return self.run(["pulumi", *arguments], self.exported)

    @cached_property
    def exported(self) -> dict[str, str]:
        """What a shell has after it evaluated the lines that ``make env`` prints."""
        printed = self.local("env").stdout
        shell = subprocess.run(
            ["bash", "-c", f"{printed}\nenv -0"],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return dict(line.split("=", 1) for line in shell.stdout.split("\0") if "=" in line)

    def configure(self, stack: str = "local", /, **settings: object) -> None:
        """Change settings of a stack, in its configuration file."""
        path = self.folder / f"Pulumi.{stack}.yaml"
        content = yaml.safe_load(path.read_text())
        # The engine adds the project's name to a key when it writes the file.
        for key in settings:
            content["config"].pop(f"lmi-streaming:{key}", None)
        content["config"] |= settings
        path.write_text(yaml.safe_dump(content))

    def committed_files(self) -> dict[str, bytes]:
        """Read every file at the top, where Pulumi keeps what it rewrites."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def serves(self) -> bool:
        """Return whether a local AWS runs in this copy."""
        return (self.folder / ".local/aws.json").is_file()

    def aws_pid(self) -> int:
        """Return the process id of the local AWS that runs in this copy."""
        return int(json.loads((self.folder / ".local/aws.json").read_text())["pid"])

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


def answers(url: str) -> bool:
    """Return whether the application behind a URL says that it is well."""
    try:
        return httpx.get(f"{url}health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def environment_without_pulumi() -> dict[str, str]:
    """Return this process's variables without those of another stack, cloud or way to print."""
    dropped = re.compile(r"PULUMI_|AWS_|LMI_LOCAL_|PYTHONUNBUFFERED$")
    return {name: value for name, value in os.environ.items() if not dropped.match(name)}
