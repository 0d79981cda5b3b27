"""What is configured for the local stack and its pack is checked before the engine starts."""

from pathlib import Path

import pytest

from local.cli import stack_config
from local.cli.terminal import LocalError


def test_commands_go_on_where_a_folder_stands_in_place_of_the_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_config, "_PASSED", tmp_path)

    assert "--policy-pack" in stack_config.pack_options()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("config:\n  a: b\n\tc: d\n", r'no configuration of a stack:(.|\n)*"FILE", line 3'),
        ("config:\n  a: b\n   c: d\n", r'no configuration of a stack:(.|\n)*"FILE", line 3'),
        ("config:\nmemoryMb: 4096\n", "has memoryMb at its margin.*Fix: indent settings by two"),
        ("Config:\n  memoryMb: 4096\n", "has Config at its margin.*Allowed there: config, "),
    ],
    ids=["a tab", "indentation", "not indented", "misspelt"],
)
def test_a_file_that_the_engine_would_misread_is_named(
    content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Pulumi.local.yaml"
    file.write_text(content)
    monkeypatch.setattr(stack_config, "CONFIG_FILE", file)

    with pytest.raises(LocalError, match=said.replace("FILE", str(file))):
        stack_config.pack_options()
