"""The real engine with the project's own language host, in a workspace of its own."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from tools.offline.builds import host_script
from tools.setup.bin_folder import BinFolder

PROJECT = Path(__file__).resolve().parents[2]
VENV = Path(sys.prefix)


@dataclass
class Engine:
    """A Pulumi project with one stack, previewed by plain ``pulumi`` commands.

    Attributes
    ----------
    folder
        Holds the project, the state, Pulumi's home and the engine itself.
    """

    folder: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        bin_folder = BinFolder(self.folder / "bin")
        bin_folder.place((PROJECT / ".tools/bin/pulumi").resolve(), "pulumi")
        bin_folder.write(host_script(Path(sys.executable)), "pulumi-language-python")
        for name in ("project", "state", "home"):
            (self.folder / name).mkdir()
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")
        }
        self.environment = {
            **inherited,
            "PATH": f"{bin_folder.path}{os.pathsep}{inherited['PATH']}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
            "NO_COLOR": "1",
        }
        self.describe(virtualenv=str(VENV))
        self.pulumi("stack", "init", "test")

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def describe(self, **options: str) -> None:
        """Write Pulumi.yaml with these ``runtime`` options."""
        lines = "".join(f"    {name}: {value}\n" for name, value in options.items())
        text = f"name: demo\nruntime:\n  name: python\n  options:\n{lines}"
        (self.project / "Pulumi.yaml").write_text(text)

    def write_program(self, source: str) -> None:
        """Write __main__.py."""
        (self.project / "__main__.py").write_text(dedent(source))

    def write_pack(self, source: str) -> Path:
        """Write a policy pack, which shares the program's virtual environment."""
        pack = self.folder / "pack"
        pack.mkdir(exist_ok=True)
        (pack / "PulumiPolicy.yaml").write_text(
            "runtime: {name: python, options: {virtualenv: .venv}}\n"
        )
        if not (pack / ".venv").exists():
            (pack / ".venv").symlink_to(VENV)
        (pack / "__main__.py").write_text(dedent(source))
        return pack

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; stdout and stderr are one."""
        with self.start(*arguments) as running:
            output, _ = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, output)

    def preview(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``pulumi preview``."""
        return self.pulumi("preview", "--stack", "test", *arguments)

    @property
    def state(self) -> str:
        """The state of the stack, as it is stored."""
        return (self.folder / "state/.pulumi/stacks/demo/test.json").read_text()

    def resources(self) -> list[dict[str, Any]]:
        """Return the resources in the state."""
        return json.loads(self.state)["checkpoint"]["latest"]["resources"]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [self.folder / "bin/pulumi", "--non-interactive", *arguments],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def diagnostics(output: str) -> str:
    """Cut out what the engine says went wrong."""
    found = re.search(r"^Diagnostics:\n(.*?)(?:\n\n|\Z)", output, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""
