"""The archive of the plugin that a release has."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from testing.project import PROJECT

SERVE = """
import runpy
import pulumi.provider
pulumi.provider.main = lambda provider, args: print(provider.schema)
runpy.run_path("plugin", run_name="__main__")
"""


def test_the_archive_has_all_that_the_plugin_imports(tmp_path: Path) -> None:
    recipe = re.search(r"git archive --prefix=lmi-streaming-plugin.* HEAD (.*)", read("Makefile"))
    assert recipe
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *shlex.split(recipe[1])],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PROJECT / name).read_bytes())

    done = subprocess.run(
        [sys.executable, "-c", SERVE], cwd=tmp_path, check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "lmi-streaming:index:StreamingService" in done.stdout


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")
