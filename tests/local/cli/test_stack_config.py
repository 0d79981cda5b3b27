"""The options of the policy pack, and what is kept of having checked its configuration."""

from pathlib import Path

import pytest

from local.cli import stack_config


def test_commands_go_on_where_a_folder_stands_in_place_of_the_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_config, "_PASSED", tmp_path)

    assert "--policy-pack" in stack_config.pack_options()
