"""``make up`` repairs a local AWS that lost a process, and ``make down`` ends everything."""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from local.cli.stack_state import StackState
from local.workspace import Workspace
from testing.checkout import Checkout, answers

PARTS: dict[str, Callable[[list[str]], bool]] = {
    "the local AWS": lambda command: "local.serve" in command,
    # psutil splits a lone path at its spaces.
    "the web adapter": lambda command: command[-1].endswith("lambda-adapter"),
    "the application": lambda command: "app.serve" in command,
}


def processes(checkout: Checkout) -> list[psutil.Process]:
    aws = psutil.Process(checkout.aws_pid())
    return [aws, *aws.children(recursive=True)]


def command_of(process: psutil.Process) -> list[str]:
    """Return the command of a process; one that has ended, as a check of a health may, has none."""
    with suppress(psutil.NoSuchProcess):
        return process.cmdline() or [""]
    return [""]


def _stopped_at_work(up: subprocess.Popen[bytes], state: StackState) -> psutil.Process:
    """Stop the engine of a running ``up`` while its state tells of something that is being made."""
    while True:
        assert up.poll() is None
        for process in psutil.Process(up.pid).children():
            # ``make up`` also runs short commands, which may end before they are stopped.
            with suppress(psutil.NoSuchProcess):
                if process.name() == "pulumi":
                    process.suspend()
                    if state.was_interrupted():
                        return process
                    process.resume()
        time.sleep(0.01)


@pytest.fixture
def down(own_checkout: Checkout) -> Checkout:
    """Return the own copy with nothing running."""
    if own_checkout.serves():
        own_checkout.local("down")
    return own_checkout


def test_preview_needs_no_running_local_aws(down: Checkout) -> None:
    done = down.local("preview")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The stack: 39 to create" in done.stderr
    assert not down.serves()


def test_up_starts_over_after_pulumi_was_killed(down: Checkout) -> None:
    state = StackState(Workspace(down.folder / ".local"))
    with down.start("up") as first:
        _stopped_at_work(first, state).kill()
    assert first.returncode != 0

    again = down.up()

    assert again.changes.keys() == {"created"}
    assert answers(again.url)


@pytest.mark.parametrize(
    "parts",
    [["the local AWS"], ["the web adapter", "the application"]],
    ids=["all of it", "what it started"],
)
def test_up_repairs_a_killed_local_aws(running: Checkout, parts: list[str]) -> None:
    alive = [(process, command_of(process)) for process in processes(running)]
    victims = [process for part in parts for process, command in alive if PARTS[part](command)]
    assert len(victims) == len(parts)
    for victim in victims:
        with suppress(psutil.NoSuchProcess):  # the adapter's end is the application's
            victim.kill()
    psutil.wait_procs(victims, timeout=10)

    url = running.up().url

    assert answers(url)


def test_down_leaves_no_process_and_no_state(running: Checkout) -> None:
    url = running.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()
    assert answers(url)
    alive = processes(running)
    assert len(alive) >= len(PARTS)

    done = running.local("down")

    assert done.returncode == 0, done.stdout + done.stderr
    assert [process for process in alive if process.is_running()] == []
    assert not answers(url)
    assert not (running.folder / ".local/state").exists()
    # What the engine suggests at its end finds no stack, so it takes no settings along.
    assert running.pulumi("stack", "rm", "local", "--yes").returncode != 0
    assert (running.folder / "Pulumi.local.yaml").is_file()
