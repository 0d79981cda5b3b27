"""The example works in a project of its own, whose environment has the wheel alone."""

import re
import shutil
from pathlib import Path

import pytest

from testing.checkout import Checkout, answers
from testing.project import PROJECT
from testing.streams import MESSAGE, open_streams
from testing.wheel import build_wheel, fresh_environment
from tests.waiting import wait_until

pytestmark = pytest.mark.examples

EXAMPLE = "docs/examples/two-services"

CHANGED_LINE = ("../../../app", "app")
"""What the example's README says has to change in the program."""


def project_of_ones_own(folder: Path) -> None:
    """Do what the example's README says: the wheel, an application, and a line of the program."""
    shutil.copytree(PROJECT / EXAMPLE, folder)
    shutil.copytree(PROJECT / "app", folder / "app")
    fresh_environment(folder / ".venv", build_wheel(folder / "dist"))
    here, there = CHANGED_LINE
    program = folder / "__main__.py"
    assert here in program.read_text()
    program.write_text(program.read_text().replace(here, there))


def wait_until_it_answers(url: str) -> None:
    """Pulumi does not wait for environments, as ``make up`` does."""
    wait_until(lambda: answers(url))


def test_both_services_stream_from_the_one_provider(own_checkout: Checkout, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    project_of_ones_own(shop)
    there = ("--cwd", str(shop))
    assert own_checkout.pulumi(*there, "stack", "select", "--create", "local").returncode == 0
    files = {path.name: path.read_bytes() for path in shop.iterdir() if path.is_file()}

    up = own_checkout.pulumi(
        *(*there, "up", "--stack", "local", "--yes", "--policy-pack", str(PROJECT / "policies"))
    )

    assert up.returncode == 0, up.stdout + up.stderr
    urls = dict(re.findall(r'(\w+_url) *: "(\S+)"', up.stdout))
    assert urls.keys() == {"chat_url", "reports_url"}
    for url in urls.values():
        wait_until_it_answers(url)
        (stream,) = open_streams(url, 1)
        assert stream.text.endswith(MESSAGE)
        wait_until(lambda url=url: open_streams(url, 1)[0].comes_as_it_is_written)
    assert {path.name: path.read_bytes() for path in shop.iterdir() if path.is_file()} == files


def test_the_readme_says_which_line_changes() -> None:
    readme = (PROJECT / EXAMPLE / "README.md").read_text()
    here, there = CHANGED_LINE

    assert f'`Path("{here}")`' in readme
    assert f'`Path("{there}")`' in readme
