"""Set-up says what it does, that it goes on, and how long it took."""

import threading

import pytest

from tools.setup import progress


def test_a_long_activity_says_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    has_ticked = threading.Event()

    def say(line: str) -> None:
        lines.append(line)
        if "still running after" in line:
            has_ticked.set()

    monkeypatch.setattr(progress, "say", say)
    monkeypatch.setattr(progress, "_TICK_SECONDS", 0.01)

    with progress.activity("pulumi: building it"):
        assert has_ticked.wait(60)

    assert lines[0] == "==> pulumi: building it"
    assert lines[1] == "    still running after 0 s"
    assert lines[-1].startswith("    done in ")


def test_nothing_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(progress, "say", lines.append)
    before = threading.active_count()

    with pytest.raises(ZeroDivisionError), progress.activity("uv: installing it"):
        _ = 1 / 0

    assert lines == ["==> uv: installing it"]
    assert threading.active_count() == before
