"""``make logs`` follows the function's log and makes its lines readable."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.cli.logs import readable, run
from local.cli.stack_state import StackState
from local.cli.terminal import LocalError
from local.function_logs import log_file
from local.workspace import PROJECT, Workspace
from tests.local.cli.checkpoint import write_checkpoint

GROUP = "/aws/lambda/demo"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("[1, 2]", "[1, 2]"),
        ('{"cut', '{"cut'),
        ("", ""),
        (
            '{"message": "done", "level": "INFO", "chunks": 3, "path": "/x", "requestId": "id-1",'
            ' "timestamp": "2026-11-28T12:00:00.000Z"}',
            "2026-11-28T12:00:00.000Z INFO id-1 done chunks=3 path=/x",
        ),
        (
            '{"level": "INFO", "fields": {"message": "app is not ready", "url": "http://x/"}}',
            "INFO app is not ready url=http://x/",
        ),
        (
            '{"level": "ERROR", "message": "failed", "exception": "Traceback:\\n  a line"}',
            "ERROR failed\nTraceback:\n  a line",
        ),
    ],
)
def test_a_line_is_readable(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_without_a_stack_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"no stack is deployed .*; run `make up` first"):
        run(Workspace(tmp_path))


def following(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "local", "logs"],
        cwd=PROJECT,
        env={**os.environ, "LMI_LOCAL_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_follows_until_an_interrupt(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_checkpoint(workspace, {}, [{"name": "demo", "loggingConfig": {"logGroup": GROUP}}])
    workspace.logs.mkdir()
    path = log_file(workspace.logs, GROUP)
    path.write_text("".join(f"stream  earlier {number}\n" for number in range(30)))

    with following(tmp_path) as command:
        assert command.stdout
        earlier = [command.stdout.readline() for _ in range(20)]
        with path.open("a") as log:
            log.write('stream  {"level": "INFO", "mess')
            log.flush()
            log.write('age": "new"}\n')
        further = command.stdout.readline()
        command.send_signal(signal.SIGINT)
        rest, errors = command.communicate()

    assert earlier == [f"earlier {number}\n" for number in range(10, 30)]
    assert further == "INFO new\n"
    assert (command.returncode, rest, errors) == (0, "", "")


def test_a_line_may_have_carriage_returns_and_halves_of_characters(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_checkpoint(workspace, {}, [{"name": "demo"}])
    workspace.logs.mkdir()
    log_file(workspace.logs, GROUP).write_bytes(
        b'stream  50 %\r100 %\nstream  {"message": "\\ud83d"}\nstream  end\n'
    )

    with following(tmp_path) as command:
        assert command.stdout
        shown = [command.stdout.readline() for _ in range(4)]
        command.kill()

    # A pipe of text takes the carriage return for the end of a line.
    assert shown == ["50 %\n", "100 %\n", "\\ud83d\n", "end\n"]


def test_it_follows_what_is_deployed_after_the_stack_was_taken_down(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_checkpoint(workspace, {}, [{"name": "demo"}])
    workspace.logs.mkdir()
    log_file(workspace.logs, GROUP).write_text("stream  before\n")

    with following(tmp_path) as command:
        assert command.stdout
        before = command.stdout.readline()
        StackState(workspace).discard()
        write_checkpoint(workspace, {}, [{"name": "again"}])
        log_file(workspace.logs, "/aws/lambda/again").write_text("stream  after\n")
        after = command.stdout.readline()
        command.kill()

    assert (before, after) == ("before\n", "again after\n")


def test_the_lines_of_several_functions_begin_with_their_names(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    own_group = {"name": "chat", "loggingConfig": {"logGroup": "chat-log"}}
    write_checkpoint(workspace, {}, [own_group, {"name": "orders"}])
    workspace.logs.mkdir()
    log_file(workspace.logs, "chat-log").write_text("stream  hello\n")

    with following(tmp_path) as command:
        assert command.stdout
        first = command.stdout.readline()
        log_file(workspace.logs, "/aws/lambda/orders").write_text("stream  later\n")
        second = command.stdout.readline()
        # What reads the lines has had enough, and closes the pipe.
        command.stdout.close()
        log_file(workspace.logs, "chat-log").write_text("stream  hello\nstream  unread\n")
        assert command.stderr
        errors = command.stderr.read()

    assert (first, second) == ("chat hello\n", "orders later\n")
    assert (command.returncode, errors) == (128 + signal.SIGPIPE, "")
