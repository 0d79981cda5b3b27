"""Commands of the engine reach the local AWS that runs."""

import subprocess
from pathlib import Path

import pytest

from local.cli.local_stack import LocalStack, settings
from local.cli.terminal import LocalError
from local.dataplane.ports import listen, port_of
from local.local_aws import LocalAws
from local.workspace import Workspace


def test_the_provider_is_the_running_one_whatever_became_of_the_file_of_ports(
    tmp_path: Path,
) -> None:
    workspace = Workspace(tmp_path)
    with listen() as provider:
        LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider)).write(workspace)

        found = settings(workspace)["PULUMI_DEBUG_PROVIDERS"]

        assert found == f"aws:{port_of(provider)}"


def test_without_one_it_is_the_port_of_the_next(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    assert settings(workspace) == settings(workspace)


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStack:
    """Return the local stack, under a ``pulumi`` of the test's own in ``tmp_path``."""
    monkeypatch.setattr("local.cli.local_stack.TOOLS", tmp_path)
    return LocalStack(Workspace(tmp_path / "local"))


def let_pulumi(run: str, folder: Path) -> None:
    """Let ``pulumi`` be a shell script of one line."""
    (folder / "pulumi").write_text(f"#!/bin/sh\n{run}\n")
    (folder / "pulumi").chmod(0o755)


def test_an_error_before_the_first_event_is_shown_as_pulumi_says_it(
    stack: LocalStack, tmp_path: Path
) -> None:
    let_pulumi("echo 'error: validating stack config: not an integer'; exit 1", tmp_path)

    with pytest.raises(LocalError, match=r"^validating stack config: not an integer\n"):
        stack.destroy()


def test_options_of_the_users_own_commands_do_not_reach_the_local_stack(
    stack: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_OPTION_STACK", "prod")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", "/nowhere")
    let_pulumi("! env | grep -E 'PULUMI_OPTION|PASSPHRASE_FILE'", tmp_path)

    stack.destroy()


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C arrive when this process begins to wait for another one."""
    wait = subprocess.Popen[bytes].wait
    interrupts = iter([KeyboardInterrupt])

    def wait_after_interrupts(
        process: subprocess.Popen[bytes], timeout: float | None = None
    ) -> int:
        for interrupt in interrupts:
            raise interrupt
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", wait_after_interrupts)


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize("run", ["echo 'error: context canceled'; exit 1", "exit 0"])
def test_an_interrupted_command_ends_as_interrupted_even_where_it_succeeded(
    run: str, stack: LocalStack, tmp_path: Path
) -> None:
    let_pulumi(run, tmp_path)

    with pytest.raises(KeyboardInterrupt):
        stack.destroy()
