"""Mistakes with the commands end in one line that says what to do, never in a traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from threading import Event

import pytest

from local import __main__
from local.__main__ import NEEDED, require_set_up
from local.cli import status
from local.cli.terminal import LocalError
from local.workspace import PROJECT, Workspace


def complaint(*command: str | Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("command", ["up", "down", "env"])
def test_a_workspace_that_cannot_be_created(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    line = complaint(sys.executable, "-m", "local", command, LMI_LOCAL_DIR=str(file / "local"))

    assert line == (
        f"error: the workspace {file / 'local'} cannot be written to: Not a directory; "
        "set LMI_LOCAL_DIR to a folder that can"
    )


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (PermissionError(13, "Permission denied", "/w/aws.log"), "make it yours"),
        (OSError(28, "No space left on device", "/w/aws.log"), "mend that"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    error: OSError,
    remedy: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(workspace: Workspace) -> None:
        raise error

    monkeypatch.setattr(status, "run", fail)
    monkeypatch.setattr("sys.argv", ["local", "status"])

    assert __main__.main() == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {error}; {remedy}")
    assert line.endswith("and run the same command again")


def test_a_python_without_the_requirements() -> None:
    # Without site-packages, as any Python outside the virtual environment.
    line = complaint(sys.executable, "-S", "-m", "local", "up")

    assert line.startswith("error: No module named")
    assert line.endswith("use `make`, or .venv/bin/python")


@pytest.mark.parametrize("lost", NEEDED)
def test_a_missing_tool_is_named(lost: str, tmp_path: Path) -> None:
    for name in NEEDED:
        (tmp_path / name).touch(0o755)
    require_set_up(tmp_path)
    (tmp_path / lost).unlink()

    with pytest.raises(LocalError, match=f"lacks {lost}; run `make setup`"):
        require_set_up(tmp_path)


@pytest.fixture
def restored_signals() -> Generator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def run_status(monkeypatch: pytest.MonkeyPatch, run: Callable[[Workspace], None]) -> int:
    monkeypatch.setattr(status, "run", run)
    monkeypatch.setattr("sys.argv", ["local", "status"])
    return __main__.main()


@pytest.mark.usefixtures("restored_signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_ends_a_command_lets_it_clean_up(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the handler that the command sets, SIGHUP would end the tests.
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    cleaned = Event()

    def fail(workspace: Workspace) -> None:
        try:
            signal.raise_signal(number)
        finally:
            cleaned.set()

    with pytest.raises(SystemExit) as ended:
        run_status(monkeypatch, fail)

    assert ended.value.code == 128 + number
    assert cleaned.is_set()


@pytest.mark.usefixtures("restored_signals")
def test_under_nohup_a_closed_terminal_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert run_status(monkeypatch, lambda _: signal.raise_signal(signal.SIGHUP)) == 0


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "local", "status"],
        cwd=PROJECT,
        env={**os.environ, "LMI_LOCAL_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        assert command.stdout
        command.stdout.close()
        assert command.stderr
        errors = command.stderr.read()

    assert (command.returncode, errors) == (128 + signal.SIGPIPE, b"")


IGNORED = """
class Deleted:
    def __del__(self):
        raise KeyboardInterrupt

Deleted()
__import__("time").sleep(60)
"""
"""Python ignores the exception, as in all that it runs to delete an object."""


@pytest.mark.parametrize("source", ["raise KeyboardInterrupt", IGNORED], ids=["plain", "ignored"])
def test_an_interrupt_during_the_imports_is_one_line(source: str, tmp_path: Path) -> None:
    (tmp_path / "psutil.py").write_text(source)

    done = subprocess.run(
        [sys.executable, "-m", "local", "up"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 130
    assert done.stderr == "\nerror: interrupted; run the same command again to continue\n"
