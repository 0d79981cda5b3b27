"""What LMI or the settings do not allow stops at the preview, with words a person can act on.

The engine knows the types of settings, the program their formats and what goes together, the pack
what LMI allows.
"""

from collections.abc import Generator

import pytest

from testing.checkout import Checkout

ENGINE = "error: validating stack config"
PROGRAM = "error: lmi-streaming:"


@pytest.fixture
def preview(checkout: Checkout) -> Generator[Checkout]:
    """Return the shared copy with its settings put back afterwards."""
    settings = checkout.folder / "Pulumi.local.yaml"
    committed = settings.read_text()
    yield checkout
    settings.write_text(committed)


REFUSED: dict[str, object] = {
    # One and a half times the ratio of 4 GiB; and one request more than 64 on each of two vCPUs.
    **{"memoryMb": 6144, "memoryGibPerVcpu": 4},
    "maxConcurrency": 129,
}
SAID = {
    "mem-06-exact-ratio-multiple": ["6144", "4096", "8192", "memory_size"],
    "con-02-at-most-64-per-vcpu": ["129", "128", "per_execution_environment_max_concurrency"],
}


def test_the_pack_stops_what_lmi_refuses_before_anything_changes(
    preview: Checkout, url: str
) -> None:
    [state] = (preview.folder / ".local").rglob("stacks/lmi-streaming/local.json")
    before = state.read_bytes()
    preview.configure(**REFUSED)

    done = preview.local("up")

    output = done.stdout + done.stderr
    assert done.returncode != 0
    for rule, said in SAID.items():
        (finding,) = (found for found in output.split("[mandatory] ") if found.startswith(rule))
        assert [words for words in said if words not in finding] == []
    assert "Traceback" not in output
    assert state.read_bytes() == before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param(
            {"memoryMb": "much"},
            [ENGINE, "'memoryMb' must be of type 'integer'"],
            id="the engine, of text for a number",
        ),
        # The engine hands it the defaults of all other settings too, and of those it says nothing.
        pytest.param(
            {"throttleRate": 5},
            [PROGRAM, "throttleRate", "would be ignored", "front is url"],
            id="the program, of a setting without effect",
        ),
    ],
)
def test_a_wrong_setting_gives_one_clear_line_by(
    preview: Checkout, url: str, settings: dict[str, object], said: list[str]
) -> None:
    preview.configure(**settings)

    done = preview.local("preview")

    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in output
    assert any(all(words in line for words in said) for line in output.splitlines()), output
