"""The example works in a project of its own, with the components in a folder beside it."""

import re
import shutil
import time
from pathlib import Path

import pytest

from testing.checkout import Checkout, answers
from testing.project import PROJECT
from testing.streams import MESSAGE, open_streams

pytestmark = pytest.mark.examples

EXAMPLE = "docs/examples/two-services"

CHANGED_LINES = {
    "__main__.py": (
        "Path(__file__).resolve().parents[3]",
        'Path(__file__).resolve().parent / "lmi-streaming"',
    ),
    "requirements.txt": ("-r ../../../requirements.txt", "-r lmi-streaming/requirements.txt"),
}
"""What the example's README says has to change, by file."""


def project_of_ones_own(checkout: Checkout, folder: Path) -> None:
    """Do what the example's README says; a link stands for the submodule."""
    shutil.copytree(checkout.folder / EXAMPLE, folder)
    (folder / "lmi-streaming").symlink_to(checkout.folder)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    for name, (here, there) in CHANGED_LINES.items():
        text = (folder / name).read_text()
        assert here in text
        (folder / name).write_text(text.replace(here, there))


def wait_until_it_answers(url: str) -> None:
    """Pulumi does not wait for environments, as ``make up`` does."""
    deadline = time.monotonic() + 60
    while not answers(url):
        assert time.monotonic() < deadline, f"{url} does not answer"
        time.sleep(0.05)


def test_both_services_stream_from_the_one_provider(own_checkout: Checkout, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    project_of_ones_own(own_checkout, shop)
    there = ("--cwd", str(shop))
    assert own_checkout.pulumi(*there, "stack", "select", "--create", "local").returncode == 0
    files = {path.name: path.read_bytes() for path in shop.iterdir() if path.is_file()}

    up = own_checkout.pulumi(
        *(*there, "up", "--stack", "local", "--yes", "--policy-pack", "lmi-streaming/policies")
    )

    assert up.returncode == 0, up.stdout + up.stderr
    urls = dict(re.findall(r'(\w+_url) *: "(\S+)"', up.stdout))
    assert urls.keys() == {"chat_url", "reports_url"}
    for url in urls.values():
        wait_until_it_answers(url)
        (stream,) = open_streams(url, 1)
        assert stream.text.endswith(MESSAGE)
        assert stream.arrivals[0] < stream.seconds / 10
    assert {path.name: path.read_bytes() for path in shop.iterdir() if path.is_file()} == files


def test_the_readme_says_which_lines_change() -> None:
    readme = (PROJECT / EXAMPLE / "README.md").read_text()

    for name, (here, there) in CHANGED_LINES.items():
        assert f"| `{name}` | `{here}` | `{there}` |" in readme
