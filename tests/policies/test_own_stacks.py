"""What the repository's own stacks say about rules: understood by the pack, with true reasons."""

import json
from pathlib import Path

import pytest

from local.cli import stack_config
from local.cli.terminal import LocalError
from policies.lmi.check_config import mistakes_in
from tests.policies.conftest import ROOT

STACKS = ("dev", "local", "prod")


@pytest.mark.parametrize("stack", STACKS)
def test_the_configuration_of_each_stack_is_right(stack: str) -> None:
    file = ROOT / f"Pulumi.{stack}.policies.json"
    assert mistakes_in(json.loads(file.read_text())) == []


def test_the_local_stack_is_judged_by_the_pack_with_its_configuration() -> None:
    """Both are named from the project's folder, where ``pulumi`` runs."""
    pack, configuration = "policies", "Pulumi.local.policies.json"
    expected = ["--policy-pack", pack, "--policy-pack-config", configuration]
    assert stack_config.pack_options() == expected
    assert (ROOT / pack / "PulumiPolicy.yaml").is_file()
    assert (ROOT / configuration).is_file()


def test_a_configuration_that_has_passed_is_not_checked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = stack_config.pack_options()
    monkeypatch.setattr("sys.executable", "/nothing/that/could/check")

    assert stack_config.pack_options() == options


def test_a_misspelt_rule_stops_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "Pulumi.local.policies.json"
    file.write_text('{"url-12-url-asks-for-caller": "disabled"}')
    monkeypatch.setattr(stack_config, "CONFIGURATION", file)
    with pytest.raises(LocalError) as stopped:
        stack_config.pack_options()
    (line,) = str(stopped.value).splitlines()
    assert 'no policy "url-12-url-asks-for-caller"; did you mean "url-12-url-asks-for-a-' in line
