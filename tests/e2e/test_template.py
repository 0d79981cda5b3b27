"""``pulumi new`` with this repository as its template."""

from pathlib import Path

import pytest
import yaml

from testing.checkout import Checkout
from testing.project import PROJECT

pytestmark = pytest.mark.examples

LINKS = (".venv", ".tools", "policies/.venv")
"""What a copy has beside the files of the repository."""


def test_a_new_project_of_another_name_previews_its_stacks(
    own_checkout: Checkout, tmp_path: Path
) -> None:
    template = Checkout.make(tmp_path / "template").folder
    for name in LINKS:
        (template / name).unlink()
    shop = tmp_path / "shop"

    made = own_checkout.pulumi(
        *("new", str(template), "--dir", str(shop), "--name", "shop"),
        *("--stack", "dev", "--yes", "--generate-only"),
    )

    assert made.returncode == 0, made.stdout + made.stderr
    project = yaml.safe_load((shop / "Pulumi.yaml").read_text())
    assert project["name"] == "shop"
    assert "template" not in project
    (shop / ".venv").symlink_to(PROJECT / ".venv")
    for stack in ("local", "dev"):
        there = ("--cwd", str(shop), "--stack", stack)
        own_checkout.pulumi(*there[:2], "stack", "select", "--create", stack)
        preview = own_checkout.pulumi(*there[:2], "preview", *there[2:])
        assert preview.returncode == 0, preview.stdout + preview.stderr
        assert ("MetricAlarm" in preview.stdout) is (stack == "dev")


def test_the_questions_are_settings_or_the_region() -> None:
    project = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())
    questions = project["template"]["config"]

    assert questions.keys() <= {"aws:region", *project["config"]}
    for key, question in questions.items():
        if key != "aws:region":
            assert question["default"] == str(project["config"][key]["default"])
